using Hangfire;

namespace WutAmu.Placement.JobStorage.Tests;

public sealed class ServerTests : StorageFile
{
    private readonly string name = Guid.NewGuid().ToString("N");

    [Fact]
    public void Every_job_of_many_runs_once_whatever_the_number_of_workers()
    {
        var client = new BackgroundJobClient(Storage);
        using var server = Start(workers: 8);
        var names = Enumerable.Range(0, 300).Select(n => $"{name}-{n}").ToArray();

        Parallel.ForEach(names, one => client.Enqueue(() => Work.Nothing(one)));

        Until(() => Storage.GetMonitoringApi().GetStatistics().Succeeded == names.Length, "all jobs succeed");
        names.Select(Work.Count).Should().AllBeEquivalentTo(1);
        Storage.GetMonitoringApi().EnqueuedCount("default").Should().Be(0);
        Storage.GetMonitoringApi().FetchedCount("default").Should().Be(0);
        Storage.GetMonitoringApi().SucceededByDatesCount().Values.Sum().Should().Be(names.Length);
    }

    [Fact]
    public void A_failed_job_is_tried_again_and_one_without_attempts_left_is_listed_as_failed()
    {
        var client = new BackgroundJobClient(Storage);
        using var server = Start();

        var repaired = client.Enqueue(() => Work.FailOnce(name));
        var failed = client.Enqueue(() => Work.Fail("broken"));

        Until(() => StateOf(repaired) == "Succeeded" && StateOf(failed) == "Failed", "retry and failure");
        Storage.GetMonitoringApi().FailedJobs(0, 10).Should().ContainSingle().Which.Value.ExceptionMessage.Should().Be("broken");
    }

    [Fact]
    public void Scheduled_continued_and_recurring_jobs_run()
    {
        var client = new BackgroundJobClient(Storage);
        using var server = Start();

        var parent = client.Schedule(() => Work.Nothing(name + "p"), TimeSpan.FromMilliseconds(50));
        var child = client.ContinueJobWith(parent, () => Work.Nothing(name + "c"));
        var recurring = new RecurringJobManager(Storage);
        recurring.AddOrUpdate("r", () => Work.Nothing(name + "r"), Cron.Yearly());
        recurring.Trigger("r");

        Until(() => StateOf(child) == "Succeeded" && Work.Count(name + "r") == 1, "schedule, continuation and recurring job");
        Work.Count(name + "p").Should().Be(1);
    }

    [Fact]
    public void Jobs_that_exclude_each_other_never_run_together()
    {
        var client = new BackgroundJobClient(Storage);
        using var server = Start(workers: 4);

        for (var i = 0; i < 10; i++)
        {
            client.Enqueue(() => Work.Alone(name));
        }

        Until(() => Work.Count(name) == 10, "all ten run");
        Work.Together(name).Should().Be(1);
    }

    [Fact]
    public void A_running_job_is_cancelled_by_its_deletion_and_given_back_by_a_shutdown()
    {
        var client = new BackgroundJobClient(Storage);
        var server = Start();
        var deleted = client.Enqueue(() => Work.UntilCancelled(name + "d", CancellationToken.None));
        Until(() => Work.Count(name + "d") == 1, "the job starts");
        client.Delete(deleted);
        Until(() => Work.Count(name + "d cancelled") == 1, "deletion cancels");

        client.Enqueue(() => Work.UntilCancelled(name + "s", CancellationToken.None));
        Until(() => Work.Count(name + "s") == 1, "the second job starts");
        server.Dispose();

        Storage.GetMonitoringApi().EnqueuedCount("default").Should().Be(1, "a job stopped by a shutdown waits for the next start");
    }

    [Fact]
    public void A_server_removes_what_has_expired_again_and_again()
    {
        using var storage = Open(options => options.JobExpirationCheckInterval = TimeSpan.FromMilliseconds(50));
        using var server = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = 1 }, storage);
        bool Gone(string id)
        {
            using var connection = storage.GetConnection();
            return connection.GetJobData(id) is null;
        }

        var rounds = Enumerable.Range(0, 2).Select(_ =>
        {
            var id = NewJob();
            Commit(t => t.ExpireJob(id, TimeSpan.FromSeconds(-1)));
            Until(() => Gone(id), "what expired is removed");
            return Gone(id);
        });

        rounds.Should().Equal(true, true);
    }

    private BackgroundJobServer Start(int workers = 2) => new(
        new BackgroundJobServerOptions
        {
            WorkerCount = workers,
            SchedulePollingInterval = TimeSpan.FromMilliseconds(50),
            CancellationCheckInterval = TimeSpan.FromMilliseconds(50),
            StopTimeout = TimeSpan.Zero,
            ShutdownTimeout = TimeSpan.FromSeconds(15),
        },
        Storage);
}
