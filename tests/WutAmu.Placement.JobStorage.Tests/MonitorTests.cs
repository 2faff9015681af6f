using Hangfire.Common;
using Hangfire.Server;
using Hangfire.States;
using Hangfire.Storage;
using Hangfire.Storage.SQLite;

namespace WutAmu.Placement.JobStorage.Tests;

public sealed class MonitorTests : StorageFile
{
    private readonly SetClock clock = new();
    private readonly SQLiteStorage storage;
    private readonly JobStorageMonitor monitor;

    public MonitorTests()
    {
        storage = Open(options => options.TimeProvider = clock);
        monitor = (JobStorageMonitor)storage.GetMonitoringApi();
    }

    [Fact]
    public void An_empty_storage_shows_empty_lists_and_zeros()
    {
        monitor.Queues().Should().BeEmpty();
        monitor.Servers().Should().BeEmpty();
        monitor.EnqueuedJobs("default", 0, 10).Should().BeEmpty();
        monitor.FetchedJobs("default", 0, 10).Should().BeEmpty();
        monitor.ProcessingJobs(0, 10).Should().BeEmpty();
        monitor.AwaitingJobs(0, 10).Should().BeEmpty();
        new[]
        {
            monitor.ScheduledCount(), monitor.EnqueuedCount("default"), monitor.FetchedCount("default"), monitor.FailedCount(),
            monitor.ProcessingCount(), monitor.SucceededListCount(), monitor.DeletedListCount(), monitor.AwaitingCount(),
        }.Should().AllBeEquivalentTo(0);
        monitor.GetStatistics().Should().BeEquivalentTo(new Hangfire.Storage.Monitoring.StatisticsDto { Awaiting = 0, Retries = 0 });
    }

    [Fact]
    public void Jobs_still_to_come_are_listed_oldest_first_and_finished_ones_newest_first_by_pages()
    {
        var processing = Five(() => States.Processing("server"));
        var scheduled = Five(() => new ScheduledState(TimeSpan.FromHours(1)));
        var awaiting = Five(() => new AwaitingState("1"));
        var succeeded = Five(() => new SucceededState(null, 1, 1));
        var failed = Five(() => new FailedState(new InvalidOperationException("x")));
        var deleted = Five(() => new DeletedState());

        monitor.ProcessingJobs(1, 2).Select(job => job.Key).Should().Equal(processing[1], processing[2]);
        monitor.ScheduledJobs(1, 2).Select(job => job.Key).Should().Equal(scheduled[1], scheduled[2]);
        monitor.AwaitingJobs(1, 2).Select(job => job.Key).Should().Equal(awaiting[1], awaiting[2]);
        monitor.SucceededJobs(1, 2).Select(job => job.Key).Should().Equal(succeeded[3], succeeded[2]);
        monitor.FailedJobs(1, 2).Select(job => job.Key).Should().Equal(failed[3], failed[2]);
        monitor.DeletedJobs(1, 2).Select(job => job.Key).Should().Equal(deleted[3], deleted[2]);
        new[]
        {
            monitor.ScheduledCount(), monitor.FailedCount(), monitor.ProcessingCount(), monitor.SucceededListCount(),
            monitor.DeletedListCount(), monitor.AwaitingCount(),
        }.Should().AllBeEquivalentTo(5);
        monitor.DeletedJobs(0, 0).Should().BeEmpty();
        monitor.DeletedJobs(0, -1).Should().BeEmpty("a negative count is no wish for all");
        monitor.DeletedJobs(5, 10).Should().BeEmpty();
    }

    [Fact]
    public void A_job_that_failed_again_is_on_top()
    {
        var failed = Five(() => new FailedState(new InvalidOperationException("x")));
        Write(t => t.SetJobState(failed[0], new FailedState(new InvalidOperationException("again"))));

        monitor.FailedJobs(0, 1).Should().ContainSingle().Which.Value.ExceptionMessage.Should().Be("again");
    }

