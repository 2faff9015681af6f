using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>After publication: a placed student answers and thinks again, one without a place reads what comes next, the head sees who comes.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit disposes it by IAsyncLifetime.")]
public sealed class ResultTests(Chromium chromium) : IClassFixture<Chromium>, IAsyncLifetime
{
    private RunningService service = null!; // set before each test
    private SmallCampaign campaign = null!; // set before each test

    public async Task InitializeAsync()
    {
        if (Chromium.Program is null)
        {
            return;
        }

        service = new(workers: false);
        campaign = await SmallCampaign.CreateAsync(service.Host);
        await campaign.ChangeAsync(async db =>
        {
            var one = await db.Campaigns.SingleAsync();
            one.Schedule(null, null, service.Host.Clock.GetUtcNow().AddDays(30)).TryGet(out _, out var problem);
            problem.Should().BeNull();
            one.HoldLettersFor(TimeSpan.Zero);
        });
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        (await campaign.PublishAsync(run.Id)).TryGet(out _, out var refused);
        refused.Should().BeNull();
    }

    public async Task DisposeAsync()
    {
        if (Chromium.Program is not null)
        {
            await service.DisposeAsync();
        }
    }

    [ChromiumFact]
    public async Task A_placed_student_accepts_refuses_with_a_reason_and_thinks_again_on_a_telephone()
    {
        var page = await SignInAsync("Student s3");
        await page.PressAsync(page.Locator($"main a[href='/Results/{campaign.Id}']").First);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Topic B-1" })).ToBeVisibleAsync();

        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Accept this place" }));
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Place accepted.");
        await page.GetByText("Refuse this place").ClickAsync();
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Confirm the refusal" }));
        await Assertions.Expect(page.GetByText("Choose a reason for the refusal.")).ToBeVisibleAsync();
        await PageLaws.HoldAsync(page, "en");
        await page.GetByLabel("Reason").SelectOptionAsync("visa");
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Confirm the refusal" }));
        await Assertions.Expect(page.GetByText("Visa or documents")).ToBeVisibleAsync();
        await PageLaws.HoldAsync(page, "en");
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Accept this place" }));

        (await PlacementAsync("s3")).StudentAnswer.Should().Be(Answer.Accepted);
        (await service.Host.ReadAsync(db => db.Outbox.CountAsync(l => l.Kind == LetterKind.AnswerReceipt))).Should().Be(3);
    }

    [ChromiumFact]
    public async Task The_letter_can_be_kept_as_a_file()
    {
        var page = await SignInAsync("Student s3");
        await page.GotoAsync($"/Results/{campaign.Id}");

        var letter = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("letter", RegexOptions.IgnoreCase) }).First.ClickAsync());

        letter.SuggestedFilename.Should().EndWith(".eml");
        (await File.ReadAllTextAsync(await letter.PathAsync())).Should().Contain("s3@wut.example.org");
    }

    [ChromiumFact]
    public async Task Somebody_without_a_place_reads_what_comes_next()
    {
        var page = await SignInAsync("Student s4");

        await page.GotoAsync($"/Results/{campaign.Id}");

        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Name = "What comes next" })).ToBeVisibleAsync();
        (await page.GetByRole(AriaRole.Button, new() { Name = "Accept this place" }).CountAsync()).Should().Be(0);
        await PageLaws.HoldAsync(page, "en");
    }

    [ChromiumFact]
    public async Task A_head_sees_who_comes_accepts_one_and_refuses_with_a_reason()
    {
        var page = await SignInAsync("Head of A");
        await page.PressAsync(page.GetByRole(AriaRole.Link, new() { NameRegex = new Regex("Placed students") }).First);
        var coming = await page.Locator("main h2").AllInnerTextsAsync();

        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = $"Accept – {coming[0]}" }));
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Your answer is stored.");
        var second = page.Locator("section.card", new() { HasText = coming[1] });
        await second.GetByText("Refuse…").ClickAsync();
        await second.GetByLabel("Reason").FillAsync("no bench left");
        await page.PressAsync(second.GetByRole(AriaRole.Button, new() { NameRegex = new Regex("Refuse for this reason") }));
        await Assertions.Expect(page.GetByText("no bench left")).ToBeVisibleAsync();
        await PageLaws.HoldAsync(page, "en");

        (await PlacementAsync(coming[0]["Student ".Length..])).HostAnswer.Should().Be(Answer.Accepted);
        (await PlacementAsync(coming[1]["Student ".Length..])).HostAnswer.Should().Be(Answer.Refused);
    }

    private async Task<IPage> SignInAsync(string name)
    {
        var page = await service.OpenAsync(chromium, width: 360, height: 740);
        await page.Context.AddCookiesAsync([new() { Name = "language", Value = "en", Url = service.Address }]);
        await page.GotoAsync("/Accounts/SignIn");
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = name }));
        return page;
    }

    private Task<Domain.Placements.Placement> PlacementAsync(string student) =>
        service.Host.ReadAsync(db => db.Placements.AsNoTracking().SingleAsync(p => p.Student == campaign.Students[student]));
}
