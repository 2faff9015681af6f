using Hangfire.Storage;
using Hangfire.Storage.SQLite;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>Who holds a job or a lock, how long, and how it is renewed; on a clock that the test moves.</summary>
public sealed class LeaseTests : StorageFile
{
    private static readonly string[] Default = ["default"];

    private readonly SetClock clock = new();
    private readonly SQLiteStorage storage;

    public LeaseTests() => storage = Open(options => options.TimeProvider = clock);

    [Fact]
    public void A_former_owner_can_neither_give_back_nor_drop_what_another_took()
    {
        Enqueue();
        using var connection = storage.GetConnection();
        var lost = connection.FetchNextJob(Default, CancellationToken.None);
        clock.Now = clock.Now.AddMinutes(1);
        using var taken = (FetchedJob)connection.FetchNextJob(Default, CancellationToken.None);

        lost.Requeue();

        Number("SELECT owner FROM queue").Should().Be(taken.Owner);
        storage.GetMonitoringApi().EnqueuedCount("default").Should().Be(0);
    }

    [Fact]
    public void A_former_owner_renews_nothing_and_learns_that_it_lost()
    {
        Enqueue();
        var resource = Guid.NewGuid().ToString();
        using var connection = storage.GetConnection();
        using var lost = (FetchedJob)connection.FetchNextJob(Default, CancellationToken.None);
        using var lostLock = connection.AcquireDistributedLock(resource, TimeSpan.Zero);
        clock.Now = clock.Now.AddMinutes(1);
        using var second = Open(options => options.TimeProvider = clock);
        using var other = second.GetConnection();
        using var taken = other.FetchNextJob(Default, CancellationToken.None);
        using var takenLock = other.AcquireDistributedLock(resource, TimeSpan.Zero);
        var before = (Number("SELECT lease_until FROM queue"), Number("SELECT expire_at FROM lock"));
        clock.Now = clock.Now.AddSeconds(10);

        storage.KeepAlive.Renew();
        storage.KeepAlive.Renew();

        (Number("SELECT lease_until FROM queue"), Number("SELECT expire_at FROM lock")).Should().Be(before);
        storage.KeepAlive.Holds(lost).Should().BeFalse();
        Logged.About(resource).Should().ContainSingle("a lost lock is told once").Which.Should().StartWith("Warn");
    }

    [Fact]
    public void What_was_given_back_is_not_renewed_and_nothing_is_reported()
    {
        Enqueue();
        var resource = Guid.NewGuid().ToString();
        using var connection = storage.GetConnection();
        var job = (FetchedJob)connection.FetchNextJob(Default, CancellationToken.None);
        using var held = connection.AcquireDistributedLock("held", TimeSpan.Zero);
        connection.AcquireDistributedLock(resource, TimeSpan.Zero).Dispose();

        job.Requeue();

        storage.KeepAlive.Holds(job).Should().BeFalse();
        storage.KeepAlive.Renew();
        Logged.About(resource).Should().BeEmpty();
    }

