using Hangfire;
using Hangfire.Storage;
using Hangfire.Storage.SQLite;
using Microsoft.Data.Sqlite;

namespace WutAmu.Placement.JobStorage.Tests;

public sealed class StorageTests : StorageFile
{
    private static readonly string[] Durations =
        ["QueuePollInterval", "InvisibilityTimeout", "DistributedLockLifetime", "JobExpirationCheckInterval"];

    [Fact]
    public void Every_feature_that_is_implemented_is_claimed_and_no_other()
    {
        string[] claimed =
        [
            JobStorageFeatures.ExtendedApi, JobStorageFeatures.JobQueueProperty, JobStorageFeatures.ProcessesInsteadOfComponents,
            JobStorageFeatures.Connection.BatchedGetFirstByLowest, JobStorageFeatures.Connection.GetUtcDateTime,
            JobStorageFeatures.Connection.GetSetContains, JobStorageFeatures.Connection.LimitedGetSetCount,
            JobStorageFeatures.Transaction.AcquireDistributedLock, JobStorageFeatures.Transaction.CreateJob,
            JobStorageFeatures.Transaction.SetJobParameter, JobStorageFeatures.Monitoring.DeletedStateGraphs, JobStorageFeatures.Monitoring.AwaitingJobs,
        ];

        claimed.Should().AllSatisfy(feature => Storage.HasFeature(feature).Should().BeTrue(feature));
        Storage.HasFeature("Something.Else").Should().BeFalse();
        Storage.Invoking(s => s.HasFeature(null!)).Should().Throw<ArgumentNullException>();
        Storage.LinearizableReads.Should().BeTrue();
        Storage.GetStorageWideProcesses().Select(process => process.GetType()).Should().Equal(typeof(Expiry), typeof(StrandedHolds));
        Storage.ToString().Should().Contain("jobs.db");
    }

    [Fact]
    public void A_path_and_a_connection_string_open_the_same_file()
    {
        var id = NewJob();
        using var second = new SQLiteStorage($"Data Source={FilePath}");
        using var connection = second.GetConnection();

        connection.GetJobData(id).Should().NotBeNull();
    }

    [Theory]
    [InlineData(":memory:")]
    [InlineData("Data Source=:memory:")]
    [InlineData("Data Source=x;Mode=Memory")]
    public void A_storage_without_a_file_is_refused(string place)
    {
        var open = () => new SQLiteStorage(place);

        open.Should().Throw<ArgumentException>().WithParameterName("path");
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(" ")]
    public void A_storage_without_a_path_is_refused(string? path)
    {
        var open = () => new SQLiteStorage(path!);

        open.Should().ThrowExactly<ArgumentNullException>().WithParameterName(nameof(path));
    }

