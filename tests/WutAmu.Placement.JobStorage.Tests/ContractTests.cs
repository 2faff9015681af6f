using Hangfire.Common;
using Hangfire.Storage;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>The corners of the contract, member by member.</summary>
public sealed class ContractTests : StorageFile
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan None = TimeSpan.FromSeconds(-1);

    [Fact]
    public void Job_parameters_are_replaced_and_may_be_null()
    {
        var id = NewJob(("a", "1"));
        using var connection = Connect();
        connection.SetJobParameter(id, "a", "2");
        connection.SetJobParameter(id, "b", null);
        Commit(t => t.SetJobParameter(id, "c", "3"));

        connection.GetJobData(id).ParametersSnapshot.Should().BeEquivalentTo(new Dictionary<string, string?> { ["a"] = "2", ["b"] = null, ["c"] = "3" });
        connection.GetJobParameter(id, "a").Should().Be("2");
        connection.GetJobParameter(id, "none").Should().BeNull();
        connection.GetStateData(id).Should().BeNull("no state was set");
    }

    [Fact]
    public void Writes_about_jobs_that_do_not_exist_change_nothing()
    {
        Commit(t =>
        {
            t.SetJobState("123456", new NamedState("S"));
            t.AddJobState("word", new NamedState("S"));
            t.SetJobParameter("123456", "n", "v");
            t.ExpireJob("word", Hour);
            t.PersistJob("123456");
            t.AddToQueue("q", "word");
            t.IncrementCounter("c");
        });

        using var connection = Connect();
        connection.GetCounter("c").Should().Be(1, "the rest of the transaction holds");
        Storage.GetMonitoringApi().Queues().Should().BeEmpty();
        Storage.Database.Read(session => session.Number("SELECT count(*) FROM state") + session.Number("SELECT count(*) FROM job")).Should().Be(0);
    }

    [Fact]
    public void An_expiry_counts_from_now_and_one_beyond_all_calendars_is_the_last_day()
    {
        var clock = new SetClock();
        using var storage = Open(options => options.TimeProvider = clock);
        using var connection = (JobStorageConnection)storage.GetConnection();
        var id = NewJob();
        using var t = (JobStorageTransaction)connection.CreateWriteTransaction();
        t.ExpireJob(id, Hour);
        t.AddToSet("s", "v");
        t.ExpireSet("s", TimeSpan.MaxValue);
        t.Commit();

        storage.GetMonitoringApi().JobDetails(id).ExpireAt.Should().Be(clock.Now.UtcDateTime + Hour);
        connection.GetSetTtl("s").Should().BeGreaterThan(TimeSpan.FromDays(365 * 1000));
        connection.GetUtcDateTime().Should().Be(clock.Now.UtcDateTime);
        connection.GetUtcDateTime().Kind.Should().Be(DateTimeKind.Utc);
    }

    [Fact]
    public void A_lock_of_a_transaction_goes_with_the_commit_unless_the_connection_holds_it_too()
    {
        using var connection = Connect();
        using var other = Connect();
        var take = () => other.AcquireDistributedLock("r", TimeSpan.Zero).Dispose();
        long Rows() => Storage.Database.Read(session => session.Number("SELECT count(*) FROM lock"));
        var outer = connection.AcquireDistributedLock("r", TimeSpan.Zero);
        using (var nested = (JobStorageTransaction)connection.CreateWriteTransaction())
        {
            nested.AcquireDistributedLock("r", TimeSpan.Zero);
            nested.IncrementCounter("c");
            nested.Commit();
        }

        take.Should().Throw<DistributedLockTimeoutException>("the connection holds it still");
        Rows().Should().Be(1, "other processes must see it too");
        outer.Dispose();
        using var alone = (JobStorageTransaction)connection.CreateWriteTransaction();
        alone.AcquireDistributedLock("r", TimeSpan.Zero);
        alone.IncrementCounter("c");
        Rows().Should().Be(1);
        alone.Commit();

        Rows().Should().Be(0);
        take.Should().NotThrow();
        Rows().Should().Be(0);
    }

    [Fact]
    public void A_commit_that_fails_keeps_its_lock_until_the_transaction_is_disposed()
    {
        using var connection = Connect();
        using var other = Connect();
        var take = () => other.AcquireDistributedLock("r", TimeSpan.Zero).Dispose();
        var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        transaction.AcquireDistributedLock("r", TimeSpan.Zero);
        transaction.SetRangeInHash("h", [KeyValuePair.Create((string)null!, "no field has this name")]);
        transaction.Invoking(t => t.Commit()).Should().Throw<Exception>();
        take.Should().Throw<DistributedLockTimeoutException>();

        transaction.Dispose();

        take.Should().NotThrow();
    }

    [Fact]
    public void A_fetched_job_of_another_storage_cannot_be_acknowledged_here()
    {
        Enqueue();
        using var second = Open();
        using var theirs = second.GetConnection();
        using var fetched = theirs.FetchNextJob(["default"], CancellationToken.None);
        using var connection = Connect();
        using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();

        transaction.Invoking(t => t.RemoveFromQueue(fetched)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void A_lease_hides_a_job_until_it_ends_and_not_longer()
    {
        var clock = new SetClock();
        using var storage = Open(options =>
        {
            options.TimeProvider = clock;
            options.InvisibilityTimeout = TimeSpan.FromMinutes(10);
        });
        var id = Enqueue();
        using var connection = storage.GetConnection();
        using var never = new CancellationTokenSource(TimeSpan.FromMilliseconds(150));
        using var first = connection.FetchNextJob(["default"], CancellationToken.None);
        clock.Now = clock.Now.AddMinutes(10).AddMilliseconds(-1);
        connection.Invoking(c => c.FetchNextJob(["default"], never.Token)).Should().Throw<OperationCanceledException>();
        clock.Now = clock.Now.AddMilliseconds(1);

        using var second = connection.FetchNextJob(["default"], CancellationToken.None);

        second.JobId.Should().Be(id);
        first.RemoveFromQueue();
        storage.GetMonitoringApi().FetchedCount("default").Should().Be(1, "the lease has another owner");
    }

    [Fact]
    public void Held_locks_are_renewed_and_a_left_one_is_not()
    {
        var clock = new SetClock();
        using var storage = Open(options => options.TimeProvider = clock);
        using var connection = storage.GetConnection();
        using var held = connection.AcquireDistributedLock("held", TimeSpan.Zero);
        connection.AcquireDistributedLock("left", TimeSpan.Zero).Dispose();
        long Until(string name) => storage.Database.Read(session => session.Number("SELECT expire_at FROM lock WHERE resource=$1", name));
        var before = Until("held");
        clock.Now = clock.Now.AddSeconds(20);

        storage.KeepAlive.Renew();

        Until("held").Should().Be(before + 20_000);
        Until("left").Should().Be(0);
    }

    [Fact]
    public void The_time_of_the_storage_is_told_to_the_tick()
    {
        var clock = new SetClock();
        using var storage = Open(options => options.TimeProvider = clock);
        using var connection = (JobStorageConnection)storage.GetConnection();
        clock.Now = clock.Now.AddTicks(1);

        connection.GetUtcDateTime().Should().Be(clock.Now.UtcDateTime, "a caller may compare it with its own clock");
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("nul \0 within")]
    [InlineData("李雷 · café · 👩‍🔬")]
    [InlineData("'; DROP TABLE job; --")]
    public void Every_text_comes_back_as_it_was_given(string text)
    {
        var id = NewJob((text, text));
        Commit(t =>
        {
            t.AddToSet("k" + text, text);
            t.InsertToList("k" + text, text);
            t.SetRangeInHash("k" + text, [KeyValuePair.Create(text, text)]);
            t.SetJobState(id, new NamedState("State", text, new() { ["Key"] = text }));
            t.AddToQueue("q" + text, id);
        });
        using var connection = Connect();

        connection.GetAllItemsFromSet("k" + text).Should().Equal(text);
        connection.GetAllItemsFromList("k" + text).Should().Equal(text);
        connection.GetValueFromHash("k" + text, text).Should().Be(text);
        connection.GetJobParameter(id, text).Should().Be(text);
        connection.GetStateData(id).Reason.Should().Be(text);
        connection.GetStateData(id).Data["Key"].Should().Be(text);
        using var fetched = connection.FetchNextJob(["q" + text], CancellationToken.None);
        fetched.JobId.Should().Be(id);
        Storage.GetMonitoringApi().Queues().Should().ContainSingle().Which.Name.Should().Be("q" + text);
    }

    [Fact]
    public void The_queue_a_job_was_made_for_is_kept()
    {
        using var connection = Connect();
        var job = Job.FromExpression(() => Work.Nothing("x"), "critical");
        var id = connection.CreateExpiredJob(job, new Dictionary<string, string>(), DateTime.UnixEpoch, Hour);
        var plain = NewJob();

        connection.GetJobData(id).Job.Queue.Should().Be("critical");
        connection.GetJobData(id).InvocationData.Queue.Should().Be("critical");
        connection.GetJobData(plain).Job.Queue.Should().BeNull();
        Storage.GetMonitoringApi().JobDetails(id).Job.Queue.Should().Be("critical");
    }

    [Theory]
    [InlineData(" {0}")]
    [InlineData("{0} ")]
    [InlineData("+{0}")]
    [InlineData("{0}.0")]
    [InlineData("{0},0")]
    public void An_id_is_taken_as_it_was_given_out_only(string format)
    {
        var id = NewJob(("n", "v"));
        var other = string.Format(System.Globalization.CultureInfo.InvariantCulture, format, id);
        using var connection = Connect();

        connection.GetJobData(other).Should().BeNull();
        connection.GetJobParameter(other, "n").Should().BeNull();
        Storage.GetMonitoringApi().JobDetails(other).Should().BeNull();
    }

    [Fact]
    public void A_state_may_have_nothing_to_say_and_an_expiry_be_beyond_all_calendars()
    {
        var id = NewJob();
        Commit(t =>
        {
            t.SetJobState(id, new SilentState());
            t.ExpireJob(id, TimeSpan.MaxValue);
        });
        using var connection = Connect();

        connection.GetStateData(id).Data.Should().BeEmpty();
        Storage.GetMonitoringApi().JobDetails(id).ExpireAt!.Value.Year.Should().Be(9999); // expires: set above
    }

    [Fact]
    public void A_time_given_in_local_time_is_the_same_instant()
    {
        var local = new DateTime(2026, 7, 1, 12, 0, 0, DateTimeKind.Local);
        using var connection = Connect();
        var id = connection.CreateExpiredJob(Job.FromExpression(() => Work.Nothing("x")), new Dictionary<string, string>(), local, Hour);

        connection.GetJobData(id).CreatedAt.Should().Be(local.ToUniversalTime());
    }

    private sealed class SilentState : Hangfire.States.IState
    {
        public string Name => "Silent";

        public string Reason => null!; // states may

        public bool IsFinal => false;

        public bool IgnoreJobLoadException => false;

        public Dictionary<string, string> SerializeData() => null!; // states may
    }
}
