using Hangfire.Common;
using Hangfire.Server;
using Hangfire.Storage;
using Hangfire.Storage.SQLite;
using Microsoft.Data.Sqlite;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>What a commit promises: who waits for the disk, who shares, who else may write meanwhile.</summary>
public sealed class CommitTests : StorageFile
{
    [Fact]
    public void What_a_client_was_told_waits_for_the_disk_and_what_dies_with_the_process_does_not()
    {
        var id = Enqueue();
        Enqueue();
        using var connection = Connect();
        bool Durable(Action act)
        {
            act();
            return Storage.Database.LastCommitReachedDisk;
        }

        IFetchedJob? fetched = null;
        IDisposable? held = null;
        new[]
        {
            Durable(() => Commit(t => t.IncrementCounter("c"))),
            Durable(() => connection.SetJobParameter(id, "n", "v")),
            Durable(() => connection.SetRangeInHash("h", [KeyValuePair.Create("f", "v")])),
            Durable(() => connection.AnnounceServer("s", new ServerContext { Queues = [] })),
            Durable(() => connection.RemoveServer("none")),
        }.Should().OnlyContain(durable => durable);
        new[]
        {
            Durable(() => fetched = connection.FetchNextJob(["default"], CancellationToken.None)),
            Durable(() => fetched!.Requeue()),
            Durable(() => held = connection.AcquireDistributedLock("r", TimeSpan.Zero)),
            Durable(() => held!.Dispose()),
            Durable(() => connection.Heartbeat("s")),
            Durable(() => connection.RemoveTimedOutServers(TimeSpan.FromHours(1))),
            Durable(() => NewJob()),
            Durable(() => new Expiry(Storage.Database, TimeSpan.FromHours(1)).RemoveExpired(CancellationToken.None)),
        }.Should().OnlyContain(durable => !durable);
        fetched = connection.FetchNextJob(["default"], CancellationToken.None);
        Durable(() => fetched.RemoveFromQueue()).Should().BeTrue("a job that ended must not come back after a power cut");
    }

    [Fact]
    public async Task A_shared_commit_waits_for_the_disk_if_one_of_its_writers_does()
    {
        using var go = new ManualResetEventSlim();
        var levels = new long[3];
        var first = Hold(go);
        var threads = Waiting(3, n => Storage.Database.Write(durable: n == 1, session =>
        {
            levels[n] = session.Number("PRAGMA synchronous");
            return true;
        }));

        go.Set();
        await first;
        Array.ForEach(threads, thread => thread.Join());

        levels.Should().Equal(2, 2, 2);
    }

    [Fact]
    public async Task An_error_that_undoes_a_whole_shared_commit_spares_those_whose_turn_had_not_come()
    {
        Storage.Database.Write(durable: true, session =>
            session.Execute("""CREATE TRIGGER fail BEFORE INSERT ON "set" WHEN new.value='1' BEGIN SELECT RAISE(ROLLBACK, 'all of it'); END"""));
        using var go = new ManualResetEventSlim();
        var ran = new int[3];
        var outcomes = new Exception?[3];
        var first = Hold(go);
        var threads = Waiting(3, n => outcomes[n] = Record.Exception(() => Storage.Database.Write(durable: true, session =>
        {
            ran[n]++;
            return session.Execute("""INSERT INTO "set"(key, value, score) VALUES('s', $1, 0)""", $"{n}");
        })));

        go.Set();
        await first;
        Array.ForEach(threads, thread => thread.Join());

        using var connection = Connect();
        outcomes.Select(outcome => outcome is null).Should().Equal(false, false, true);
        connection.GetAllItemsFromSet("s").Should().Equal("2");
        ran.Should().Equal([1, 1, 1], "nothing is run twice");
    }

    [Fact]
    public void A_writer_keeps_others_out_from_its_first_statement_though_it_only_reads()
    {
        using var other = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        other.Open();

        var refused = Storage.Database.Write(durable: true, session =>
        {
            session.Number("SELECT count(*) FROM counter");
            return Record.Exception(() => Run(other, "INSERT INTO counter(key, value) VALUES('c', 1)"));
        });

        (refused as SqliteException)?.SqliteErrorCode.Should().Be(5, "the file is busy");
        refused.Should().NotBeNull();
    }

    [Fact]
    public void Readers_cannot_write_and_read_side_by_side_and_writers_wait_for_other_processes()
    {
        Storage.Database.Invoking(d => d.Read(session => session.Execute("DELETE FROM counter"))).Should().Throw<SqliteException>();
        Storage.Database.Read(_ => Storage.Database.Read(session => session.Number("SELECT 7"))).Should().Be(7);
        Storage.Database.Write(durable: true, session => session.Number("PRAGMA busy_timeout")).Should().Be(20_000);
    }

