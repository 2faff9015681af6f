using System.Globalization;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Operations;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Jobs;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Deadlines;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Mail;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Jobs;

/// <summary>The machine's clock was ten years ahead for a while: nothing waits for that year.</summary>
public sealed class ClockSetBackTests : IAsyncDisposable
{
    private static readonly TimeSpan FarAhead = TimeSpan.FromDays(3653);

    private readonly MatchingHost host;
    private readonly ScriptedRelay relay;
    private bool away;

    public ClockSetBackTests()
    {
        relay = new(said => away && said.Verb == "CONNECT" ? new("421 4.3.2 closing") : null);
        host = MailHost.Of(relay.Port);
    }

    public async ValueTask DisposeAsync()
    {
        await host.DisposeAsync();
        await relay.DisposeAsync();
    }

    [Fact]
    public async Task Jobs_of_the_schedule_run_at_their_next_time_though_the_service_was_not_started_again()
    {
        await InTheFutureAsync(() =>
        {
            host.CreateClient().Dispose();
            return Task.CompletedTask;
        });

        var mended = await MendAsync();

        mended.Should().Be(5);
        ShouldBeSoon(host);
        (await MendAsync()).Should().Be(0, "what is mended is left alone");
    }

    [Fact]
    public async Task Jobs_of_the_schedule_run_at_their_next_time_after_a_start()
    {
        using var before = new MatchingHost { KeepStorage = true };
        before.Clock.Advance(FarAhead);
        before.CreateClient().Dispose();
        before.LetAnotherStart();
        await before.DisposeAsync();

        using var after = new MatchingHost { Storage = before.Folder };
        after.CreateClient().Dispose();

        ShouldBeSoon(after);
    }

    [Theory]
    [InlineData("2026-11-24T08:00:00Z")]
    [InlineData("2027-10-30T02:15:00Z")] // the backup of this morning; the night has an hour more, and the next backup is 25 hours away
    public async Task A_schedule_that_is_right_is_left_alone(string begin)
    {
        host.Clock.SetUtcNow(DateTimeOffset.Parse(begin, CultureInfo.InvariantCulture));
        host.CreateClient().Dispose();

        foreach (var minutes in new[] { 0, 1, 59, 600, 1440 })
        {
            host.Clock.Advance(TimeSpan.FromMinutes(minutes));
            RunAll();
            ShouldBeSoon(host);
            (await MendAsync()).Should().Be(0);
        }
    }

    [Fact]
    public async Task A_backup_that_failed_is_tried_again_now()
    {
        var client = host.Services.GetRequiredService<IBackgroundJobClient>();
        var soon = client.Create<BackUp>(job => job.ExecuteAsync(CancellationToken.None), new ScheduledState(host.Clock.GetUtcNow().AddMinutes(15).UtcDateTime));
        var late = client.Create<BackUp>(job => job.ExecuteAsync(CancellationToken.None), new ScheduledState((host.Clock.GetUtcNow() + FarAhead).UtcDateTime));

        (await MendAsync()).Should().Be(1);

        using var connection = host.Services.GetRequiredService<JobStorage>().GetConnection();
        connection.GetJobData(late).State.Should().Be(EnqueuedState.StateName);
        connection.GetJobData(soon).State.Should().Be(ScheduledState.StateName);
    }

    [Fact]
    public async Task Letters_of_a_publication_are_held_anew_and_leave_after_the_hold()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await InTheFutureAsync(async () => (await campaign.PublishAsync(run.Id)).Value());

        await MendAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        await host.SendAsync();
        var within = relay.Taken.Count;
        using var browser = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        await browser.OpenAsync($"/Runs/{run.Id}");
        var mayRecall = browser.Html.Contains("handler=Recall", StringComparison.Ordinal);
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.SendAsync();
        await browser.OpenAsync($"/Runs/{run.Id}");