    [Fact]
    public void Every_list_shows_what_its_state_says()
    {
        var processing = In(States.Processing("server"));
        In(new ScheduledState(new DateTime(2026, 3, 11, 0, 0, 0, DateTimeKind.Utc)));
        In(new SucceededState("result", latency: 3, performanceDuration: 4));
        In(new FailedState(new InvalidOperationException("message")) { Reason = "reason" });
        In(new DeletedState());
        In(new AwaitingState(processing));
        var now = clock.Now.UtcDateTime;

        var running = monitor.ProcessingJobs(0, 10).Single().Value;
        var planned = monitor.ScheduledJobs(0, 10).Single().Value;
        var done = monitor.SucceededJobs(0, 10).Single().Value;
        var broken = monitor.FailedJobs(0, 10).Single().Value;
        var deleted = monitor.DeletedJobs(0, 10).Single().Value;
        var awaiting = monitor.AwaitingJobs(0, 10).Single().Value;
        (running.ServerId, running.InProcessingState, running.Job.Method.Name).Should().Be(("server", true, nameof(Work.Nothing)));
        running.StartedAt.Should().NotBeNull();
        (planned.EnqueueAt, planned.InScheduledState).Should().Be((new DateTime(2026, 3, 11, 0, 0, 0, DateTimeKind.Utc), true));
        planned.ScheduledAt.Should().NotBeNull();
        (done.Result, done.TotalDuration, done.InSucceededState).Should().Be(("\"result\"", 7L, true));
        done.SucceededAt.Should().NotBeNull();
        (broken.Reason, broken.ExceptionMessage, broken.ExceptionType, broken.InFailedState)
            .Should().Be(("reason", "message", "System.InvalidOperationException", true));
        broken.ExceptionDetails.Should().Contain("message");
        deleted.InDeletedState.Should().BeTrue();
        deleted.DeletedAt.Should().NotBeNull();
        (awaiting.ParentStateName, awaiting.InAwaitingState, awaiting.AwaitingAt).Should().Be((ProcessingState.StateName, true, now));
        awaiting.StateData["ParentId"].Should().Be(processing);
    }

    [Fact]
    public void Queues_are_sorted_and_show_their_first_five_jobs_and_what_is_fetched()
    {
        var ids = Enumerable.Range(0, 7).Select(_ => In(new EnqueuedState("b"))).ToArray();
        var other = In(new DeletedState());
        Write(t =>
        {
            foreach (var id in ids)
            {
                t.AddToQueue("b", id);
            }

            t.AddToQueue("a", other);
            t.AddToQueue("a", "987654");
        });
        using var connection = storage.GetConnection();
        using var fetched = connection.FetchNextJob(["b"], CancellationToken.None);

        var queues = monitor.Queues();

        queues.Select(queue => (queue.Name, queue.Length, queue.Fetched)).Should().Equal(("a", 2L, 0L), ("b", 6L, 1L));
        queues[1].FirstJobs.Select(job => job.Key).Should().Equal(ids[1..6]);
        var enqueued = queues[1].FirstJobs[0].Value;
        (enqueued.InEnqueuedState, enqueued.State).Should().Be((true, EnqueuedState.StateName));
        enqueued.EnqueuedAt.Should().NotBeNull();
        (queues[0].FirstJobs[0].Value.InEnqueuedState, queues[0].FirstJobs[0].Value.EnqueuedAt).Should().Be((false, null));
        queues[0].FirstJobs[1].Value.Should().BeNull("the job is gone");
        monitor.EnqueuedJobs("b", 2, 2).Select(job => job.Key).Should().Equal(ids[3], ids[4]);
        var held = monitor.FetchedJobs("b", 0, 10).Should().ContainSingle().Subject;
        (held.Key, held.Value.FetchedAt, held.Value.State).Should().Be((ids[0], (DateTime?)clock.Now.UtcDateTime, EnqueuedState.StateName));
        (monitor.EnqueuedCount("b"), monitor.FetchedCount("b")).Should().Be((6L, 1L));
    }

