using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Deadlines;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Mail;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Backups;

/// <summary>
/// Letters that left after the backup, and whose cause comes again once it is restored: the minutely job finds the same deadline, a coordinator takes the same step.
/// The relay journal outlives the restore and knows them by their Message-ID.
/// </summary>
public sealed class LettersAfterRestoreTests : IAsyncDisposable
{
    private const string Coordinator = "coordinator@institute.example.org";

    private readonly ScriptedRelay relay = new();
    private MatchingHost host;

    public LettersAfterRestoreTests() => host = MailHost.Lasting(relay.Port);

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await relay.DisposeAsync();
        if (Directory.Exists(host.Folder))
        {
            Directory.Delete(host.Folder, recursive: true);
        }
    }

    [Fact]
    public async Task A_reminder_that_left_after_the_backup_is_written_again_and_does_not_leave_again()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1)); // 7 days before the ranking deadline

        await LoseAsync(() => host.KeepDeadlinesAsync());
        await host.KeepDeadlinesAsync();
        await ResumeAsync();

        relay.Taken.Should().ContainSingle("the reader was reminded before the restore").Which.Recipients.Should().Equal("s3@wut.example.org");
        var letter = (await host.LettersAsync()).Should().ContainSingle().Subject;
        letter.Should().Match<OutboxLetter>(l => l.Campaign == campaign.Id && l.State == LetterState.Accepted && l.ServerWords == "250 2.0.0 taken as 1-1");
    }

    [Fact]
    public async Task A_reminder_of_another_slot_leaves_after_the_restore()
    {
        await HostCampaign.CreateAsync(host);
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1));

        await LoseAsync(() => host.KeepDeadlinesAsync());
        host.Clock.Advance(TimeSpan.FromDays(5)); // 2 days before
        await host.KeepDeadlinesAsync();
        await ResumeAsync();

        relay.Taken.Select(taken => taken.Recipients.Single()).Should().Equal("s3@wut.example.org", "s3@wut.example.org");
    }

    [Fact]
    public async Task Coordinators_who_were_told_of_a_deadline_that_passed_are_not_told_again()
    {
        await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);
        host.Clock.Advance(TimeSpan.FromDays(11));

        await LoseAsync(() => host.KeepDeadlinesAsync());
        await host.KeepDeadlinesAsync();
        await ResumeAsync();

        relay.Taken.Should().ContainSingle().Which.Recipients.Should().Equal(Coordinator);
    }

    [Fact]
    public async Task Heads_who_were_invited_are_not_invited_again()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);

        await LoseAsync(() => InviteAsync(campaign.Id));
        await InviteAsync(campaign.Id);
        await ResumeAsync();

        relay.Taken.Should().ContainSingle().Which.Recipients.Should().Equal("head-c@amu.example.org");
    }

    [Fact]
    public async Task A_head_who_came_since_is_invited_though_the_one_before_was()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);

        await LoseAsync(() => InviteAsync(campaign.Id));
        await host.DoAsync<PlacementDb>(async db =>
        {
            var laboratories = await db.Hosts.ToDictionaryAsync(laboratory => laboratory.Code);
            var c = laboratories["C"];
            c.Describe(c.Name, c.UnitCode, c.Campus, c.Faculty, c.Field, c.Languages, c.RestrictedZone, laboratories["A"].Head);
            await db.SaveChangesAsync();
        });
        await InviteAsync(campaign.Id);
        await ResumeAsync();

        relay.Taken.Select(taken => taken.Recipients.Single()).Should().Equal("head-c@amu.example.org", "head-a@amu.example.org");
    }

    [Theory]
    [InlineData(3, 3, "the very letter has left")]
    [InlineData(3, 5, "another date is news, though the campaign's version is the same again")]
    public async Task A_deadline_changed_again_after_the_restore_is_told_if_it_is_another_one(int before, int after, string because)
    {
        var campaign = await HostCampaign.CreateAsync(host);

        await LoseAsync(() => PutOffAsync(campaign.Id, before));
        await PutOffAsync(campaign.Id, after);
        await ResumeAsync();

        relay.Taken.Should().HaveCount(before == after ? 3 : 6, because);
        (await host.LettersAsync()).Should().HaveCount(3).And.OnlyContain(letter => letter.State == LetterState.Accepted);
    }

    [Theory]
    [InlineData("en", "taken as 1-1", "Not in the journal", "written again since")]
    [InlineData("fr", "taken as 1-1", "Inconnue du journal", "récrites depuis")]
    [InlineData("zh-Hans", "taken as 1-1", "日志中无记录", "恢复后重新生成")]
    public async Task The_page_shows_what_was_written_again_and_what_the_journal_says_of_it(string language, string known, string unknown, string words)
    {
        await HostCampaign.CreateAsync(host);
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1));
        await LoseAsync(() => host.KeepDeadlinesAsync());
        host.CreateClient().Dispose();
        host.Clock.Advance(TimeSpan.FromMinutes(1)); // the start has paused the sending; what follows is written later
        await host.KeepDeadlinesAsync();
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        browser.Speak(language);

        await browser.OpenAsync("/Letters/Restored");
        var with = browser.Text;
        File.Delete(Path.Combine(host.Folder, "relay-journal.jsonl"));
        await StartAgainAsync(); // on a machine that has the backup alone
        using var other = await HostBrowser.SignInAsync(host, Coordinator);
        other.Speak(language);
        await other.OpenAsync("/Letters/Restored");

        with.Should().Contain(known).And.Contain("checked=\"checked\"").And.NotContain(unknown).And.Contain(words);
        other.Text.Should().Contain("s3@wut.example.org").And.Contain(unknown).And.NotContain("checked=\"checked\"");
    }

    /// <summary>Backs up, lets it happen, sends what it wrote, and goes back to the backup.</summary>
    private async Task LoseAsync(Func<Task> happen)
    {
        var backup = await host.BackUpAsync();
        var now = host.Clock.GetUtcNow();
        await happen();
        host.Clock.Advance(TimeSpan.FromMinutes(10)); // the hold of a changed deadline
        await host.SendAsync();
        await RestAsync();
        BackedUp.Restore(host.Folder, backup.Folder);
        Start(now);
    }

    private async Task StartAgainAsync()
    {
        await RestAsync();
        Start(host.Clock.GetUtcNow());
    }

    private async Task RestAsync()
    {
        host.CreateClient().Dispose();
        host.LetAnotherStart();
        await host.DisposeAsync();
    }

    private void Start(DateTimeOffset now)
    {
        host = MailHost.Lasting(relay.Port, host.Folder);
        host.Clock.SetUtcNow(now);
    }

    /// <summary>Nobody marks a letter: the journal must do without a person.</summary>
    private async Task ResumeAsync()
    {
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        await browser.OpenAsync("/Letters/Restored");
        await browser.PressAsync(handler: "Resume");
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        await host.SendAsync();
    }

    private async Task InviteAsync(CampaignId campaign)
    {
        var by = await host.CoordinatorAsync();
        (await host.DoAsync<AskHosts, Result<int>>(ask => ask.InviteAsync(campaign, by, CancellationToken.None))).Value().Should().Be(1, "C is not asked yet");
    }

    private Task PutOffAsync(CampaignId id, int days) =>
        host.ScheduleAsync(id, deadlines => deadlines with { Ranking = deadlines.Ranking!.Value.AddDays(days) }); // not null: HostCampaign sets it
}
