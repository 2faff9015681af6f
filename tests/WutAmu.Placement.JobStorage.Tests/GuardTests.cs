using Hangfire.Storage;
using Hangfire.Storage.SQLite;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>Lines whose loss would show only after a crash, at a power cut or under load.</summary>
public sealed class GuardTests : StorageFile
{
    [Fact]
    public void Commits_of_jobs_wait_for_the_disk_and_leases_do_not()
    {
        using var normal = Open(options => options.Synchronous = SQLiteStorageOptions.SynchronousModes.NORMAL);
        static long Level(SQLiteStorage storage, bool durable) =>
            storage.Database.Write(durable, session => session.Number("PRAGMA synchronous"));

        (Level(Storage, durable: true), Level(Storage, durable: false), Level(Storage, durable: true)).Should().Be((2L, 1L, 2L));
        Level(normal, durable: true).Should().Be(1);
    }

    [Fact]
    public async Task Work_that_fails_in_a_shared_commit_leaves_nothing_and_its_neighbours_everything()
    {
        using var go = new ManualResetEventSlim();
        var first = Task.Factory.StartNew(() => Storage.Database.Write(durable: true, _ =>
        {
            go.Wait();
            return true;
        }), TaskCreationOptions.LongRunning);
        var refused = 0;
        var threads = Enumerable.Range(0, 8).Select(n => new Thread(() =>
        {
            var exception = Record.Exception(() => Storage.Database.Write(durable: true, session =>
            {
                session.Execute("""INSERT INTO "set"(key, value, score) VALUES('s', $1, 0)""", $"{n}");
                return n % 2 == 0 ? true : throw new InvalidOperationException("odd");
            }));
            Interlocked.Add(ref refused, exception is InvalidOperationException ? 1 : 0);
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Until(() => threads.All(thread => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin)), "all wait for the writer");

        go.Set();
        await first;
        Array.ForEach(threads, thread => thread.Join());

        using var connection = Connect();
        refused.Should().Be(4);
        connection.GetAllItemsFromSet("s").Should().BeEquivalentTo("0", "2", "4", "6");
    }

    [Fact]
    public void A_lock_taken_over_is_not_released_by_its_former_owner()
    {
        var clock = new SetClock();
        using var storage = Open(options => options.TimeProvider = clock);
        using var second = Open(options => options.TimeProvider = clock);
        using var former = storage.GetConnection();
        using var owner = second.GetConnection();
        var lost = former.AcquireDistributedLock("r", TimeSpan.Zero);
        using var unrelated = former.AcquireDistributedLock("other", TimeSpan.Zero);
        clock.Now = clock.Now.AddSeconds(30);
        using var taken = owner.AcquireDistributedLock("r", TimeSpan.Zero);

        lost.Dispose();

        storage.Database.Read(session => session.Number("SELECT count(*) FROM lock")).Should().Be(2);
    }

    [Fact]
    public void What_a_failed_commit_was_to_end_is_held_and_renewed_as_before()
    {
        var clock = new SetClock();
        using var storage = Open(options => options.TimeProvider = clock);
        Enqueue();
        using var connection = storage.GetConnection();
        using var fetched = connection.FetchNextJob(["default"], CancellationToken.None);
        using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        transaction.AcquireDistributedLock("r", TimeSpan.Zero);
        transaction.RemoveFromQueue(fetched);
        transaction.SetRangeInHash("h", [KeyValuePair.Create((string)null!, "no field has this name")]);
        (long Lease, long Lock) Until() => storage.Database.Read(session =>
            (session.Number("SELECT lease_until FROM queue"), session.Number("SELECT expire_at FROM lock")));
        var before = Until();
        transaction.Invoking(t => t.Commit()).Should().Throw<Exception>();
        clock.Now = clock.Now.AddSeconds(20);

        storage.KeepAlive.Renew();

        Until().Should().Be((before.Lease + 20_000, before.Lock + 20_000));
    }

    [Fact]
    public void A_lock_whose_end_was_not_committed_is_renewed_as_before()
    {
        var clock = new SetClock();
        using var storage = Open(options => options.TimeProvider = clock);
        using var connection = storage.GetConnection();
        using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        transaction.AcquireDistributedLock("r", TimeSpan.Zero);
        transaction.IncrementCounter("c");
        storage.Database.Write(durable: true, session => session.Execute("CREATE TRIGGER fail BEFORE DELETE ON lock BEGIN SELECT RAISE(ABORT, 'no'); END"));
        long Until() => storage.Database.Read(session => session.Number("SELECT expire_at FROM lock"));
        var before = Until();
        transaction.Invoking(t => t.Commit()).Should().Throw<Exception>();
        storage.Database.Write(durable: true, session => session.Execute("DROP TRIGGER fail"));
        clock.Now = clock.Now.AddSeconds(20);

        storage.KeepAlive.Renew();

        Until().Should().Be(before + 20_000);
    }

    [Fact]
    public void What_a_commit_ended_is_not_missed_by_the_renewal_that_follows_at_once()
    {
        Enqueue();
        using var connection = Connect();
        using var fetched = (FetchedJob)connection.FetchNextJob(["default"], CancellationToken.None);
        Storage.Database.Write(durable: true, fetched.Remove);

        Storage.KeepAlive.Holds(fetched).Should().BeFalse("its row is gone for a good reason, of which nobody needs a warning");
    }

    [Fact]
    public async Task A_job_given_back_wakes_a_waiting_worker()
    {
        var id = Enqueue();
        using var slow = Open(options => options.QueuePollInterval = TimeSpan.FromHours(1));
        using var connection = slow.GetConnection();
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        var held = connection.FetchNextJob(["default"], CancellationToken.None);
        var waiter = new TaskCompletionSource<string>();
        var thread = new Thread(() =>
        {
            using var other = slow.GetConnection();
            // The fetch above has left its word: this worker looks in vain once and then waits.
            if (Record.Exception(() => waiter.SetResult(other.FetchNextJob(["default"], limit.Token).JobId)) is { } failure)
            {
                waiter.SetException(failure);
            }
        });
        thread.Start();
        Until(() => thread.ThreadState.HasFlag(ThreadState.WaitSleepJoin), "the worker waits");

        held.Requeue();

        (await waiter.Task).Should().Be(id);
    }

    [Fact]
    public void Expiry_takes_states_and_dead_locks_along()
    {
        var clock = new SetClock();
        using var storage = Open(options => options.TimeProvider = clock);
        var id = NewJob(("a", "1"));
        Commit(t => t.SetJobState(id, new NamedState("S")));
        using var connection = storage.GetConnection();
        using var held = connection.AcquireDistributedLock("dead", TimeSpan.Zero);
        clock.Now = clock.Now.AddYears(1);

        new Expiry(storage.Database, TimeSpan.FromHours(1)).RemoveExpired(CancellationToken.None);

        foreach (var table in new[] { "job", "state", "lock" })
        {
            storage.Database.Read(session => session.Number($"SELECT count(*) FROM {table}")).Should().Be(0, table);
        }
    }
}
