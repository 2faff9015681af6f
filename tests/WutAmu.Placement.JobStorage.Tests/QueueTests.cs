using Hangfire.Storage;

namespace WutAmu.Placement.JobStorage.Tests;

public sealed class QueueTests : StorageFile
{
    private static readonly string[] Default = ["default"];

    [Fact]
    public void Queues_are_served_in_the_order_given_then_first_come()
    {
        var low = Enqueue("low");
        var first = Enqueue("high");
        var second = Enqueue("high");
        using var connection = Connect();

        var fetched = Enumerable.Range(0, 3).Select(_ => connection.FetchNextJob(["high", "low"], CancellationToken.None).JobId);

        fetched.Should().Equal(first, second, low);
    }

    [Fact]
    public void A_fetch_ends_with_its_cancellation()
    {
        using var connection = Connect();
        using var before = new CancellationTokenSource();
        before.Cancel();
        using var later = new CancellationTokenSource(TimeSpan.FromMilliseconds(100));

        var fetch = (CancellationToken token) => connection.FetchNextJob(Default, token);

        fetch.Invoking(f => f(before.Token)).Should().Throw<OperationCanceledException>();
        fetch.Invoking(f => f(later.Token)).Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void A_job_given_back_or_dropped_is_fetched_again_and_one_removed_is_not()
    {
        var id = Enqueue();
        using var connection = Connect();
        connection.FetchNextJob(Default, CancellationToken.None).Requeue();
        connection.FetchNextJob(Default, CancellationToken.None).Dispose();

        var last = connection.FetchNextJob(Default, CancellationToken.None);
        last.JobId.Should().Be(id);
        last.RemoveFromQueue();
        last.Requeue();
        last.Dispose();

        var monitor = Storage.GetMonitoringApi();
        (monitor.EnqueuedCount("default") + monitor.FetchedCount("default")).Should().Be(0);
    }

    [Fact]
    public void The_acknowledgement_is_part_of_the_transaction()
    {
        var id = Enqueue();
        using var connection = Connect();
        using var fetched = connection.FetchNextJob(Default, CancellationToken.None);
        var feature = Storage.HasFeature(JobStorageFeatures.Transaction.RemoveFromQueue(fetched.GetType()));
        Commit(t =>
        {
            t.RemoveFromQueue(fetched);
            t.SetJobState(id, new NamedState("Done"));
        });

        fetched.RemoveFromQueue();
        fetched.Dispose();

        feature.Should().BeTrue();
        var monitor = Storage.GetMonitoringApi();
        (monitor.EnqueuedCount("default") + monitor.FetchedCount("default")).Should().Be(0);
        StateOf(id).Should().Be("Done");
    }

    [Fact]
    public void A_lapsed_lease_is_taken_over_and_its_former_owner_can_end_nothing()
    {
        Enqueue();
        using var sleeper = Open(options => options.InvisibilityTimeout = TimeSpan.FromMinutes(1));
        using var sleeping = sleeper.GetConnection();
        var lost = sleeping.FetchNextJob(Default, CancellationToken.None);
        Storage.Database.Write(durable: true, session => session.Execute("UPDATE queue SET lease_until=1"));
        using var connection = Connect();
        using var taken = connection.FetchNextJob(Default, CancellationToken.None);

        sleeper.KeepAlive.Renew();
        lost.RemoveFromQueue();
        lost.Requeue();
        lost.Dispose();

        Storage.GetMonitoringApi().FetchedCount("default").Should().Be(1, "only the new owner may end the job");
    }

    [Fact]
    public void A_held_lease_is_renewed_past_its_time()
    {
        Enqueue();
        using var shortLived = Open(options => options.InvisibilityTimeout = TimeSpan.FromSeconds(3)); // the machine may leave the process no time for a second or two
        using var connection = shortLived.GetConnection();
        using var held = connection.FetchNextJob(Default, CancellationToken.None);
        long Lease() => Storage.Database.Read(session => session.Number("SELECT lease_until FROM queue"));
        var first = Lease();

        Until(() => Lease() > first + 3500, "the lease of a living process must move on");

        Storage.GetMonitoringApi().FetchedCount("default").Should().Be(1);
    }

    [Fact]
    public async Task A_commit_wakes_a_worker_long_before_the_poll()
    {
        using var slow = Open(options => options.QueuePollInterval = TimeSpan.FromHours(1));
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var waiting = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () => slow.GetConnection().FetchNextJob(["other", "default"], limit.Token).JobId, TaskCreationOptions.LongRunning)).ToArray();
        var ids = new[] { NewJob(), NewJob(), NewJob() };
        using var connection = slow.GetConnection();
        using var transaction = connection.CreateWriteTransaction();
        foreach (var id in ids)
        {
            transaction.AddToQueue("default", id);
        }

        transaction.Commit();

        (await Task.WhenAll(waiting)).Should().BeEquivalentTo(ids);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70)]
    public void A_waiting_fetch_ends_with_its_cancellation_long_before_the_poll_however_many_queues(int queues)
    {
        using var slow = Open(options => options.QueuePollInterval = TimeSpan.FromHours(1));
        using var connection = slow.GetConnection();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        var names = Enumerable.Range(0, queues).Select(n => $"q{n}").ToArray();

        connection.Invoking(c => c.FetchNextJob(names, stop.Token)).Should().Throw<OperationCanceledException>();
    }

    [Fact]
    public void A_queue_named_twice_is_one_queue()
    {
        using var slow = Open(options => options.QueuePollInterval = TimeSpan.FromHours(1));
        using var connection = slow.GetConnection();
        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        string[] twice = ["default", "default"];
        connection.Invoking(c => c.FetchNextJob(twice, stop.Token)).Should().Throw<OperationCanceledException>("waiting for it must be possible");
        var id = Enqueue();

        using var fetched = connection.FetchNextJob(twice, CancellationToken.None);

        fetched.JobId.Should().Be(id);
    }
}
