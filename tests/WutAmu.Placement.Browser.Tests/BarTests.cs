using Microsoft.Playwright;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>A bar that stays at the foot of a telephone's screen lies on nothing that has the focus, and leaves most of the screen to the list (WCAG 2.2, 2.4.11).</summary>
public sealed class BarTests(Chromium chromium, RankingService ranks) : IClassFixture<Chromium>, IClassFixture<RankingService>
{
    [ChromiumTheory]
    [InlineData("fr", "s1")]
    [InlineData("zh-Hans", "s2")]
    [InlineData("en", "s3")]
    public async Task Whatever_has_the_focus_is_seen_above_the_bar(string language, string student)
    {
        var page = await ranks.Service.OpenAsync(chromium, language, width: 360, height: 740);
        await ranks.ListAsync(student, "A-1 A-2=A-3 B-1");
        await RankingService.SignInAsync(page, student);
        await page.Context.AddCookiesAsync([new() { Name = "language", Value = language, Url = ranks.Service.Address }]);
        await new RankingPage(page).OpenAsync(ranks.Campaign.Page);
        await PageLaws.FitsAsync(page, language);

        var covered = new List<string>();
        var seen = 0;
        for (var at = await FocusAsync(page); at.Name != "end"; at = await FocusAsync(page))
        {
            seen += at.InBar ? 0 : 1;
            if (!at.InBar && at.Bottom > at.Bar + 1)
            {
                covered.Add($"{at.Name}: {at.Bottom} under {at.Bar}");
            }

            at.Height.Should().BeLessThan(740 / 6f, "the screen is the list's");
        }

        seen.Should().BeGreaterThan(15);
        covered.Should().BeEmpty();
        await page.Context.CloseAsync();
    }

    /// <summary>Goes one step on; the end is where the focus leaves the page's main part.</summary>
    private static async Task<Place> FocusAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Tab");
        return await page.EvaluateAsync<Place>("""
            () => {
              const one = document.activeElement, bar = document.querySelector(".bar");
              if (one.closest("footer") || one === document.body) return { name: "end" };
              return { name: one.outerHTML.slice(0, 80), bottom: one.getBoundingClientRect().bottom, bar: bar.getBoundingClientRect().top, height: bar.offsetHeight, inBar: bar.contains(one) };
            }
            """);
    }

    private sealed class Place
    {
        public string Name { get; set; } = "";

        public float Bottom { get; set; }

        public float Bar { get; set; }

        public float Height { get; set; }

        public bool InBar { get; set; }
    }
}
