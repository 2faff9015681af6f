using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Tests.Rankings;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>A head orders applicants with the component of the students' lists: five students have submitted A-1.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit disposes it by IAsyncLifetime.")]
public sealed class HostRankingTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private RunningService service = null!; // set before each test
    private RankingCampaign campaign = null!; // set before each test
    private IPage page = null!; // set before each test
    private RankingPage list = null!; // set before each test

    public async Task InitializeAsync()
    {
        if (Chromium.Program is null)
        {
            return;
        }

        service = new(workers: false);
        campaign = await RankingCampaign.CreateAsync(service.Host, PolicyName.HostOptimalStable, students: 5);
        await campaign.ChangeAsync(db =>
        {
            var now = service.Host.Clock.GetUtcNow();
            foreach (var student in campaign.Students.Values)
            {
                var ranking = new Domain.Rankings.Ranking(Domain.Rankings.RankingId.New(now), campaign.Id, student);
                ranking.TakeIn(new([[campaign.Offers["A-1"]]]), now);
                db.Add(ranking);
            }

            return Task.CompletedTask;
        });
        await campaign.MoveAsync(CampaignState.Matching);
        page = await service.OpenAsync(chromium);
        await page.GotoAsync("/Accounts/SignIn");
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Head of A" }));
        list = new(page);
        var host = await service.Host.ReadAsync(db => db.Hosts.AsNoTracking().SingleAsync(h => h.Code == "A"));
        await list.OpenAsync($"/Campaigns/{campaign.Id}/Hosts/{host.Id}/Applicants");
    }

    public async Task DisposeAsync()
    {
        if (Chromium.Program is not null)
        {
            await page.Context.CloseAsync();
            await service.DisposeAsync();
        }
    }

    [ChromiumFact]
    public async Task By_mouse_with_drag_buttons_numbers_ties_undo_and_a_veto_and_each_is_saved()
    {
        await list.MoveUpAsync("Student s3");
        await list.MoveUpAsync("Student s1");
        await list.BeSavedAsync();
        (await OrderAsync()).Should().Be("s3 s1");

        await list.DragAsync("Student s1", before: "Student s3");
        await Number("s5").FillAsync("2");
        await Number("s5").PressAsync("Tab");
        await list.BeSavedAsync();
        (await OrderAsync()).Should().Be("s1 s3=s5");
        (await ShownAsync()).Should().Equal("1 s1", "2 s3", "2 s5", "– s2", "– s4");

        await list.Row("Student s5").Locator("[data-tie-button]").ClickAsync();
        await list.UndoAsync();
        await list.BeSavedAsync();
        (await OrderAsync()).Should().Be("s1 s3=s5", "undo takes the last move back");

        await list.Row("Student s1").GetByText("Cannot be taken?").ClickAsync();
        await list.Row("Student s1").GetByRole(AriaRole.Checkbox).CheckAsync();
        await list.Row("Student s1").GetByLabel("Reason why not").FillAsync("no bench");
        await list.BeSavedAsync();
        (await ShownAsync()).Should().Equal("1 s3", "1 s5", "– s2", "– s4", "✕ s1");
        await PageLaws.HoldAsync(page, "en");
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Submit the order" }));

        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Order submitted (version 1)");
        (await OrderAsync()).Should().Be("s3=s5");
        (await ShownAsync()).Should().Equal("1 s3", "1 s5", "– s2", "– s4", "✕ s1");
    }

    [ChromiumFact]
    public async Task With_the_keyboard_alone_and_a_voice_that_says_what_moved()
    {
        await page.Locator("[data-row] [data-number]").First.FocusAsync();

        await page.Keyboard.PressAsync("Alt+ArrowUp");
        await Assertions.Expect(list.Announcement).ToHaveTextAsync("Student s1 moved to position 1 of 1.");
        await list.Row("Student s4").Locator("[data-number]").FocusAsync();
        await page.Keyboard.PressAsync("Alt+ArrowDown");
        await page.Keyboard.PressAsync("Alt+ArrowUp");
        await Assertions.Expect(list.Announcement).ToHaveTextAsync("Student s4 moved to position 1 of 2.");
        (await list.Row("Student s4").EvaluateAsync<bool>("row => row.contains(document.activeElement)")).Should().BeTrue();
        await list.BeSavedAsync();

        (await OrderAsync()).Should().Be("s4 s1");
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.PressAsync("Delete");
        await page.Keyboard.PressAsync("Tab");
        await Assertions.Expect(list.Announcement).ToHaveTextAsync("Student s4 has no rank any more.");
        await list.BeSavedAsync();
        (await OrderAsync()).Should().Be("s1");
    }

    [ChromiumFact]
    public async Task A_second_window_that_saved_meanwhile_is_shown_with_what_it_saved()
    {
        var second = await page.Context.NewPageAsync();
        var other = new RankingPage(second);
        await other.OpenAsync(new Uri(page.Url).AbsolutePath);

        await list.MoveUpAsync("Student s2");
        await list.BeSavedAsync();
        await other.MoveUpAsync("Student s3");
        await Assertions.Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("Nothing is lost");

        await Assertions.Expect(second.GetByRole(AriaRole.Alert)).ToContainTextAsync("1. Student s2");
        (await second.Locator("[data-row][data-name='Student s3'] [data-number]").InputValueAsync()).Should().Be("1");
        (await OrderAsync()).Should().Be("s2");
    }

    private ILocator Number(string student) => list.Row($"Student {student}").Locator("[data-number]");

    private async Task<string[]> ShownAsync() =>
        await page.Locator("[data-row]").EvaluateAllAsync<string[]>("rows => rows.map(row => row.querySelector('[data-rank]').textContent + ' ' + row.dataset.name.replace('Student ', ''))");

    /// <summary>The stored draft: a space between ranks, = between equals.</summary>
    private async Task<string> OrderAsync()
    {
        var draft = (await service.Host.ReadAsync(db => db.HostRankings.AsNoTracking().SingleAsync())).Draft;
        return string.Join(' ', draft.Groups.Select(group => string.Join('=', group.Select(student => campaign.Students.Single(s => s.Value == student).Key).Order(StringComparer.Ordinal))));
    }
}