    [Fact]
    public void A_disposed_storage_lets_the_file_go()
    {
        Commit(t => t.IncrementCounter("c"));
        Storage.Database.Read(session => session.Number("SELECT count(*) FROM counter")).Should().Be(1);

        Storage.Dispose();

        File.Exists(FilePath + "-wal").Should().BeFalse("the last to close the file takes the log along");
    }

    [Fact]
    public void A_transaction_committed_twice_is_written_once()
    {
        using var connection = Connect();
        using var transaction = connection.CreateWriteTransaction();
        transaction.IncrementCounter("c");
        transaction.Commit();

        transaction.Commit();

        Connect().GetCounter("c").Should().Be(1);
    }

    [Fact]
    public void A_transaction_keeps_what_it_was_given_whatever_becomes_of_the_lists()
    {
        using var connection = Connect();
        using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        var items = new List<string> { "a" };
        var entries = new[] { KeyValuePair.Create("f", "v") };
        var parameters = new Dictionary<string, string> { ["p"] = "v" };
        transaction.AddRangeToSet("s", items);
        transaction.SetRangeInHash("h", entries);
        var id = transaction.CreateJob(Job.FromExpression(() => Work.Nothing("x")), parameters, DateTime.UnixEpoch, TimeSpan.FromDays(30));
        items.Add("b");
        entries[0] = KeyValuePair.Create("f", "changed");
        parameters["p"] = "changed";

        transaction.Commit();

        connection.GetAllItemsFromSet("s").Should().Equal("a");
        connection.GetValueFromHash("h", "f").Should().Be("v");
        connection.GetJobParameter(id, "p").Should().Be("v");
    }

    [Theory]
    [InlineData(-1, 60, true)]
    [InlineData(60, -1, true)]
    [InlineData(-1, -2, false)]
    [InlineData(-1, null, true)]
    [InlineData(null, -1, true)]
    public void A_counter_lives_as_long_as_the_longest_of_its_expiries(int? first, int? second, bool kept)
    {
        void Count(JobStorageTransaction t, int? seconds)
        {
            if (seconds is { } known)
            {
                t.IncrementCounter("c", TimeSpan.FromSeconds(known));
            }
            else
            {
                t.IncrementCounter("c");
            }
        }

        Commit(t => Count(t, first));
        Commit(t => Count(t, second));

        new Expiry(Storage.Database, TimeSpan.FromHours(1)).RemoveExpired(CancellationToken.None);

        Connect().GetCounter("c").Should().Be(kept ? 2 : 0);
    }

    [Fact]
    public void Expiry_includes_the_instant_itself_and_ends_with_its_cancellation()
    {
        var clock = new SetClock();
        using var storage = Open(options => options.TimeProvider = clock);
        var (due, later) = (NewJob(), NewJob());
        using var connection = (JobStorageConnection)storage.GetConnection();
        using (var transaction = connection.CreateWriteTransaction())
        {
            transaction.ExpireJob(due, TimeSpan.FromSeconds(5));
            transaction.ExpireJob(later, TimeSpan.FromSeconds(5).Add(TimeSpan.FromMilliseconds(1)));
            transaction.Commit();
        }

        clock.Now = clock.Now.AddSeconds(5);
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        var expiry = new Expiry(storage.Database, TimeSpan.FromHours(1));

        expiry.Invoking(e => e.RemoveExpired(cancelled.Token)).Should().Throw<OperationCanceledException>();

        (connection.GetJobData(due) is null, connection.GetJobData(later) is null).Should().Be((true, false));
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        // The ADO.NET layer would try again for this long.
        command.CommandTimeout = 1;
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <summary>Occupies the writer until told to go on, so that those who come meanwhile share the next commit.</summary>
    private Task<bool> Hold(ManualResetEventSlim go)
    {
        var begun = new ManualResetEventSlim();
        var task = Task.Factory.StartNew(() => Storage.Database.Write(durable: true, _ =>
        {
            begun.Set();
            go.Wait();
            return true;
        }), TaskCreationOptions.LongRunning);
        begun.Wait();
        return task;
    }

    /// <summary>Threads that wait for the writer in this order.</summary>
    private static Thread[] Waiting(int count, Action<int> work)
    {
        var threads = new Thread[count];
        for (var i = 0; i < count; i++)
        {
            var n = i;
            threads[i] = new Thread(() => work(n));
            threads[i].Start();
            Until(() => threads[n].ThreadState.HasFlag(ThreadState.WaitSleepJoin), "the thread waits for the writer");
        }

        return threads;
    }
}
