using Microsoft.Playwright;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>How pages fit what they are looked at with: a finger, a narrow screen, paper, the dark, eyes that mind motion.</summary>
public sealed class LookTests(Chromium chromium, RankingService ranks) : IClassFixture<Chromium>, IClassFixture<RankingService>
{
    [ChromiumTheory]
    [InlineData("fr", "s1")]
    [InlineData("zh-Hans", "s2")]
    [InlineData("en", "s3")]
    public async Task Whatever_a_finger_presses_is_44_pixels_high(string language, string student)
    {
        var page = await ranks.Service.OpenAsync(chromium, language, width: 360, height: 740, touch: true);
        await ranks.ListAsync(student, "A-1 A-2=A-3");
        await RankingService.SignInAsync(page, student);
        (await page.EvaluateAsync<bool>("matchMedia('(pointer: coarse)').matches")).Should().BeTrue("a finger points");

        var small = new List<string>();
        foreach (var path in new[] { "/", ranks.Campaign.OffersPage, $"{ranks.Campaign.OffersPage}/{ranks.Campaign.Offers["A-1"]}", ranks.Campaign.Page, "/MyData", "/Accounts/Sessions" })
        {
            await page.GotoAsync(path);
            await page.EvaluateAsync("for (const more of document.querySelectorAll('details')) more.open = true");
            var targets = await page.EvaluateAsync<Target[]>("""
                () => [...document.querySelectorAll("button, summary, select, textarea, input:not([type=hidden]), .handle, a.button, nav a, footer a, .mark")]
                  .filter(one => one.checkVisibility({ visibilityProperty: true }) && !one.closest(".hidden"))
                  .map(one => [one, (one.closest("label") ?? one).getBoundingClientRect()])
                  .map(([one, box]) => ({ name: one.outerHTML.slice(0, 90), width: box.width, height: box.height, drags: one.matches(".handle") }))
                """);
            targets.Should().HaveCountGreaterThan(5);
            small.AddRange(targets.Where(target => target.Height < 43.9 || (target.Drags && target.Width < 43.9)).Select(target => $"{path}: {target.Width} x {target.Height} {target.Name}"));
            await PageLaws.FitsAsync(page, language);
        }

        string.Join('\n', small).Should().BeEmpty();
        await page.Context.CloseAsync();
    }

