using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Features.Rankings;
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

    [Fact]
    public async Task Somebody_whose_list_was_lost_with_its_receipt_is_reminded_again_and_once()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1)); // 7 days before the ranking deadline

        await LoseAsync(() => RemindAndSubmitAsync(campaign));
        host.Clock.Advance(TimeSpan.FromHours(1));
        await LoseAsync(RemindAndResumeAsync);
        host.Clock.Advance(TimeSpan.FromHours(2));
        await RemindAndResumeAsync();

        relay.Taken.Select(taken => taken.Recipients.Single()).Should().Equal(Enumerable.Repeat("s3@wut.example.org", 3), "a reminder, a receipt of what is lost, and a reminder again; the second restore finds that one in the journal");
        relay.Taken[2].Message.Subject.Should().Be(relay.Taken[0].Message.Subject);
        relay.Taken.Select(taken => taken.Message.MessageId).Should().OnlyHaveUniqueItems("a reader's mailbox takes a second letter of the same id for a double");
    }

    [Fact]
    public async Task A_receipt_of_somebody_else_or_one_that_the_backup_knows_brings_no_second_reminder()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1));

        await LoseAsync(async () =>
        {
            await host.KeepDeadlinesAsync();
            await host.SendAsync();
            host.Clock.Advance(TimeSpan.FromMinutes(5));
            await SubmitAsync(campaign, "s2");
        });
        await RemindAndResumeAsync();

        relay.Taken.Select(taken => taken.Recipients.Single()).Should().Equal("s3@wut.example.org", "s2@wut.example.org");
    }

    [Fact]
    public async Task A_deadline_that_was_put_back_and_is_changed_again_after_the_restore_is_told_again()
    {
        var campaign = await HostCampaign.CreateAsync(host);

        await LoseAsync(async () =>
        {
            await PutOffAsync(campaign.Id, 3);
            host.Clock.Advance(TimeSpan.FromMinutes(10));
            await host.SendAsync();
            await PutOffAsync(campaign.Id, -3);
        });
        host.Clock.Advance(TimeSpan.FromHours(1));
        await PutOffAsync(campaign.Id, 3);
        await ResumeAsync();

        relay.Taken.Should().HaveCount(9, "three students have read last that the deadline is the old one");
        relay.Taken.Skip(6).Select(taken => taken.Message.TextBody).Should().BeEquivalentTo(relay.Taken.Take(3).Select(taken => taken.Message.TextBody));
        relay.Taken.Select(taken => taken.Message.MessageId).Should().OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("en", "It leaves again when you resume", "Ask to act again")]
    [InlineData("fr", "Elle repartira à la reprise", "À inviter à agir de nouveau")]
    [InlineData("zh-Hans", "恢复发送后将再次发出", "请其重新操作")]
    public async Task The_page_says_whose_receipt_is_lost_and_that_their_reminder_leaves_again(string language, string again, string ask)
    {
        var campaign = await HostCampaign.CreateAsync(host);
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1));
        await LoseAsync(() => RemindAndSubmitAsync(campaign));
        host.CreateClient().Dispose();
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.KeepDeadlinesAsync();
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        browser.Speak(language);

        await browser.OpenAsync("/Letters/Restored");

        browser.Text.Should().Contain(again).And.Contain(ask).And.NotContain("checked=\"checked\"");
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

    private async Task RemindAndResumeAsync()
    {
        await host.KeepDeadlinesAsync();
        await ResumeAsync();
    }

    /// <summary>The reminder leaves; its reader submits; the receipt waits to be sent.</summary>
    private async Task RemindAndSubmitAsync(HostCampaign campaign)
    {
        await host.KeepDeadlinesAsync();
        await host.SendAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(5));
        await SubmitAsync(campaign, "s3");
    }

    private async Task SubmitAsync(HostCampaign campaign, string student)
    {
        var request = new RankingRequest(Guid.NewGuid(), await host.DoAsync<PlacementDb, int>(async db =>
        {
            var ranking = await db.Rankings.SingleAsync(r => r.Student == campaign.Students[student]);
            var version = ranking.SaveDraft(new([[campaign.Offers["A-1"]], [campaign.Offers["A-2"]]]), new Dictionary<OfferId, string>(), new(Guid.NewGuid(), ranking.Version), await host.CampaignAsync(campaign.Id), campaign.Offers.Values.ToHashSet(), host.Clock.GetUtcNow()).Value();
            await db.SaveChangesAsync();
            return version;
        }));
        var person = await host.PersonAsync($"{student}@wut.example.org");
        (await host.DoAsync<SubmitRanking, Result<int>>(submit => submit.HandleAsync(campaign.Id, person, false, request, CancellationToken.None))).Value();
    }

    private Task PutOffAsync(CampaignId id, int days) =>
        host.ScheduleAsync(id, deadlines => deadlines with { Ranking = deadlines.Ranking!.Value.AddDays(days) }); // not null: HostCampaign sets it
}
