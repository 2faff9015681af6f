using Microsoft.Playwright;
using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>The student's path: read, rank, check, submit; by mouse, by keyboard, without JavaScript, on a bad line.</summary>
public sealed class StudentTests(Chromium chromium, RankingService ranks) : IClassFixture<Chromium>, IClassFixture<RankingService>
{
    [ChromiumFact]
    public async Task Reads_ranks_by_mouse_submits_and_gets_a_receipt()
    {
        var page = await ranks.Service.OpenAsync(chromium);
        await RankingService.SignInAsync(page, "s1");
        var list = new RankingPage(page);
        await page.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Read the offers" }));
        await page.GetByRole(AriaRole.Searchbox).FillAsync("VIROLOGY");
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Search" }));
        await Assertions.Expect(page.GetByText("3 offers.")).ToBeVisibleAsync();
        foreach (var code in new[] { "A-1", "A-2", "A-3" })
        {
            await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = $"Add to my list {code}" }));
        }

        await list.OpenAsync(ranks.Campaign.Page);
        await list.DragAsync("A-3", before: "A-1");
        (await list.ListAsync()).Should().Be("A-3 A-1 A-2");
        await list.MoveDownAsync("A-3");
        await list.MoveToAsync("A-2", 1);
        (await list.ListAsync()).Should().Be("A-2 A-1 A-3");
        await list.TieAsync("A-3");
        await list.NoteAsync("A-2", "ask about housing");
        await list.RemoveAsync("A-1");
        await list.UndoAsync();
        (await list.ListAsync()).Should().Be("A-2 A-1=A-3");
        await list.BeSavedAsync();
        await list.CheckAsync();
        await list.SubmitAsync();

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("version 1");
        (await ranks.Campaign.SubmittedAsync("s1")).Should().Be("A-2 A-1=A-3");
        (await ranks.Campaign.RankingAsync("s1"))!.NoteOn(ranks.Campaign.Offers["A-2"]).Should().Be("ask about housing");
        (await ranks.Campaign.LettersAsync(LetterKind.RankingReceipt)).Should().ContainSingle(letter => letter.To.Value == "s1@wut.example.org");
    }

    [ChromiumFact]
    public async Task Ranks_and_submits_with_the_keyboard_alone()
    {
        var page = await ranks.Service.OpenAsync(chromium);
        await ranks.ListAsync("s2", "A-1 A-2 A-3");
        await RankingService.SignInAsync(page, "s2");
        var list = new RankingPage(page);
        await list.OpenAsync(ranks.Campaign.Page);

        await TabToAsync(page, "[data-name='A-3'] a");
        await page.Keyboard.PressAsync("Alt+ArrowUp");
        await Assertions.Expect(list.Announcement).ToHaveTextAsync("A-3 moved to position 2 of 3.");
        await page.Keyboard.PressAsync("Alt+ArrowUp");
        await Assertions.Expect(list.Announcement).ToHaveTextAsync("A-3 moved to position 1 of 3.");
        (await FocusIsInAsync(list.Row("A-3"))).Should().BeTrue();
        await TabToAsync(page, "[data-name='A-2'] button[value^='up:']");
        await page.Keyboard.PressAsync("Enter");
        (await FocusIsInAsync(list.Row("A-2"))).Should().BeTrue();
        await page.Keyboard.PressAsync("Enter");
        (await FocusIsInAsync(list.Row("A-2"))).Should().BeTrue("a button that has nothing left to do leaves the focus on its row");
        (await list.ListAsync()).Should().Be("A-2 A-3 A-1");
        await list.BeSavedAsync();
        await TabToAsync(page, "button[value='check']");
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/Check");
        await TabToAsync(page, "main form:not(.languages) button");
        await page.Keyboard.PressAsync("Space");
        await page.WaitForURLAsync("**/Versions/1");

        (await ranks.Campaign.SubmittedAsync("s2")).Should().Be("A-2 A-3 A-1");
    }

    [ChromiumFact]
    public async Task Ranks_and_submits_without_JavaScript_on_a_screen_of_320()
    {
        var context = await chromium.Browser.NewContextAsync(new() { BaseURL = ranks.Service.Address, Locale = "en", JavaScriptEnabled = false, ViewportSize = new() { Width = 320, Height = 640 } });
        context.SetDefaultTimeout(40_000);
        var page = await context.NewPageAsync();
        await RankingService.SignInAsync(page, "s3");
        await page.GotoAsync(ranks.Campaign.OffersPage);
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Add to my list A-1" }));
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Add to my list B-1" }));
        await page.GotoAsync(ranks.Campaign.Page);
        var list = new RankingPage(page);

        await page.PressAsync(list.Row("B-1").GetByRole(AriaRole.Button, new() { Name = "up" }));
        await Assertions.Expect(list.State).ToContainTextAsync("B-1 moved to position 1 of 2.");
        await page.GetByLabel("Add an offer").SelectOptionAsync(ranks.Campaign.Offers["A-2"].ToString());
        await page.PressAsync(page.Locator("button[value='add']"));
        await page.PressAsync(page.Locator("[data-undo]"));
        await page.PressAsync(page.Locator("[data-redo]"));
        await PageLaws.FitsAsync(page, "en");
        await list.CheckAsync();
        await PageLaws.FitsAsync(page, "en");
        await list.SubmitAsync();

        (await ranks.Campaign.SubmittedAsync("s3")).Should().Be("B-1 A-1 A-2");
        await PageLaws.FitsAsync(page, "en");
        await context.CloseAsync();
    }

    [ChromiumFact]
    public async Task On_a_slow_line_that_breaks_after_the_save_nothing_is_lost_and_nothing_is_saved_twice()
    {
        var page = await ranks.Service.OpenAsync(chromium);
        await ranks.ListAsync("s4", "A-1 A-2 A-3");
        await RankingService.SignInAsync(page, "s4");
        var list = new RankingPage(page);
        await list.OpenAsync(ranks.Campaign.Page);
        var saves = 0;
        await page.RouteAsync(url => url.Contains("/Rankings/", StringComparison.Ordinal), async route =>
        {
            if (route.Request.Method == "POST" && ++saves == 1)
            {
                // The service has saved; its answer never comes.
                (await route.FetchAsync()).Status.Should().Be(200);
                await route.AbortAsync();
                return;
            }

            var answer = await route.FetchAsync();
            await Task.Delay(300); // the round trip from Wuhan, not a wait for something
            await route.FulfillAsync(new() { Response = answer });
        });

        var failed = list.SayAsync("Not saved – will try again");
        await list.MoveUpAsync("A-3");
        await failed;
        await list.BeSavedAsync();
        var saving = list.SayAsync("Saving…");
        await list.MoveUpAsync("A-3");
        await list.MoveDownAsync("A-1");
        await saving;
        await list.BeSavedAsync();

        (await list.ListAsync()).Should().Be("A-3 A-2 A-1");
        (await ranks.Campaign.DraftAsync("s4")).Should().Be("A-3 A-2 A-1");
        (await ranks.Campaign.RankingAsync("s4"))!.Applied.Select(applied => applied.Key).Should().OnlyHaveUniqueItems();
        saves.Should().BeGreaterThan(2, "the lost save was sent again");
    }

    [ChromiumFact]
    public async Task Two_tabs_end_in_a_choice_between_both_lists()
    {
        var first = await ranks.Service.OpenAsync(chromium);
        await ranks.ListAsync("s5", "A-1 A-2 A-3");
        await RankingService.SignInAsync(first, "s5");
        var second = await first.Context.NewPageAsync();
        var (one, two) = (new RankingPage(first), new RankingPage(second));
        await one.OpenAsync(ranks.Campaign.Page);
        await two.OpenAsync(ranks.Campaign.Page);

        await one.MoveUpAsync("A-2");
        await one.BeSavedAsync();
        await Expect(ranks, "s5", "A-2 A-1 A-3");
        await two.RemoveAsync("A-1");
        await Assertions.Expect(second.GetByRole(AriaRole.Heading, new() { Name = "The list in this window" })).ToBeVisibleAsync();
        await PageLaws.HoldAsync(second, "en");
        await second.PressAsync(second.GetByRole(AriaRole.Button, new() { Name = "Keep the list in this window" }));

        await Expect(ranks, "s5", "A-2 A-3");
        await second.PressAsync(second.Locator("[data-undo]"));
        await Expect(ranks, "s5", "A-2 A-1 A-3");
    }

    [ChromiumFact]
    public async Task A_session_that_ended_is_said_in_words_and_signing_in_elsewhere_saves()
    {
        var page = await ranks.Service.OpenAsync(chromium);
        await ranks.ListAsync("s6", "A-1 A-2");
        await RankingService.SignInAsync(page, "s6");
        var list = new RankingPage(page);
        await list.OpenAsync(ranks.Campaign.Page);
        await page.Context.ClearCookiesAsync();

        await list.MoveUpAsync("A-2");
        await Assertions.Expect(list.State).ToContainTextAsync("your session ended");
        var other = await page.Context.NewPageAsync();
        await RankingService.SignInAsync(other, "s6");
        await other.CloseAsync();
        await page.EvaluateAsync("dispatchEvent(new Event('focus'))");
        await list.BeSavedAsync();

        (await ranks.Campaign.DraftAsync("s6")).Should().Be("A-2 A-1");
    }

    private static async Task Expect(RankingService ranks, string student, string draft) => (await ranks.Campaign.DraftAsync(student)).Should().Be(draft);

    private static async Task TabToAsync(IPage page, string selector)
    {
        for (var i = 0; i < 120; i++)
        {
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }

            await page.Keyboard.PressAsync("Tab");
        }

        throw new InvalidOperationException($"{selector} cannot be reached with Tab.");
    }

    private static Task<bool> FocusIsInAsync(ILocator row) => row.EvaluateAsync<bool>("row => row.contains(document.activeElement)");
}