        within.Should().Be(0, "the coordinator has the whole hold to take it back");
        mayRecall.Should().BeTrue();
        relay.Taken.Should().HaveCount(6);
        browser.Html.Should().NotContain("handler=Recall", "the letters have left");
    }

    [Fact]
    public async Task Letters_that_came_after_a_publication_wait_for_its_hold_too()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await campaign.ChangeAsync(async db => (await db.Campaigns.SingleAsync(c => c.Id == campaign.Id)).Schedule(null, null, host.Clock.GetUtcNow() + (2 * FarAhead)).Value());
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await InTheFutureAsync(async () =>
        {
            (await campaign.PublishAsync(run.Id)).Value();
            host.Clock.Advance(TimeSpan.FromMinutes(6));
            await RefuseAsync(campaign, "s3"); // four minutes before the letters leave
        });
        await RefuseAsync(campaign, "s1"); // before the next minute mends it

        await MendAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        await host.SendAsync();
        var within = relay.Taken.Count;
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.SendAsync();

        within.Should().Be(0, "a recall takes them all back until the hold is over");
        relay.Taken.Should().HaveCount(6 + 4, "two receipts, and two letters to the coordinator");
    }

    [Fact]
    public async Task A_letter_that_was_being_sent_is_taken_again_after_a_lease_without_a_start()
    {
        await host.QueueAsync();
        await InTheFutureAsync(() => host.DoAsync<PlacementDb>(async db =>
        {
            (await db.Outbox.SingleAsync()).Claim(Guid.NewGuid(), host.Clock.GetUtcNow(), TimeSpan.FromMinutes(10));
            await db.SaveChangesAsync();
        }));

        await MendAsync();
        await host.SendAsync();
        var within = relay.Taken.Count;
        host.Clock.Advance(TimeSpan.FromHours(1)); // longer than any conversation with the server
        await host.SendAsync();

        within.Should().Be(0, "whoever sends it may still be at it");
        relay.Taken.Should().ContainSingle();
    }

    [Fact]
    public async Task A_letter_that_was_refused_for_the_moment_is_tried_again_and_given_up_in_time()
    {
        var busy = true;
        await using var refusing = new ScriptedRelay(said => busy && said.Verb == "RCPT" ? new("450 4.2.1 busy") : null);
        await using var other = MailHost.Of(refusing.Port);
        var id = (await other.QueueAsync())[0];
        var now = other.Clock.GetUtcNow();
        other.Clock.Advance(FarAhead);
        await other.SendAsync();
        other.Clock.AdjustTime(now);

        await other.DoAsync<MendWaits>(mend => mend.HandleAsync(CancellationToken.None));
        var waiting = await other.LetterAsync(id);
        busy = false;
        other.Clock.Advance(TimeSpan.FromMinutes(1));
        await other.SendAsync();

        waiting.NextAttemptAt.Should().Be(now + RetrySchedule.AfterAttempt(1));
        waiting.FirstTriedAt.Should().Be(now, "the 48 hours after which it is given up count from here");
        (await other.LetterAsync(id)).State.Should().Be(LetterState.Accepted);
    }

    [Fact]
    public async Task A_mail_server_in_trouble_is_tried_again_after_the_pause_it_was_given()
    {
        await host.QueueAsync();
        away = true;
        await InTheFutureAsync(() => host.SendAsync());
        away = false;

        await MendAsync();
        await host.SendAsync();
        var within = relay.Taken.Count;
        host.Clock.Advance(RetrySchedule.AfterTrouble(1));
        await host.SendAsync();

        within.Should().Be(0);
        relay.Taken.Should().ContainSingle();
    }

    [Fact]
    public async Task A_domain_is_not_held_back_by_a_letter_that_left_in_the_future()
    {
        await using var other = MailHost.Of(relay.Port, ("Mail:LettersPerMinuteAndDomain", "1"));
        await other.QueueAsync();
        var now = other.Clock.GetUtcNow();
        other.Clock.Advance(FarAhead);
        await other.SendAsync();
        other.Clock.AdjustTime(now);

        await other.QueueAsync();
        await other.SendAsync();
        await other.QueueAsync();
        await other.SendAsync();

        relay.Taken.Should().HaveCount(2, "the third waits its minute");
    }

    [Fact]
    public async Task Deadlines_set_in_the_future_are_reminded_of()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        await InTheFutureAsync(() => host.DoAsync<PlacementDb>(async db =>
        {
            db.Audit.Add(new(host.Clock.GetUtcNow(), null, campaign.Id, "campaign.scheduled", campaign.Id.ToString()));
            await db.SaveChangesAsync();
        }));
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1)); // 7 days before the ranking deadline

        await host.KeepDeadlinesAsync();

        (await host.LettersAsync()).Should().ContainSingle().Which.Kind.Should().Be(LetterKind.Reminder);
    }

    [Fact]
    public async Task A_phase_that_is_opened_while_the_job_looks_is_not_reminded_of_at_once()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1)); // the reminder of 7 days would be due, had the phase been open an hour ago
        await host.DoAsync<PlacementDb>(async db =>
        {
            db.Audit.Add(new(host.Clock.GetUtcNow().AddSeconds(2), null, campaign.Id, "campaign.reopened", campaign.Id.ToString()));
            await db.SaveChangesAsync();
        });

        await host.KeepDeadlinesAsync();

        (await host.LettersAsync()).Should().BeEmpty();
    }

    /// <summary>As if each job had its time now: Hangfire writes the next one.</summary>
    private void RunAll()
    {
        var storage = host.Services.GetRequiredService<JobStorage>();
        var recurring = new RecurringJobManager(storage, JobFilterProviders.Providers, new DefaultTimeZoneResolver(), () => host.Clock.GetUtcNow().UtcDateTime);
        using var connection = storage.GetConnection();
        foreach (var job in connection.GetRecurringJobs())
        {
            recurring.Trigger(job.Id);
        }
    }

    private async Task RefuseAsync(SmallCampaign campaign, string student)
    {
        var person = await host.PersonAsync($"{student}@wut.example.org");
        (await host.DoAsync<AnswerAsStudent, Result<Done>>(answer => answer.HandleAsync(campaign.Id, person, Answer.Refused, "visa", CancellationToken.None))).Value();
    }

    private static void ShouldBeSoon(MatchingHost host)
    {
        using var connection = host.Services.GetRequiredService<JobStorage>().GetConnection();
        var now = host.Clock.GetUtcNow().UtcDateTime;
        connection.GetRecurringJobs().Select(job => (job.Id, Soon: job.NextExecution >= now && job.NextExecution - now <= job.Id switch
        {
            "back-up" => TimeSpan.FromHours(25),
            "sweep-runs" or "keep-deadlines" => TimeSpan.FromMinutes(1),
            _ => TimeSpan.FromHours(1),
        })).Should().HaveCount(5).And.OnlyContain(job => job.Soon);
    }

    private Task<int> MendAsync() => host.DoAsync<MendWaits, int>(mend => mend.HandleAsync(CancellationToken.None));

    private async Task InTheFutureAsync(Func<Task> happen)
    {
        var now = host.Clock.GetUtcNow();
        host.Clock.Advance(FarAhead);
        await happen();
        host.Clock.AdjustTime(now);
    }
}
