using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Mail;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Deadlines;

/// <summary>What the minutely job does to campaigns and people. The campaign: A declared, B has not; s1 and s2 submitted, s3 has not; 2 places for 3 students.</summary>
public sealed class DeadlineTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_deadline_missed_while_the_service_was_down_moves_the_campaign_at_the_next_start()
    {
        var campaign = await ReadyAsync(CampaignState.Ranking);
        host.Clock.Advance(TimeSpan.FromDays(90));

        await host.KeepDeadlinesAsync();

        var moved = await host.CampaignAsync(campaign.Id);
        moved.State.Should().Be(CampaignState.Matching);
        var entry = await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "campaign.moved"));
        entry.By.Should().BeNull("the service moved it");
        (await LettersAsync(LetterKind.Notice)).Should().ContainSingle().Which.To.Value.Should().Be("coordinator@institute.example.org");
    }

    [Fact]
    public async Task The_deadline_itself_still_belongs_to_the_phase()
    {
        var campaign = await ReadyAsync(CampaignState.Ranking);
        host.Clock.SetUtcNow((await host.CampaignAsync(campaign.Id)).RankingDeadline!.Value);

        await host.KeepDeadlinesAsync();

        (await host.CampaignAsync(campaign.Id)).State.Should().Be(CampaignState.Ranking);
    }

    [Fact]
    public async Task A_list_that_was_never_submitted_does_not_hold_the_matching_back()
    {
        var campaign = await ReadyAsync(CampaignState.Ranking);
        host.Clock.Advance(TimeSpan.FromDays(21));

        await host.KeepDeadlinesAsync();

        (await host.ReadAsync(db => db.Rankings.CountAsync(r => !r.Versions.Any()))).Should().Be(1, "s3 submitted nothing");
        (await host.CampaignAsync(campaign.Id)).State.Should().Be(CampaignState.Matching);
    }

    [Fact]
    public async Task With_an_open_item_the_campaign_waits_and_the_coordinators_are_told_once()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);
        host.Clock.Advance(TimeSpan.FromDays(11));

        await host.KeepDeadlinesAsync();
        host.Clock.Advance(TimeSpan.FromHours(5));
        await host.KeepDeadlinesAsync();

        (await host.CampaignAsync(campaign.Id)).State.Should().Be(CampaignState.Declaring);
        var told = (await LettersAsync(LetterKind.Notice)).Should().ContainSingle().Subject;
        told.TextBody.Should().Contain("Hosts that have not declared: 1.").And.Contain("There are 2 places for 3 students.");
    }

    [Fact]
    public async Task Items_accepted_with_a_reason_let_the_campaign_go_on_and_the_reason_is_kept()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);
        await AcceptAsync(campaign, "B comes next year");
        host.Clock.Advance(TimeSpan.FromDays(11));

        await host.KeepDeadlinesAsync();

        (await host.CampaignAsync(campaign.Id)).State.Should().Be(CampaignState.Ranking);
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "campaign.moved"))).Reason.Should().Be("B comes next year");
    }

    [Fact]
    public async Task An_item_of_another_kind_makes_the_campaign_wait_again()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);
        await AcceptAsync(campaign, "B comes next year");
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            foreach (var student in await db.Students.ToListAsync())
            {
                student.Withdraw(host.Clock.GetUtcNow());
            }

            await db.SaveChangesAsync();
        });
        host.Clock.Advance(TimeSpan.FromDays(11));

        await host.KeepDeadlinesAsync();

        (await host.CampaignAsync(campaign.Id)).State.Should().Be(CampaignState.Declaring, "nobody accepted that there is no student");
    }

    [Fact]
    public async Task A_clock_that_jumps_back_takes_no_step_back()
    {
        var campaign = await ReadyAsync(CampaignState.Ranking);
        var before = host.Clock.GetUtcNow();
        host.Clock.Advance(TimeSpan.FromDays(21));
        await host.KeepDeadlinesAsync();
        host.Clock.AdjustTime(before);

        await host.KeepDeadlinesAsync();

        (await host.CampaignAsync(campaign.Id)).State.Should().Be(CampaignState.Matching);
        (await LettersAsync(LetterKind.Reminder)).Should().BeEmpty();
    }

    [Fact]
    public async Task Only_those_who_have_not_acted_are_reminded_each_once_a_slot()
    {
        await ReadyAsync(CampaignState.Ranking);
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1)); // 7 days before the ranking deadline

        await host.KeepDeadlinesAsync();
        await host.KeepDeadlinesAsync();
        host.Clock.Advance(TimeSpan.FromDays(5)); // 2 days
        await host.KeepDeadlinesAsync();
        await host.KeepDeadlinesAsync();

        var letters = await LettersAsync(LetterKind.Reminder);
        letters.Select(l => l.To.Value).Should().Equal("s3@wut.example.org", "s3@wut.example.org");
        letters.Should().OnlyContain(l => l.Calendar!.Contains("BEGIN:VEVENT"), "the deadline comes along for the calendar");
        letters.Select(l => l.Key).Should().OnlyHaveUniqueItems();
    }

    [Fact]
    public async Task Hosts_that_have_not_declared_are_reminded_before_their_deadline()
    {
        await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);
        host.Clock.Advance(TimeSpan.FromDays(3) + TimeSpan.FromHours(1));

        await host.KeepDeadlinesAsync();

        (await LettersAsync(LetterKind.Reminder)).Should().ContainSingle().Which.TextBody.Should().Contain("Laboratory B");
    }

    [Fact]
    public async Task Reminders_slept_through_are_not_sent_after_the_fact()
    {
        await ReadyAsync(CampaignState.Ranking);
        host.Clock.Advance(TimeSpan.FromDays(19) + TimeSpan.FromHours(20)); // 4 hours before

        await host.KeepDeadlinesAsync();

        (await LettersAsync(LetterKind.Reminder)).Should().ContainSingle().Which.Key.Should().Contain(":6h:");
    }

    [Fact]
    public async Task A_reminder_still_waiting_at_the_deadline_is_withdrawn()
    {
        await ReadyAsync(CampaignState.Ranking);
        host.Clock.Advance(TimeSpan.FromDays(19) + TimeSpan.FromHours(20));
        await host.KeepDeadlinesAsync();
        host.Clock.Advance(TimeSpan.FromHours(5));

        await host.KeepDeadlinesAsync();

        (await LettersAsync(LetterKind.Reminder)).Should().ContainSingle().Which.State.Should().Be(LetterState.Recalled);
    }

    [Fact]
    public async Task A_reminder_that_comes_to_its_turn_a_second_too_late_does_not_leave_and_the_page_says_why()
    {
        await ReadyAsync(CampaignState.Ranking);
        host.Clock.Advance(TimeSpan.FromDays(19) + TimeSpan.FromHours(20));
        await host.KeepDeadlinesAsync();
        host.Clock.Advance(TimeSpan.FromHours(4) + TimeSpan.FromSeconds(1));

        await host.SendAsync(); // before the minutely job has looked

        var letter = (await LettersAsync(LetterKind.Reminder)).Should().ContainSingle().Subject;
        letter.State.Should().Be(LetterState.Expired);
        letter.Attempts.Should().BeEmpty();
        using var browser = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        await browser.OpenAsync($"/Letters/{letter.Id}");
        browser.Text.Should().Contain("Expired").And.Contain("the time it is about was over");
    }

    [Fact]
    public async Task A_reminder_of_the_last_second_leaves()
    {
        await ReadyAsync(CampaignState.Ranking);
        host.Clock.Advance(TimeSpan.FromDays(19) + TimeSpan.FromHours(20));
        await host.KeepDeadlinesAsync();
        host.Clock.Advance(TimeSpan.FromHours(4));

        await host.SendAsync();

        (await LettersAsync(LetterKind.Reminder)).Should().ContainSingle().Which.State.Should().Be(LetterState.Accepted);
    }

    [Fact]
    public async Task A_reminder_still_waiting_when_its_reader_has_acted_is_withdrawn()
    {
        var campaign = await ReadyAsync(CampaignState.Ranking);
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1));
        await host.KeepDeadlinesAsync();
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            (await db.Rankings.SingleAsync(r => r.Student == campaign.Students["s3"])).TakeIn(new RankedChoices([[campaign.Offers["A-1"]]]), host.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        });

        await host.KeepDeadlinesAsync();

        (await LettersAsync(LetterKind.Reminder)).Should().ContainSingle().Which.State.Should().Be(LetterState.Recalled);
    }

    [Fact]
    public async Task A_deadline_put_off_is_reminded_of_anew()
    {
        var campaign = await ReadyAsync(CampaignState.Ranking);
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1));
        await host.KeepDeadlinesAsync();
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            var row = await db.Campaigns.SingleAsync(c => c.Id == campaign.Id);
            row.Schedule(row.DeclarationDeadline, row.RankingDeadline!.Value.AddDays(10), row.AnswerDeadline);
            await db.SaveChangesAsync();
        });
        host.Clock.Advance(TimeSpan.FromDays(10));

        await host.KeepDeadlinesAsync();

        (await LettersAsync(LetterKind.Reminder)).Where(l => l.State == LetterState.Queued).Should().ContainSingle();
    }

    /// <summary>As <see cref="HostCampaign"/>, with nothing open but s3's list.</summary>
    private async Task<HostCampaign> ReadyAsync(CampaignState state)
    {
        var campaign = await HostCampaign.CreateAsync(host, until: state);
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            var a = await db.Declarations.SingleAsync(d => d.Campaign == campaign.Id && d.Host == campaign.Hosts["A"]);
            var b = await db.Declarations.SingleAsync(d => d.Campaign == campaign.Id && d.Host == campaign.Hosts["B"]);
            var head = await db.People.FirstAsync();
            b.Declare(a.Declared!, b.Version, head.Id, host.Clock.GetUtcNow()).Value();
            await db.SaveChangesAsync();
        });
        return campaign;
    }

    private async Task AcceptAsync(HostCampaign campaign, string reason)
    {
        var coordinator = await host.CoordinatorAsync();
        var version = (await host.CampaignAsync(campaign.Id)).Version;
        (await host.DoAsync<ScheduleCampaign, Domain.Result<Domain.Done>>(schedule => schedule.AcceptOpenItemsAsync(campaign.Id, version, reason, coordinator, CancellationToken.None))).Value();
    }

    private Task<List<OutboxLetter>> LettersAsync(LetterKind kind) => host.ReadAsync(db => db.Outbox.AsNoTracking().Where(l => l.Kind == kind).OrderBy(l => l.CreatedAt).ThenBy(l => l.Id).ToListAsync());
}
