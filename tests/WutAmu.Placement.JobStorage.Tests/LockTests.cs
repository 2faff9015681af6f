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
}
