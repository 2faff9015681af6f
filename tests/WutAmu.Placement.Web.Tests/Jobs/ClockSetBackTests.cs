using Hangfire;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Operations;
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

    [Fact]
    public async Task A_schedule_that_is_right_is_left_alone()
    {
        host.CreateClient().Dispose();

        foreach (var minutes in new[] { 0, 1, 59, 600 })
        {
            host.Clock.Advance(TimeSpan.FromMinutes(minutes));
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
