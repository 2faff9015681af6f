using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Platform;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Mail;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Deadlines;

/// <summary>Who hears of a changed deadline, once each. The campaign: A declared, B has not; s1, s2 and s3 may rank.</summary>
public sealed class DeadlineChangeTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task Every_student_who_may_rank_gets_one_letter_with_both_clocks_and_a_calendar_that_moves_the_date()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        var before = await host.CampaignAsync(campaign.Id);
        var held = Calendar(before);

        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = deadlines.Ranking!.Value.AddDays(3) });

        var letters = await WaitingAsync();
        letters.Select(letter => letter.To.Value).Should().BeEquivalentTo("s1@wut.example.org", "s2@wut.example.org", "s3@wut.example.org");
        letters.Should().OnlyContain(letter => letter.NextAttemptAt == host.Clock.GetUtcNow() + before.LetterHold);
        letters[0].TextBody.Should().Contain(Say(before.RankingDeadline!.Value)).And.Contain(Say(before.RankingDeadline!.Value.AddDays(3)));
        Line(letters[0].Calendar!, "UID").Should().Be(Line(held, "UID"));
        int.Parse(Line(letters[0].Calendar!, "SEQUENCE"), System.Globalization.CultureInfo.InvariantCulture).Should().BeGreaterThan(int.Parse(Line(held, "SEQUENCE"), System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public async Task Only_heads_whose_hosts_have_not_declared_hear_of_the_hosts_deadline()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);

        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Declaration = deadlines.Declaration!.Value.AddDays(2) });

        var letter = (await WaitingAsync()).Should().ContainSingle().Subject;
        letter.To.Value.Should().Be("head-b@amu.example.org");
        letter.TextBody.Should().Contain("- Laboratory B").And.NotContain("Laboratory A");
    }

    [Fact]
    public async Task A_second_change_within_the_hold_is_one_letter_about_the_deadline_people_knew_and_the_last_one()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        var known = (await host.CampaignAsync(campaign.Id)).RankingDeadline!.Value;
        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = known.AddDays(3) });
        host.Clock.Advance(TimeSpan.FromMinutes(9));

        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = known.AddDays(5) });
        host.Clock.Advance(TimeSpan.FromMinutes(9));
        await host.SendAsync();
        var within = await WaitingAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.SendAsync();

        within.Should().HaveCount(3, "the hold begins anew");
        var left = await LeftAsync();
        left.Select(letter => letter.Person).Should().OnlyHaveUniqueItems().And.HaveCount(3);
        left[0].TextBody.Should().Contain(Say(known)).And.Contain(Say(known.AddDays(5))).And.NotContain(Say(known.AddDays(3)));
    }

    [Fact]
    public async Task A_deadline_put_back_within_the_hold_is_no_news()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        var known = (await host.CampaignAsync(campaign.Id)).RankingDeadline!.Value;
        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = known.AddDays(3) });

        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = known });
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.SendAsync();

        (await LeftAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_change_after_the_letter_has_left_is_another_letter()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        var known = (await host.CampaignAsync(campaign.Id)).RankingDeadline!.Value;
        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = known.AddDays(3) });
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        await host.SendAsync();

        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = known });

        (await LeftAsync()).Should().HaveCount(3);
        (await WaitingAsync()).Should().HaveCount(3).And.OnlyContain(letter => letter.TextBody.Contains(Say(known.AddDays(3))), "that is what they have read");
    }

    [Fact]
    public async Task Placed_students_hear_of_the_deadline_to_answer_after_their_result()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Answer = host.Clock.GetUtcNow().AddDays(30) });
        (await WaitingAsync()).Should().BeEmpty("nobody is placed yet");
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        (await campaign.PublishAsync(run.Id)).Value();
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            (await db.Campaigns.SingleAsync(c => c.Id == campaign.Id)).HoldLettersFor(TimeSpan.Zero);
            await db.SaveChangesAsync();
        });

        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Answer = deadlines.Answer!.Value.AddDays(5) });

        var placed = await host.ReadAsync(db => db.Placements.CountAsync());
        var letters = await WaitingAsync();
        letters.Should().HaveCount(placed).And.OnlyContain(letter => letter.Key.StartsWith($"deadline:{campaign.Id}:Answer:"));
        letters.Should().OnlyContain(letter => letter.NextAttemptAt == host.Clock.GetUtcNow() + TimeSpan.FromMinutes(10), "the results are held until then");
    }

    [Fact]
    public async Task Nobody_is_told_before_the_phase_has_begun()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Preparing);

        await host.ScheduleAsync(campaign.Id, deadlines => new(deadlines.Declaration!.Value.AddDays(1), deadlines.Ranking!.Value.AddDays(1), deadlines.Answer!.Value.AddDays(1)));

        (await WaitingAsync()).Should().BeEmpty();
    }

    [Fact]
    public async Task A_ranking_opened_again_is_told_to_the_students()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Matching);
        var row = await host.CampaignAsync(campaign.Id);
        var until = host.Clock.GetUtcNow().AddDays(25);

        (await host.DoAsync<ScheduleCampaign, Result<Done>>(async schedule => await schedule.ReopenRankingAsync(campaign.Id, row.Version, until, "two offers came late", await host.CoordinatorAsync(), CancellationToken.None))).Value();

        (await WaitingAsync()).Should().HaveCount(3).And.OnlyContain(letter => letter.TextBody.Contains(Say(until)));
    }

    [Fact]
    public async Task The_page_says_who_would_be_told_and_then_that_they_will_be()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var browser = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        await browser.OpenAsync($"/Campaigns/{campaign.Id}/Deadlines");
        browser.Text.Should().Contain("the 3 students who may rank are told").And.Contain("the one head whose host has not declared is told").And.NotContain("placed student");

        await browser.Fill("Ranking.Date", "2027-01-20").PressAsync();

        browser.Text.Should().Contain("3 letters about a changed deadline wait and leave from 24 Nov 2026, 09:10");
    }

    private static string Say(DateTimeOffset instant) => BothClocks.Say(new Texts(), Language.English, instant);

    private static string Line(string calendar, string name) => Regex.Match(calendar, $"^{name}:(.*?)\r?$", RegexOptions.Multiline).Groups[1].Value;

    private string Calendar(Campaign campaign) =>
        ((DeadlineCalendar)host.Services.GetService(typeof(DeadlineCalendar))!).Write(campaign, [DeadlineKind.Ranking], Language.English, host.Clock.GetUtcNow())!; // not null: registered, and the deadline is set

    private Task<List<OutboxLetter>> WaitingAsync() => LettersAsync(LetterState.Queued);

    private Task<List<OutboxLetter>> LeftAsync() => LettersAsync(LetterState.Accepted);

    private Task<List<OutboxLetter>> LettersAsync(LetterState state) =>
        host.ReadAsync(db => db.Outbox.AsNoTracking().Where(l => l.Key.StartsWith("deadline:") && l.State == state).OrderBy(l => l.Id).ToListAsync());
}