    [Fact]
    public void Renewals_come_five_times_in_the_shorter_of_the_two_lifetimes()
    {
        clock.Timers.Should().ContainSingle().Which.Period.Should().Be(TimeSpan.FromSeconds(6), "a lock lives 30 seconds, a lease 60");
        clock.Timers[0].DueTime.Should().Be(TimeSpan.FromSeconds(6));

        using var quick = Open(options =>
        {
            options.TimeProvider = clock;
            options.InvisibilityTimeout = TimeSpan.FromSeconds(10);
        });

        clock.Timers[1].Period.Should().Be(TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void The_timer_renews_until_the_storage_is_disposed_and_outlives_a_failure()
    {
        Enqueue();
        using var connection = storage.GetConnection();
        connection.FetchNextJob(Default, CancellationToken.None);
        var before = Number("SELECT lease_until FROM queue");
        Break("UPDATE ON queue");
        clock.Now = clock.Now.AddSeconds(6);
        clock.Timers[0].Invoking(timer => timer.Fire()).Should().NotThrow("nobody could catch it");
        Mend();

        clock.Timers[0].Fire();

        Number("SELECT lease_until FROM queue").Should().Be(before + 6000);
        storage.Dispose();
        clock.Timers[0].IsDisposed.Should().BeTrue();
        clock.Now = clock.Now.AddSeconds(6);
        clock.Timers[0].Invoking(timer => timer.Fire()).Should().NotThrow("a tick may have been on its way");
        Number("SELECT lease_until FROM queue").Should().Be(before + 6000);
    }

    [Fact]
    public void A_removal_that_fails_leaves_the_job_held()
    {
        Enqueue();
        using var connection = storage.GetConnection();
        using var held = (FetchedJob)connection.FetchNextJob(Default, CancellationToken.None);
        Break("DELETE ON queue");

        held.Invoking(job => job.RemoveFromQueue()).Should().Throw<Exception>();

        storage.KeepAlive.Holds(held).Should().BeTrue();
        Mend();
        held.RemoveFromQueue();
        Number("SELECT count(*) FROM queue").Should().Be(0);
    }

    [Fact]
    public void A_job_whose_return_fails_comes_back_when_its_lease_has_run_out()
    {
        Enqueue();
        using var connection = storage.GetConnection();
        var job = connection.FetchNextJob(Default, CancellationToken.None);
        Break("UPDATE ON queue");
        job.Invoking(fetched => fetched.Requeue()).Should().Throw<Exception>();
        job.Invoking(fetched => fetched.Dispose()).Should().Throw<Exception>();
        Mend();

        clock.Now = clock.Now.AddSeconds(40);
        clock.Timers[0].Fire();
        clock.Now = clock.Now.AddSeconds(40);

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var taken = connection.FetchNextJob(Default, patience.Token);
        taken.JobId.Should().Be(job.JobId, "nobody renews a lease that its worker has left");
    }

    [Fact]
    public void A_job_whose_return_failed_once_is_given_back_by_its_disposal()
    {
        Enqueue();
        using var connection = storage.GetConnection();
        var job = connection.FetchNextJob(Default, CancellationToken.None);
        Break("UPDATE ON queue");
        job.Invoking(fetched => fetched.Requeue()).Should().Throw<Exception>();
        Mend();

        job.Dispose();

        storage.GetMonitoringApi().EnqueuedCount("default").Should().Be(1);
    }

    [Fact]
    public void A_lock_whose_release_fails_is_free_when_its_lifetime_is_over()
    {
        using var connection = storage.GetConnection();
        using var other = storage.GetConnection();
        var held = connection.AcquireDistributedLock("r", TimeSpan.Zero);
        storage.Database.Write(durable: false, session => session.Execute("PRAGMA busy_timeout=0"));
        // While another storage writes, the transaction cannot even begin.
        Storage.Database.Write(durable: false, _ => held.Invoking(handle => handle.Dispose()).Should().Throw<Exception>());

        clock.Timers[0].Fire();
        clock.Now = clock.Now.AddMinutes(1);
        clock.Timers[0].Fire();

        other.Invoking(waiting => waiting.AcquireDistributedLock("r", TimeSpan.Zero)).Should().NotThrow();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_state_is_not_changed_under_a_lock_that_another_has_had_since(bool stillHeld)
    {
        var id = NewJob();
        var stateLock = $"job:{id}:state-lock";
        using var second = Open(options => options.TimeProvider = clock);
        using var sleeper = (JobStorageConnection)storage.GetConnection();
        using var other = second.GetConnection();
        using var lost = sleeper.AcquireDistributedLock(stateLock, TimeSpan.Zero);
        using var late = sleeper.CreateWriteTransaction();
        late.SetJobState(id, new NamedState("Late"));
        clock.Now = clock.Now.AddMinutes(1);
        using var taken = other.AcquireDistributedLock(stateLock, TimeSpan.Zero);
        if (!stillHeld)
        {
            taken.Dispose();
        }

        late.Invoking(transaction => transaction.Commit()).Should().Throw<InvalidOperationException>().WithMessage($"*{stateLock}*");

        StateOf(id).Should().BeNull("what was read under the lock may no longer hold");
    }

    [Fact]
    public void A_lock_that_ran_out_and_that_nobody_took_still_serves()
    {
        var id = NewJob();
        using var connection = storage.GetConnection();
        using var held = connection.AcquireDistributedLock($"job:{id}:state-lock", TimeSpan.Zero);
        clock.Now = clock.Now.AddMinutes(1);
        using var transaction = connection.CreateWriteTransaction();
        transaction.SetJobState(id, new NamedState("Late"));

        transaction.Commit();

        StateOf(id).Should().Be("Late");
    }

    [Fact]
    public void A_lock_left_leaves_nothing_behind_in_the_process()
    {
        using var connection = storage.GetConnection();
        using var other = storage.GetConnection();
        using (connection.AcquireDistributedLock("r", TimeSpan.Zero))
        {
            other.Invoking(c => c.AcquireDistributedLock("r", TimeSpan.Zero)).Should().Throw<DistributedLockTimeoutException>();
            storage.Locks.NamesInUse.Should().Be(1);
        }

        storage.Locks.NamesInUse.Should().Be(0, "there is a name for each job ever run");
    }

    [Fact]
    public void A_lock_may_be_left_after_its_connection()
    {
        var connection = storage.GetConnection();
        var held = connection.AcquireDistributedLock("r", TimeSpan.Zero);
        connection.Dispose();
        using var other = storage.GetConnection();
        using var taken = other.AcquireDistributedLock("r", TimeSpan.Zero);

        held.Dispose();

        Number("SELECT count(*) FROM lock").Should().Be(1, "the next owner keeps it");
    }

    public override void Dispose()
    {
        storage.Dispose();
        base.Dispose();
    }

    private void Break(string what) =>
        Storage.Database.Write(durable: true, session => session.Execute($"CREATE TRIGGER fail BEFORE {what} BEGIN SELECT RAISE(ABORT, 'no'); END"));

    private void Mend() => Storage.Database.Write(durable: true, session => session.Execute("DROP TRIGGER fail"));

    private long Number(string sql) => Storage.Database.Read(session => session.Number(sql));
}
