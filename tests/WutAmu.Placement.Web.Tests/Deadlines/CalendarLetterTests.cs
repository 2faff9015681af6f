using Ical.Net;
using Microsoft.EntityFrameworkCore;
using MimeKit;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Mail;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Deadlines;

/// <summary>What of the deadlines arrives for a calendar, read from the messages that a mail server took.</summary>
public sealed class CalendarLetterTests : IAsyncLifetime, IAsyncDisposable
{
    private readonly ScriptedRelay relay = new();
    private readonly MatchingHost host;

    public CalendarLetterTests() => host = MailHost.Of(relay.Port);

    public Task InitializeAsync() => Task.CompletedTask;

    Task IAsyncLifetime.DisposeAsync() => DisposeAsync().AsTask();

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await relay.DisposeAsync();
    }

    [Fact]
    public async Task The_receipt_of_a_declaration_brings_the_hosts_deadline()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        await DeclareAsync(campaign);

        var arrived = await ArrivedAsync("head-b@amu.example.org");

        Event(arrived).Should().Be(("PUBLISH", $"{campaign.Id.Value:N}-declaration@institute.example.org", "2026-12-04 08:00", null));
        arrived.TextBody.Should().Contain("Until 4 Dec 2026, 09:00 in Marseille").And.Contain("you can declare a new version");
    }

    [Fact]
    public async Task A_receipt_past_the_deadline_brings_none_and_promises_no_new_version()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        host.Clock.Advance(TimeSpan.FromDays(11));
        using var coordinator = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        await coordinator.OpenAsync(campaign.Page("B"));
        await coordinator.Fill("reason", "said by telephone").PressAsync("check");
        await coordinator.Fill("sure", "true").Fill("reason", "said by telephone").PressAsync();

        var arrived = await ArrivedAsync("head-b@amu.example.org");

        arrived.Attachments.Should().BeEmpty();
        arrived.TextBody.Should().Contain("on your behalf").And.NotContain("new version");
    }

    [Fact]
    public async Task Who_hears_that_an_offer_changed_gets_the_deadline_until_which_the_list_can()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        await head.OpenAsync(campaign.Page("A"));
        await head.Fill("Form.Offers[0].EndsOn", "2026-07-31").PressAsync("check");
        await head.Fill("sure", "true").PressAsync();

        var arrived = await ArrivedAsync("s1@wut.example.org");

        Event(arrived).Should().Be(("PUBLISH", $"{campaign.Id.Value:N}-ranking@institute.example.org", "2026-12-14 08:00", null));
    }

    [Fact]
    public async Task The_receipt_of_an_answer_brings_the_deadline_until_which_it_can_change_to_the_student_alone()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await campaign.ChangeAsync(async db =>
        {
            var row = await db.Campaigns.SingleAsync(c => c.Id == campaign.Id);
            row.Schedule(null, null, host.Clock.GetUtcNow().AddDays(30)).Value();
            row.HoldLettersFor(TimeSpan.Zero);
        });
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        (await campaign.PublishAsync(run.Id)).Value();
        await host.SendAsync();
        var results = relay.Taken.Count;
        var s3 = await host.PersonAsync("s3@wut.example.org");
        (await host.DoAsync<AnswerAsStudent, Result<Done>>(answer => answer.HandleAsync(campaign.Id, s3, Domain.Placements.Answer.Refused, "visa", CancellationToken.None))).Value();
        await host.SendAsync();

        var arrived = relay.Taken.Skip(results).ToDictionary(taken => taken.Recipients.Single(), taken => taken.Message);

        arrived.Keys.Should().BeEquivalentTo("s3@wut.example.org", "coordinator@institute.example.org");
        Event(arrived["s3@wut.example.org"]).Should().Be(("PUBLISH", $"{campaign.Id.Value:N}-answer@institute.example.org", "2026-12-24 08:00", null));
        arrived["coordinator@institute.example.org"].Attachments.Should().BeEmpty("it is not the coordinator's deadline");
    }

    [Fact]
    public async Task A_deadline_that_is_no_more_is_called_off_under_its_own_uid()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = deadlines.Ranking!.Value.AddDays(3) });
        var moved = await ArrivedAsync("s3@wut.example.org");

        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = null });
        var gone = await ArrivedAsync("s3@wut.example.org", 2);

        Event(gone).Should().Be(("CANCEL", Event(moved).Uid, "2026-12-17 08:00", "CANCELLED"), "a calendar finds it by its UID");
        Sequence(gone).Should().BeGreaterThan(Sequence(moved), "an older one is ignored");
        gone.TextBody.Should().Contain("has no deadline any more").And.Contain("takes the date out of your calendar").And.NotContain("moves the date");
        relay.Taken.Count(taken => Event(taken.Message).Method == "CANCEL").Should().Be(3, "one for each student");
    }

    [Fact]
    public async Task A_head_who_has_declared_and_has_the_date_in_a_calendar_hears_that_it_is_called_off()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        await DeclareAsync(campaign);
        var receipt = await ArrivedAsync("head-b@amu.example.org");

        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Declaration = null });
        var gone = await ArrivedAsync("head-b@amu.example.org", 2);

        Event(gone).Should().Be(("CANCEL", Event(receipt).Uid, "2026-12-04 08:00", "CANCELLED"));
        gone.TextBody.Should().Contain("stays in force").And.NotContain("Not declared yet");
        relay.Taken.Select(taken => taken.Recipients.Single()).Should().NotContain("head-a@amu.example.org", "no letter ever brought A the date");
    }

    [Fact]
    public async Task A_deadline_set_again_after_it_was_called_off_takes_its_old_place()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        var set = (await host.CampaignAsync(campaign.Id)).RankingDeadline!.Value; // not null: set by the campaign
        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = null });
        var gone = await ArrivedAsync("s3@wut.example.org");

        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Ranking = set });
        var again = await ArrivedAsync("s3@wut.example.org", 2);

        Event(again).Should().Be(("PUBLISH", Event(gone).Uid, "2026-12-14 08:00", null));
        Sequence(again).Should().BeGreaterThan(Sequence(gone));
    }

    [Fact]
    public async Task Called_off_and_set_again_within_the_hold_is_no_news()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        await DeclareAsync(campaign);
        await ArrivedAsync("head-b@amu.example.org");
        var set = (await host.CampaignAsync(campaign.Id)).DeclarationDeadline;
        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Declaration = null });

        await host.ScheduleAsync(campaign.Id, deadlines => deadlines with { Declaration = set });
        host.Clock.Advance(TimeSpan.FromHours(1));
        await host.SendAsync();

        relay.Taken.Should().ContainSingle("the receipt is all that left");
    }

    private static (string? Method, string? Uid, string Start, string? Status) Event(MimeMessage message)
    {
        var calendar = Calendar.Load(File(message))!; // not null: read from a file
        var one = calendar.Events.Single();
        return (calendar.Method, one.Uid, one.Start!.AsUtc.ToString("yyyy-MM-dd HH:mm", System.Globalization.CultureInfo.InvariantCulture), one.Status); // not null: every event has a start
    }

    private static int Sequence(MimeMessage message) => Calendar.Load(File(message))!.Events.Single().Sequence; // not null: read from a file

    private static string File(MimeMessage message) => message.Attachments.Should().ContainSingle().Which.Should().BeOfType<TextPart>().Which.Text;

    private async Task DeclareAsync(HostCampaign campaign)
    {
        using var head = await HostBrowser.SignInAsync(host, "head-b@amu.example.org");
        await head.OpenAsync(campaign.Page("B"));
        await head.PressAsync("check");
        await head.Fill("sure", "true").PressAsync();
    }

    /// <summary>Sends what is due once the hold is over.</summary>
    /// <returns>The last of so many messages to somebody.</returns>
    private async Task<MimeMessage> ArrivedAsync(string address, int count = 1)
    {
        host.Clock.Advance(TimeSpan.FromMinutes(10));
        await host.SendAsync();
        var theirs = relay.Taken.Where(taken => taken.Recipients.Contains(address)).ToList();
        theirs.Should().HaveCount(count, address);
        return theirs[^1].Message;
    }
}