    [Fact]
    public void The_configuration_takes_the_storage()
    {
        using var configured = GlobalConfiguration.Configuration.UseSQLiteStorage(FilePath + "2").Entry;

        Hangfire.JobStorage.Current.Should().BeSameAs(configured);
        FluentActions.Invoking(() => GlobalConfiguration.Configuration.UseSQLiteStorage(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => SQLiteStorageExtensions.UseSQLiteStorage(null!, "x")).Should().Throw<ArgumentNullException>();
    }

    [Fact]
    public void Durations_must_be_positive_and_clients_differ()
    {
        var options = new SQLiteStorageOptions();

        foreach (var name in Durations)
        {
            var property = typeof(SQLiteStorageOptions).GetProperty(name)!; // named above
            foreach (var wrong in new[] { TimeSpan.Zero, TimeSpan.FromTicks(-1) })
            {
                var set = () => property.SetValue(options, wrong);
                set.Should().Throw<System.Reflection.TargetInvocationException>(name).WithInnerExceptionExactly<ArgumentException>();
            }

            property.SetValue(options, TimeSpan.FromSeconds(7));
            property.GetValue(options).Should().Be(TimeSpan.FromSeconds(7));
        }

        options.Invoking(o => o.PoolSize = 0).Should().Throw<ArgumentOutOfRangeException>();
        options.ClientId.Should().NotBe(new SQLiteStorageOptions().ClientId);
        options.Prefix.Should().Be("hangfire");
        options.Synchronous.Should().Be(SQLiteStorageOptions.SynchronousModes.FULL);
    }

    [Fact]
    public void What_was_committed_is_there_after_a_restart_and_ids_go_on()
    {
        var id = Enqueue();
        Storage.Dispose();
        using var again = Open();
        using var connection = (JobStorageConnection)again.GetConnection();

        using var fetched = connection.FetchNextJob(["default"], CancellationToken.None);
        using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        var next = transaction.CreateJob(
            Hangfire.Common.Job.FromExpression(() => Work.Nothing("x")), new Dictionary<string, string>(), DateTime.UnixEpoch, TimeSpan.FromDays(1));

        fetched.JobId.Should().Be(id);
        long.Parse(next, System.Globalization.CultureInfo.InvariantCulture).Should().BeGreaterThan(
            long.Parse(id, System.Globalization.CultureInfo.InvariantCulture), "an id is never used again");
    }

    [Fact]
    public void A_file_of_a_newer_version_is_refused_and_left_alone()
    {
        Storage.Dispose();
        Raw("PRAGMA user_version=99");

        var open = () => Open();

        open.Should().Throw<InvalidOperationException>().WithMessage("*99*");
        Raw("PRAGMA user_version").Should().Be(99);
    }

    [Fact]
    public void A_new_file_gets_its_version_and_the_write_ahead_log()
    {
        Storage.Dispose();

        Raw("PRAGMA user_version").Should().Be(Schema.Version);
        Raw("SELECT journal_mode='wal' FROM pragma_journal_mode").Should().Be(1);
    }

    [Fact]
    public void A_file_of_the_first_version_keeps_its_jobs_their_parameters_history_and_place_in_the_queue()
    {
        var path = FilePath + ".first";
        using (var session = new Session($"Data Source={path};Pooling=False;Foreign Keys=True"))
        {
            Schema.Migrate(session, upTo: 1);
            session.ExecuteScript(
                """
                INSERT INTO job VALUES(7, '{"t":"System.Console","m":"Beep"}', 1000, NULL, 3, 'Enqueued'), (8, '{"t":"System.Console","m":"Beep"}', 1000, 5000, NULL, NULL),
                    (9, '{"t":"System.Console","m":"Beep"}', 1000, NULL, 4, 'Enqueued');
                INSERT INTO parameter VALUES(7, 'it''s "quoted"', '"fr"'), (7, 'none', NULL);
                INSERT INTO state VALUES(1, 7, 'Scheduled', 'why', 2000, '{}'), (3, 7, 'Enqueued', NULL, 3000, '{"Queue":"default"}'), (4, 9, 'Enqueued', NULL, 3000, '{"Queue":"default"}');
                INSERT INTO queue VALUES(5, 'default', 9, NULL, 0, NULL), (6, 'default', 7, NULL, 0, NULL);
                """);
        }

        using var storage = new SQLiteStorage(path);
        using var connection = (JobStorageConnection)storage.GetConnection();

        connection.GetJobData("7").ParametersSnapshot.Should().BeEquivalentTo(new Dictionary<string, string?> { ["it's \"quoted\""] = "\"fr\"", ["none"] = null });
        connection.GetJobData("9").ParametersSnapshot.Should().BeEmpty();
        storage.GetMonitoringApi().JobDetails("7").History.Select(state => (state.StateName, (string?)state.Reason)).Should().Equal(("Enqueued", null), ("Scheduled", "why"));
        storage.GetMonitoringApi().EnqueuedJobs("default", 0, 10).Select(job => job.Key).Should().Equal("9", "7");
        connection.FetchNextJob(["default"], CancellationToken.None).JobId.Should().Be("9");
        new Expiry(storage.Database, TimeSpan.FromHours(1)).RemoveExpired(CancellationToken.None);
        connection.GetJobData("8").Should().BeNull("it never got a state, and its time is over");
        storage.Database.Read(session => session.Number("SELECT count(*) FROM pragma_foreign_key_check")).Should().Be(0);
    }

    [Fact]
    public void Expiry_moves_the_log_into_the_file()
    {
        Commit(t => t.IncrementCounter("c"));
        new FileInfo(FilePath + "-wal").Length.Should().BePositive();

        new Expiry(Storage.Database, TimeSpan.FromHours(1)).RemoveExpired(CancellationToken.None);

        var copy = FilePath + ".copy";
        File.Copy(FilePath, copy); // without the log
        Raw("SELECT value FROM counter", copy).Should().Be(1);
    }

    [Fact]
    public void Expiry_removes_more_than_one_batch()
    {
        Commit(t =>
        {
            for (var i = 0; i < 1200; i++)
            {
                t.AddToSet("s", $"{i}");
                t.InsertToList("l", "x");
                t.SetRangeInHash("h", [KeyValuePair.Create($"{i}", "v")]);
            }

            t.ExpireSet("s", TimeSpan.FromSeconds(-1));
            t.ExpireList("l", TimeSpan.FromSeconds(-1));
            t.ExpireHash("h", TimeSpan.FromSeconds(-1));
        });
        using var connection = Connect();

        new Expiry(Storage.Database, TimeSpan.FromHours(1)).RemoveExpired(CancellationToken.None);

        (connection.GetSetCount("s"), connection.GetListCount("l"), connection.GetHashCount("h")).Should().Be((0L, 0L, 0L));
    }

    [Fact]
    public void Writers_that_share_a_commit_fail_each_for_themselves()
    {
        var results = new string[40];

        Parallel.For(0, results.Length, new ParallelOptions { MaxDegreeOfParallelism = 16 }, n =>
        {
            using var connection = Connect();
            using var transaction = connection.CreateWriteTransaction();
            transaction.AddToSet("s", $"{n}");
            if (n % 4 == 0)
            {
                transaction.SetRangeInHash("h", [KeyValuePair.Create((string)null!, "no field has this name")]);
            }

            results[n] = Record.Exception(transaction.Commit) is null ? "kept" : "refused";
        });

        using var reader = Connect();
        results.Select((result, n) => (result, n)).Should().OnlyContain(one => one.result == (one.n % 4 == 0 ? "refused" : "kept"));
        reader.GetAllItemsFromSet("s").Should().BeEquivalentTo(Enumerable.Range(0, 40).Where(n => n % 4 != 0).Select(n => $"{n}"));
    }

    [Fact]
    public void A_disposed_storage_says_so()
    {
        using var connection = Connect();
        Storage.Dispose();

        connection.Invoking(c => c.RemoveServer("x")).Should().Throw<ObjectDisposedException>();
        connection.Invoking(c => c.GetCounter("x")).Should().Throw<ObjectDisposedException>();
        Storage.Invoking(s => s.Dispose()).Should().NotThrow();
    }

    private long Raw(string sql, string? path = null)
    {
        using var connection = new SqliteConnection($"Data Source={path ?? FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar() as long? ?? 0;
    }
}