    [Fact]
    public void Timelines_count_each_hour_of_a_day_and_each_day_of_a_week()
    {
        foreach (var kind in new[] { "succeeded", "failed", "deleted" })
        {
            Write(t =>
            {
                t.IncrementCounter($"stats:{kind}:2026-03-10");
                t.IncrementCounter($"stats:{kind}:2026-03-04");
                t.IncrementCounter($"stats:{kind}:2026-03-03");
                t.IncrementCounter($"stats:{kind}:2026-03-10-14");
                t.IncrementCounter($"stats:{kind}:2026-03-09-15");
                t.IncrementCounter($"stats:{kind}:2026-03-09-14");
            });
        }

        var days = new[] { monitor.SucceededByDatesCount(), monitor.FailedByDatesCount(), monitor.DeletedByDatesCount() };
        var hours = new[] { monitor.HourlySucceededJobs(), monitor.HourlyFailedJobs(), monitor.HourlyDeletedJobs() };

        days.Should().AllSatisfy(line =>
        {
            line.Should().HaveCount(7);
            line.Where(day => day.Value == 1).Select(day => day.Key).Should().Equal(new DateTime(2026, 3, 10), new DateTime(2026, 3, 4));
        });
        hours.Should().AllSatisfy(line =>
        {
            line.Should().HaveCount(24);
            line.Where(hour => hour.Value == 1).Select(hour => hour.Key)
                .Should().Equal(new DateTime(2026, 3, 10, 14, 0, 0), new DateTime(2026, 3, 9, 15, 0, 0));
        });
    }

    [Fact]
    public void Statistics_count_states_counters_sets_servers_and_queues()
    {
        In(new ScheduledState(TimeSpan.FromHours(1)));
        In(new AwaitingState("1"));
        In(new AwaitingState("1"));
        var enqueued = In(new EnqueuedState());
        using var connection = storage.GetConnection();
        connection.AnnounceServer("one", new ServerContext { Queues = [] });
        Write(t =>
        {
            t.AddToQueue("a", enqueued);
            t.AddToQueue("b", enqueued);
            t.IncrementCounter("stats:succeeded");
            t.IncrementCounter("stats:succeeded");
            t.IncrementCounter("stats:deleted");
            t.AddRangeToSet("recurring-jobs", ["x", "y", "z"]);
            t.AddToSet("retries", "x");
        });

        monitor.GetStatistics().Should().BeEquivalentTo(new Hangfire.Storage.Monitoring.StatisticsDto
        {
            Scheduled = 1,
            Awaiting = 2,
            Enqueued = 1,
            Servers = 1,
            Queues = 2,
            Succeeded = 2,
            Deleted = 1,
            Recurring = 3,
            Retries = 1,
        });
    }

    [Fact]
    public void Details_show_parameters_history_and_times()
    {
        var id = In(new EnqueuedState("critical") { Reason = "because" });
        var first = clock.Now.UtcDateTime;
        clock.Now = clock.Now.AddMinutes(1);
        Write(t =>
        {
            t.SetJobState(id, new DeletedState());
            t.SetJobParameter(id, "RetryCount", "5");
        });

        var details = monitor.JobDetails(id);

        details.Properties["RetryCount"].Should().Be("5");
        details.CreatedAt.Should().Be(DateTime.UnixEpoch);
        details.ExpireAt.Should().BeNull();
        details.History.Select(state => (state.StateName, state.CreatedAt, (string?)state.Reason)).Should().Equal(
            (DeletedState.StateName, clock.Now.UtcDateTime, null), (EnqueuedState.StateName, first, "because"));
        details.History[1].Data["queue"].Should().Be("critical");
    }

    [Fact]
    public void A_job_whose_method_is_gone_is_shown_with_its_problem()
    {
        var id = In(new EnqueuedState());
        Write(t => t.AddToQueue("default", id));
        storage.Database.Write(durable: true, session =>
            session.Execute("UPDATE job SET invocation=replace(invocation, 'Nothing', 'Vanished')"));
        using var connection = (JobStorageConnection)storage.GetConnection();

        var listed = monitor.EnqueuedJobs("default", 0, 1).Single().Value;
        var details = monitor.JobDetails(id);
        var data = connection.GetJobData(id);

        new[] { listed.Job, details.Job, data.Job }.Should().OnlyContain(job => job == null);
        new[] { listed.LoadException, details.LoadException, data.LoadException }.Should().NotContainNulls();
        new[] { listed.InvocationData.Method, details.InvocationData.Method, data.InvocationData.Method }.Should().AllBe("Vanished");
    }

