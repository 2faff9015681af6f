using Hangfire.Common;
using Hangfire.Storage;
using Hangfire.Storage.SQLite;

namespace WutAmu.Placement.JobStorage.Tests;

public sealed class TransactionTests : StorageFile
{
    [Fact]
    public void Nothing_is_seen_before_the_commit_and_nothing_stays_of_a_failed_one()
    {
        var id = NewJob();
        using var connection = Connect();
        using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        transaction.IncrementCounter("c");
        transaction.AddToQueue("q", id);
        transaction.SetRangeInHash("h", [KeyValuePair.Create((string)null!, "no field has this name")]);
        connection.GetCounter("c").Should().Be(0);

        var commit = transaction.Commit;

        commit.Should().Throw<Exception>();
        connection.GetCounter("c").Should().Be(0);
        Storage.GetMonitoringApi().EnqueuedCount("q").Should().Be(0);
        Commit(t => t.IncrementCounter("c"));
        connection.GetCounter("c").Should().Be(1, "the writer is usable after a rollback");
    }

    [Fact]
    public void The_state_set_last_is_current_and_a_state_added_is_history_only()
    {
        var id = NewJob();

        Commit(t =>
        {
            t.SetJobState(id, new NamedState("First"));
            t.SetJobState(id, new NamedState("Second", "because", new() { ["Key"] = "value" }));
            t.AddJobState(id, new NamedState("Third"));
        });

        using var connection = Connect();
        var state = connection.GetStateData(id);
        state.Name.Should().Be("Second");
        state.Reason.Should().Be("because");
        state.Data["key"].Should().Be("value");
        connection.GetJobData(id).State.Should().Be("Second");
        Storage.GetMonitoringApi().JobDetails(id).History.Select(h => h.StateName).Should().Equal("Third", "Second", "First");
    }

    [Fact]
    public void A_job_made_in_a_transaction_exists_after_the_commit_only()
    {
        using var connection = Connect();
        using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        var id = transaction.CreateJob(
            Job.FromExpression(() => Work.Nothing("x")), new Dictionary<string, string> { ["P"] = "v" }, DateTime.UnixEpoch, TimeSpan.FromDays(30));
        transaction.SetJobParameter(id, "Q", "w");
        transaction.PersistJob(id);
        connection.GetJobData(id).Should().BeNull();

        transaction.Commit();

        connection.GetJobParameter(id, "P").Should().Be("v");
        connection.GetJobParameter(id, "Q").Should().Be("w");
        Storage.GetMonitoringApi().JobDetails(id).ExpireAt.Should().BeNull();
    }

    [Fact]
    public void Counters_add_up_and_go_below_zero()
    {
        Commit(t =>
        {
            t.IncrementCounter("c");
            t.IncrementCounter("c", TimeSpan.FromHours(1));
            t.DecrementCounter("d");
            t.DecrementCounter("d", TimeSpan.FromHours(1));
        });

        using var connection = Connect();
        connection.GetCounter("c").Should().Be(2);
        connection.GetCounter("d").Should().Be(-2);
        connection.GetCounter("none").Should().Be(0);
    }

    [Fact]
    public void What_expired_is_removed_and_what_was_persisted_stays()
    {
        var gone = NewJob(("p", "v"));
        var kept = NewJob();
        Commit(t =>
        {
            t.PersistJob(kept);
            t.ExpireJob(gone, TimeSpan.FromSeconds(-1));
            t.AddRangeToSet("gone", ["a", "b"]);
            t.ExpireSet("gone", TimeSpan.FromSeconds(-1));
            t.AddToSet("kept", "a");
            t.ExpireSet("kept", TimeSpan.FromHours(1));
            t.IncrementCounter("gone", TimeSpan.FromSeconds(-1));
            t.IncrementCounter("kept");
            t.IncrementCounter("kept", TimeSpan.FromSeconds(-1));
        });

        new Expiry(Storage.Database, TimeSpan.FromHours(1)).RemoveExpired(CancellationToken.None);

        using var connection = Connect();
        connection.GetJobData(gone).Should().BeNull();
        connection.GetJobParameter(gone, "p").Should().BeNull();
        connection.GetJobData(kept).Should().NotBeNull();
        connection.GetSetCount("gone").Should().Be(0);
        connection.GetSetCount("kept").Should().Be(1);
        connection.GetCounter("gone").Should().Be(0);
        connection.GetCounter("kept").Should().Be(2, "a count once without expiry stays");
    }

    [Fact]
    public void Sets_and_hashes_can_be_removed()
    {
        Commit(t =>
        {
            t.AddRangeToSet("s", ["a", "b", "c"]);
            t.SetRangeInHash("h", [KeyValuePair.Create("f", "v")]);
            t.RemoveFromSet("s", "a");
        });
        using var connection = Connect();
        connection.GetAllItemsFromSet("s").Should().BeEquivalentTo("b", "c");

        Commit(t =>
        {
            t.RemoveSet("s");
            t.RemoveHash("h");
        });

        connection.GetAllItemsFromSet("s").Should().BeEmpty();
        connection.GetAllEntriesFromHash("h").Should().BeNull();
    }

    [Fact]
    public void A_lock_taken_in_a_transaction_goes_with_it()
    {
        using var connection = Connect();
        using var other = Connect();
        var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        transaction.AcquireDistributedLock("r", TimeSpan.FromSeconds(1));
        var take = () => other.AcquireDistributedLock("r", TimeSpan.Zero).Dispose();
        take.Should().Throw<DistributedLockTimeoutException>();

        transaction.Dispose();

        take.Should().NotThrow();
    }
}
