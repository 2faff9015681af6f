using Hangfire.Storage;

namespace WutAmu.Placement.JobStorage.Tests;

public sealed class LockTests : StorageFile
{
    [Fact]
    public void One_connection_may_enter_twice_and_must_leave_twice()
    {
        using var connection = Connect();
        using var other = Connect();
        var outer = connection.AcquireDistributedLock("r", TimeSpan.Zero);
        var inner = connection.AcquireDistributedLock("r", TimeSpan.Zero);
        var take = () => other.AcquireDistributedLock("r", TimeSpan.Zero).Dispose();

        inner.Dispose();
        inner.Dispose();
        take.Should().Throw<DistributedLockTimeoutException>().Which.Resource.Should().Be("r");
        outer.Dispose();

        take.Should().NotThrow();
    }

    [Fact]
    public void A_disposed_connection_leaves_its_locks()
    {
        using var other = Connect();
        var connection = Connect();
        connection.AcquireDistributedLock("r", TimeSpan.Zero);

        connection.Dispose();

        other.AcquireDistributedLock("r", TimeSpan.Zero).Should().NotBeNull();
    }

    [Fact]
    public void A_lock_holds_against_another_storage_on_the_file_until_its_lifetime_ends()
    {
        using var second = Open();
        using var theirs = second.GetConnection();
        using var mine = Connect();
        using var held = mine.AcquireDistributedLock("r", TimeSpan.Zero);
        var take = () => theirs.AcquireDistributedLock("r", TimeSpan.FromMilliseconds(60)).Dispose();
        take.Should().Throw<DistributedLockTimeoutException>();

        Storage.Database.Write(durable: true, session => session.Execute("UPDATE lock SET expire_at=1"));

        take.Should().NotThrow("a process that died must not hold a lock for ever");
    }

    [Fact]
    public async Task A_waiter_gets_the_lock_when_it_is_left()
    {
        using var mine = Connect();
        using var theirs = Connect();
        var held = mine.AcquireDistributedLock("r", TimeSpan.Zero);
        var waiting = Task.Factory.StartNew(() => theirs.AcquireDistributedLock("r", TimeSpan.FromSeconds(30)), TaskCreationOptions.LongRunning);

        held.Dispose();

        (await waiting).Should().NotBeNull();
    }

    [Fact]
    public void The_lock_of_a_job_ends_for_other_processes_with_the_commit_that_changes_its_state_and_for_this_one_with_its_disposal()
    {
        var id = NewJob();
        using var second = Open();
        using var elsewhere = second.GetConnection();
        using var other = Connect();
        using var mine = Connect();
        var takeElsewhere = () => elsewhere.AcquireDistributedLock(StateLock(id), TimeSpan.Zero).Dispose();
        var takeHere = () => other.AcquireDistributedLock(StateLock(id), TimeSpan.Zero).Dispose();
        var held = mine.AcquireDistributedLock(StateLock(id), TimeSpan.Zero);
        takeElsewhere.Should().Throw<DistributedLockTimeoutException>();

        Change(mine, id);

        takeElsewhere.Should().NotThrow("the change is there for everybody to see");
        takeHere.Should().Throw<DistributedLockTimeoutException>();
        held.Dispose();
        takeHere.Should().NotThrow();
    }

    [Fact]
    public void The_lock_of_a_job_outlives_a_commit_about_another_job_a_failed_one_and_one_inside_a_second_entry()
    {
        var (id, another) = (NewJob(), NewJob());
        using var second = Open();
        using var elsewhere = second.GetConnection();
        using var mine = Connect();
        var take = () => elsewhere.AcquireDistributedLock(StateLock(id), TimeSpan.Zero).Dispose();
        using var held = mine.AcquireDistributedLock(StateLock(id), TimeSpan.Zero);

        Change(mine, another);
        take.Should().Throw<DistributedLockTimeoutException>();

        Storage.Database.Write(durable: true, session => session.Execute("CREATE TRIGGER broken BEFORE UPDATE ON job BEGIN SELECT RAISE(ABORT, 'broken'); END"));
        mine.Invoking(connection => Change(connection, id)).Should().Throw<Microsoft.Data.Sqlite.SqliteException>();
        Storage.Database.Write(durable: true, session => session.Execute("DROP TRIGGER broken"));
        take.Should().Throw<DistributedLockTimeoutException>();

        using (mine.AcquireDistributedLock(StateLock(id), TimeSpan.Zero))
        {
            Change(mine, id);
            take.Should().Throw<DistributedLockTimeoutException>();
        }

        take.Should().Throw<DistributedLockTimeoutException>();
    }

    [Fact]
    public void Who_enters_again_after_that_commit_holds_the_lock_against_other_processes_too()
    {
        var id = NewJob();
        using var second = Open();
        using var elsewhere = second.GetConnection();
        using var mine = Connect();
        var take = () => elsewhere.AcquireDistributedLock(StateLock(id), TimeSpan.Zero).Dispose();
        var held = mine.AcquireDistributedLock(StateLock(id), TimeSpan.Zero);
        Change(mine, id);

        using (mine.AcquireDistributedLock(StateLock(id), TimeSpan.Zero))
        {
            take.Should().Throw<DistributedLockTimeoutException>();
        }

        held.Dispose();
        take.Should().NotThrow();
        Storage.Locks.NamesInUse.Should().Be(0);
    }

    private static string StateLock(string id) => $"job:{id}:state-lock";

    private static void Change(JobStorageConnection connection, string id)
    {
        using var transaction = connection.CreateWriteTransaction();
        transaction.SetJobState(id, new NamedState("S"));
        transaction.Commit();
    }
}