    [Fact]
    public void A_server_is_removed_only_when_its_last_beat_is_older_than_the_time_out()
    {
        using var connection = storage.GetConnection();
        connection.AnnounceServer("silent", new ServerContext { Queues = [] });
        connection.AnnounceServer("beating", new ServerContext { Queues = [] });
        clock.Now = clock.Now.AddMinutes(1);
        connection.RemoveTimedOutServers(TimeSpan.FromMinutes(1)).Should().Be(0, "the bound is included");
        clock.Now = clock.Now.AddMilliseconds(1);
        connection.Heartbeat("beating");

        connection.RemoveTimedOutServers(TimeSpan.FromMinutes(1)).Should().Be(1);

        var left = monitor.Servers().Should().ContainSingle().Subject;
        (left.Name, left.Heartbeat, left.StartedAt).Should().Be(("beating", clock.Now.UtcDateTime, clock.Now.UtcDateTime.AddMinutes(-1).AddMilliseconds(-1)));
    }

    [Fact]
    public void Jobs_without_a_state_and_with_one_in_other_letters_are_listed_as_they_are()
    {
        var (none, odd) = (NewJob(), NewJob());
        Write(t =>
        {
            t.SetJobState(odd, new NamedState("EnQUEued"));
            t.AddToQueue("q", none);
            t.AddToQueue("q", odd);
        });

        var jobs = monitor.EnqueuedJobs("q", 0, 10);

        jobs.Select(job => (job.Key, (string?)job.Value.State, job.Value.InEnqueuedState)).Should().Equal((none, null, false), (odd, "EnQUEued", true));
        jobs[1].Value.EnqueuedAt.Should().Be(clock.Now.UtcDateTime);
        monitor.GetStatistics().Enqueued.Should().Be(1);
        using var connection = storage.GetConnection();
        using var fetched = connection.FetchNextJob(["q"], CancellationToken.None);
        monitor.FetchedJobs("q", 0, 10).Should().ContainSingle().Which.Value.State.Should().BeNull();
    }

    [Fact]
    public void A_processing_job_of_an_older_client_names_its_server_too()
    {
        In(new NamedState(ProcessingState.StateName, data: new() { ["ServerName"] = "old" }));

        monitor.ProcessingJobs(0, 1).Single().Value.ServerId.Should().Be("old");
    }

    [Fact]
    public void A_server_announced_again_starts_anew()
    {
        using var connection = storage.GetConnection();
        connection.AnnounceServer("s", new ServerContext { Queues = ["a"], WorkerCount = 1 });
        clock.Now = clock.Now.AddMinutes(1);

        connection.AnnounceServer("s", new ServerContext { Queues = ["b", "c"], WorkerCount = 2 });

        var server = monitor.Servers().Should().ContainSingle().Subject;
        (server.StartedAt, server.Heartbeat, server.WorkersCount).Should().Be((clock.Now.UtcDateTime, (DateTime?)clock.Now.UtcDateTime, 2));
        server.Queues.Should().Equal("b", "c");
    }

    public override void Dispose()
    {
        storage.Dispose();
        base.Dispose();
    }

    private string[] Five(Func<IState> state) => [.. Enumerable.Range(0, 5).Select(_ => In(state()))];

    private string In(IState state)
    {
        var id = "";
        Write(t =>
        {
            id = t.CreateJob(Job.FromExpression(() => Work.Nothing("x")), new Dictionary<string, string>(), DateTime.UnixEpoch, TimeSpan.FromDays(1));
            t.SetJobState(id, state);
            t.PersistJob(id);
        });
        return id;
    }

    private void Write(Action<JobStorageTransaction> write)
    {
        using var connection = storage.GetConnection();
        using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        write(transaction);
        transaction.Commit();
    }
}