    [ChromiumFact]
    public async Task A_finger_drags_a_row_by_its_handle()
    {
        var page = await ranks.Service.OpenAsync(chromium, width: 360, height: 740, touch: true);
        await ranks.ListAsync("s4", "A-1 A-2 A-3");
        await RankingService.SignInAsync(page, "s4");
        var list = new RankingPage(page);
        await list.OpenAsync(ranks.Campaign.Page);
        await list.Row("A-2").ScrollIntoViewIfNeededAsync();
        var from = await list.Row("A-2").Locator("[data-handle]").BoundingBoxAsync() ?? throw new InvalidOperationException("A-2 is not shown.");
        var to = await list.Row("A-1").BoundingBoxAsync() ?? throw new InvalidOperationException("A-1 is not shown.");
        var finger = await page.Context.NewCDPSessionAsync(page);

        for (var step = 0; step <= 6; step++)
        {
            var (x, y) = (from.X + (from.Width / 2), from.Y + (from.Height / 2) + ((to.Y + 5 - from.Y - (from.Height / 2)) * step / 6));
            await finger.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = step == 0 ? "touchStart" : "touchMove", ["touchPoints"] = new[] { new { x, y } } });
        }

        await finger.SendAsync("Input.dispatchTouchEvent", new() { ["type"] = "touchEnd", ["touchPoints"] = Array.Empty<object>() });
        await list.BeSavedAsync();

        (await list.ListAsync()).Should().Be("A-2 A-1 A-3");
        (await ranks.Campaign.DraftAsync("s4")).Should().Be("A-2 A-1 A-3");
        await page.Context.CloseAsync();
    }

    [ChromiumFact]
    public async Task A_receipt_prints_black_on_white_with_its_owner_and_without_what_only_a_screen_has()
    {
        var page = await ranks.Service.OpenAsync(chromium, scheme: ColorScheme.Dark);
        await ranks.ListAsync("s5", "A-1 A-2");
        await RankingService.SignInAsync(page, "s5");
        var list = new RankingPage(page);
        await list.OpenAsync(ranks.Campaign.Page);
        await list.CheckAsync();
        await list.SubmitAsync();

        await page.EmulateMediaAsync(new() { Media = Media.Print });

        (await StyleAsync(page, "body", "color")).Should().Be("rgb(0, 0, 0)");
        (await StyleAsync(page, "body", "backgroundColor")).Should().Be("rgb(255, 255, 255)");
        (await StyleAsync(page, ".card", "backgroundColor")).Should().Be("rgb(255, 255, 255)");
        foreach (var screen in new[] { ".banner nav", ".languages", "main form", "main .button", ".crumbs", ".tabs", "footer a" })
        {
            (await page.Locator(screen).CountAsync()).Should().Be(await page.Locator(screen).Filter(new() { Visible = false }).CountAsync(), $"{screen} is for a screen");
        }

        await Assertions.Expect(page.Locator(".print-only")).ToHaveTextAsync("Student s5");
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("version 1");
        await Assertions.Expect(page.GetByText("Topic A-2")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator("main code").First).ToBeVisibleAsync();
        await page.Context.CloseAsync();
    }

    [ChromiumFact]
    public async Task A_table_becomes_cards_on_a_telephone_each_value_under_its_name()
    {
        var page = await ranks.Service.OpenAsync(chromium, width: 360, height: 740);
        await page.GotoAsync("/Accounts/SignIn");
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Coordinator" }));
        await page.GotoAsync("/People");

        var narrow = await page.EvaluateAsync<Table>(Shape);
        await page.SetViewportSizeAsync(1280, 800);
        var wide = await page.EvaluateAsync<Table>(Shape);

        narrow.Rows.Should().BeGreaterThan(10).And.Be(wide.Rows);
        (narrow.Cell, wide.Cell).Should().Be(("flow-root", "table-cell"));
        narrow.Labels.Should().Equal("Name", "E-mail", "Roles, hosts, numbers");
        wide.Labels.Should().OnlyContain(label => label == "none");
        (narrow.Head, wide.Head > 10).Should().Be((1, true), "the head of the table is heard, not seen");
        narrow.Beside.Should().BeTrue("a value stands beside its name, not on it");
        await page.Context.CloseAsync();
    }

    [ChromiumFact]
    public async Task In_the_dark_the_page_is_dark_and_the_words_are_light()
    {
        var (light, dark) = (await ranks.Service.OpenAsync(chromium), await ranks.Service.OpenAsync(chromium, scheme: ColorScheme.Dark));
        await light.GotoAsync("/Accounts/SignIn");
        await dark.GotoAsync("/Accounts/SignIn");

        foreach (var part in new[] { "body", ".card", ".banner", "#email", ".button" })
        {
            (await BrightnessAsync(dark, part, "backgroundColor")).Should().BeLessThan(110, $"{part} is dark");
            (await BrightnessAsync(dark, part, "color")).Should().BeGreaterThan(200, $"the words of {part} are light");
        }

        (await BrightnessAsync(light, "body", "backgroundColor")).Should().BeGreaterThan(230);
        (await BrightnessAsync(light, "body", "color")).Should().BeLessThan(60);
    }

    [ChromiumFact]
    public async Task Nothing_moves_for_eyes_that_mind_it()
    {
        var page = await ranks.Service.OpenAsync(chromium);
        await page.GotoAsync("/Accounts/SignIn");
        const string moving = "[...document.querySelectorAll('*')].filter(one => { const style = getComputedStyle(one); return style.animationName !== 'none' || style.transitionDuration.split(', ').some(time => time !== '0s') || style.scrollBehavior === 'smooth'; }).length";

        var usual = await page.EvaluateAsync<int>(moving);
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce });

        usual.Should().BePositive("buttons fade");
        (await page.EvaluateAsync<int>(moving)).Should().Be(0);
    }

    private const string Shape = """
        () => {
          const table = document.querySelector("table.cards"), cells = [...table.querySelector("tbody tr").cells], texts = cells[0].querySelector("a").getBoundingClientRect();
          return {
            rows: table.tBodies[0].rows.length, cell: getComputedStyle(cells[0]).display, head: Math.round(table.tHead.getBoundingClientRect().height),
            labels: cells.map(cell => getComputedStyle(cell, "::before").content.replaceAll('"', "")), beside: texts.left - cells[0].getBoundingClientRect().left > 60,
          };
        }
        """;

    private static Task<string> StyleAsync(IPage page, string selector, string property) =>
        page.Locator(selector).First.EvaluateAsync<string>("(one, property) => getComputedStyle(one)[property]", property);

    /// <summary>0 is black, 255 white.</summary>
    private static Task<double> BrightnessAsync(IPage page, string selector, string property) =>
        page.Locator(selector).First.EvaluateAsync<double>("(one, property) => { const [r, g, b] = getComputedStyle(one)[property].match(/[\\d.]+/g).map(Number); return .299 * r + .587 * g + .114 * b; }", property);

    private sealed class Target
    {
        public string Name { get; set; } = "";

        public float Width { get; set; }

        public float Height { get; set; }

        public bool Drags { get; set; }
    }

    private sealed class Table
    {
        public int Rows { get; set; }

        public string Cell { get; set; } = "";

        public int Head { get; set; }

        public string[] Labels { get; set; } = [];

        public bool Beside { get; set; }
    }
}
