using Hangfire.Common;
using Hangfire.Storage;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>The corners of the contract, member by member.</summary>
public sealed class ContractTests : StorageFile
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan None = TimeSpan.FromSeconds(-1);

    [Fact]
    public void A_missing_key_is_refused_by_every_member()
    {
        using var connection = Connect();
        using var t = (JobStorageTransaction)connection.CreateWriteTransaction();
        var calls = new Action[]
        {
            () => connection.GetAllItemsFromSet(null!), () => connection.GetFirstByLowestScoreFromSet(null!, 0, 1),
            () => connection.GetFirstByLowestScoreFromSet(null!, 0, 1, 1), () => connection.GetSetCount((string)null!),
            () => connection.GetSetContains(null!, "v"), () => connection.GetRangeFromSet(null!, 0, 1), () => connection.GetSetTtl(null!),
            () => connection.SetRangeInHash(null!, []), () => connection.GetAllEntriesFromHash(null!), () => connection.GetValueFromHash(null!, "f"),
            () => connection.GetHashCount(null!), () => connection.GetHashTtl(null!), () => connection.GetListCount(null!),
            () => connection.GetAllItemsFromList(null!), () => connection.GetRangeFromList(null!, 0, 1), () => connection.GetListTtl(null!),
            () => connection.GetCounter(null!),
            () => t.IncrementCounter(null!), () => t.IncrementCounter(null!, Hour), () => t.DecrementCounter(null!), () => t.DecrementCounter(null!, Hour),
            () => t.AddToSet(null!, "v"), () => t.AddToSet(null!, "v", 1), () => t.AddRangeToSet(null!, []), () => t.RemoveFromSet(null!, "v"),
            () => t.RemoveSet(null!), () => t.ExpireSet(null!, Hour), () => t.PersistSet(null!), () => t.InsertToList(null!, "v"),
            () => t.RemoveFromList(null!, "v"), () => t.TrimList(null!, 0, 1), () => t.ExpireList(null!, Hour), () => t.PersistList(null!),
            () => t.SetRangeInHash(null!, []), () => t.RemoveHash(null!), () => t.ExpireHash(null!, Hour), () => t.PersistHash(null!),
        };

        calls.Select(call => Assert.Throws<ArgumentNullException>(call).ParamName).Should().OnlyContain(name => name == "key");
    }

    [Fact]
    public void Other_missing_arguments_are_refused_by_name()
    {
        var job = Job.FromExpression(() => Work.Nothing("x"));
        using var connection = Connect();
        using var t = (JobStorageTransaction)connection.CreateWriteTransaction();
        var monitor = Storage.GetMonitoringApi();
        var refused = new (string Name, Action Call)[]
        {
            ("parameters", () => connection.CreateExpiredJob(job, null!, DateTime.UnixEpoch, Hour)),
            ("name", () => connection.SetJobParameter("1", null!, "v")),
            ("id", () => connection.GetJobParameter(null!, "n")),
            ("resource", () => connection.AcquireDistributedLock("", TimeSpan.Zero)),
            ("resource", () => t.AcquireDistributedLock(null!, TimeSpan.Zero)),
            ("serverId", () => connection.RemoveServer(null!)),
            ("toScore", () => connection.GetFirstByLowestScoreFromSet("k", 1, 0, 5)),
            ("count", () => connection.GetFirstByLowestScoreFromSet("k", 0, 1, -1)),
            ("keys", () => connection.GetSetCount(null!, 1)),
            ("limit", () => connection.GetSetCount(["k"], -1)),
            ("value", () => connection.GetSetContains("k", null!)),
            ("job", () => t.CreateJob(null!, new Dictionary<string, string>(), DateTime.UnixEpoch, Hour)),
            ("parameters", () => t.CreateJob(job, null!, DateTime.UnixEpoch, Hour)),
            ("jobId", () => t.SetJobParameter(null!, "n", "v")),
            ("name", () => t.SetJobParameter("1", null!, "v")),
            ("jobId", () => t.ExpireJob(null!, Hour)),
            ("jobId", () => t.SetJobState(null!, new NamedState("S"))),
            ("jobId", () => t.AddJobState(null!, new NamedState("S"))),
            ("state", () => t.AddJobState("1", null!)),
            ("state", () => t.SetJobState("1", new NamedState(null!))),
            ("jobId", () => t.AddToQueue("q", null!)),
            ("value", () => t.AddToSet("k", null!, 1)),
            ("items", () => t.AddRangeToSet("k", null!)),
            ("value", () => t.RemoveFromSet("k", null!)),
            ("value", () => t.InsertToList("k", null!)),
            ("value", () => t.RemoveFromList("k", null!)),
            ("keyValuePairs", () => t.SetRangeInHash("k", null!)),
            ("jobId", () => monitor.JobDetails(null!)),
            ("queue", () => monitor.EnqueuedJobs(null!, 0, 1)),
            ("queue", () => monitor.FetchedJobs(null!, 0, 1)),
            ("queue", () => monitor.EnqueuedCount(null!)),
            ("queue", () => monitor.FetchedCount(null!)),
        };

        refused.Select(one => Assert.ThrowsAny<ArgumentException>(one.Call).ParamName).Should().Equal(refused.Select(one => one.Name));
    }

    [Fact]
    public void What_is_absent_is_empty()
    {
        using var connection = Connect();

        connection.GetAllItemsFromSet("k").Should().BeEmpty();
        connection.GetRangeFromSet("k", 0, 10).Should().BeEmpty();
        connection.GetFirstByLowestScoreFromSet("k", 0, 1, 5).Should().BeEmpty();
        connection.GetFirstByLowestScoreFromSet("k", 0, 1).Should().BeNull();
        connection.GetAllItemsFromList("k").Should().BeEmpty();
        connection.GetRangeFromList("k", 0, 10).Should().BeEmpty();
        connection.GetAllEntriesFromHash("k").Should().BeNull();
        connection.GetValueFromHash("k", "f").Should().BeNull();
        (connection.GetSetCount("k"), connection.GetListCount("k"), connection.GetHashCount("k"), connection.GetCounter("k")).Should().Be((0L, 0L, 0L, 0L));
        (connection.GetSetTtl("k"), connection.GetListTtl("k"), connection.GetHashTtl("k")).Should().Be((None, None, None));
        connection.GetSetCount([], 5).Should().Be(0);
        connection.GetJobData("1").Should().BeNull();
    }

    [Fact]
    public void Keys_are_kept_apart_and_differ_by_case()
    {
        Commit(t =>
        {
            t.AddToSet("k", "v");
            t.AddToSet("K", "w");
            t.InsertToList("k", "v");
            t.InsertToList("other", "w");
            t.SetRangeInHash("k", [KeyValuePair.Create("f", "v")]);
            t.SetRangeInHash("other", [KeyValuePair.Create("f", "w")]);
            t.ExpireSet("k", Hour);
            t.ExpireList("k", Hour);
            t.ExpireHash("k", Hour);
            t.RemoveSet("none");
            t.RemoveHash("none");
        });
        using var connection = Connect();
        (connection.GetSetTtl("K"), connection.GetListTtl("other"), connection.GetHashTtl("other")).Should().Be((None, None, None));

        Commit(t =>
        {
            t.PersistSet("K");
            t.PersistList("other");
            t.PersistHash("other");
            t.RemoveFromSet("K", "v");
            t.RemoveFromList("other", "v");
            t.TrimList("other", 0, 5);
        });

        new[] { connection.GetSetTtl("k"), connection.GetListTtl("k"), connection.GetHashTtl("k") }.Should().OnlyContain(left => left > TimeSpan.Zero);
        connection.GetAllItemsFromSet("k").Should().Equal("v");
        connection.GetAllItemsFromSet("K").Should().Equal("w");
        connection.GetAllItemsFromList("other").Should().Equal("w");
        connection.GetValueFromHash("other", "f").Should().Be("w");
        Commit(t =>
        {
            t.RemoveSet("k");
            t.RemoveHash("k");
        });
        connection.GetSetCount("K").Should().Be(1);
        connection.GetHashCount("other").Should().Be(1);
    }

    [Theory]
    [InlineData(0, 0, "e")]
    [InlineData(0, 4, "edcba")]
    [InlineData(1, 3, "dcb")]
    [InlineData(3, 100, "ba")]
    [InlineData(5, 6, "")]
    [InlineData(2, 1, "")]
    [InlineData(3, 0, "")]
    [InlineData(-1, 0, "e")]
    [InlineData(-3, -1, "")]
    [InlineData(-2, 1, "ed")]
    public void Ranges_of_lists_include_both_ends_for_reading_and_trimming(int from, int to, string expected)
    {
        Commit(t => "abcde".ToList().ForEach(value => t.InsertToList("l", $"{value}")));
        using var connection = Connect();
        string.Concat(connection.GetRangeFromList("l", from, to)).Should().Be(expected);

        Commit(t => t.TrimList("l", from, to));

        string.Concat(connection.GetAllItemsFromList("l")).Should().Be(expected);
    }

    [Theory]
    [InlineData(0, 0, "a")]
    [InlineData(0, 2, "abc")]
    [InlineData(1, 1, "b")]
    [InlineData(2, 9, "c")]
    [InlineData(3, 9, "")]
    [InlineData(1, 0, "")]
    [InlineData(2, 0, "")]
    [InlineData(-1, 0, "a")]
    [InlineData(-5, -1, "")]
    public void Ranges_of_sets_include_both_ends(int from, int to, string expected)
    {
        Commit(t => t.AddRangeToSet("s", ["c", "a", "b"]));
        using var connection = Connect();

        string.Concat(connection.GetRangeFromSet("s", from, to)).Should().Be(expected);
    }

    [Fact]
    public void Lowest_scores_come_first_as_many_as_asked_also_below_zero()
    {
        Commit(t =>
        {
            t.AddToSet("s", "minus", -5.5);
            t.AddToSet("s", "zero");
            t.AddToSet("s", "one", 1);
            t.AddToSet("s", "two", 2);
        });
        using var connection = Connect();

        connection.GetFirstByLowestScoreFromSet("s", -10, 10, 2).Should().Equal("minus", "zero");
        connection.GetFirstByLowestScoreFromSet("s", 0, 1, 9).Should().Equal("zero", "one");
        connection.GetFirstByLowestScoreFromSet("s", -10, -6, 9).Should().BeEmpty();
        connection.GetFirstByLowestScoreFromSet("s", 0.5, double.MaxValue).Should().Be("one");
        connection.GetFirstByLowestScoreFromSet("s", double.MinValue, double.MaxValue).Should().Be("minus");
        connection.GetSetCount(["s", "s"], 0).Should().Be(0);
        connection.GetSetCount(["s", "s"], 100).Should().Be(connection.GetSetCount("s"), "a set named twice is one set");
    }

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

    [Fact]
    public void What_is_past_its_time_but_not_removed_yet_has_nothing_left_to_live()
    {
        Commit(t =>
        {
            t.AddToSet("k", "v");
            t.InsertToList("k", "v");
            t.SetRangeInHash("k", [KeyValuePair.Create("f", "v")]);
            t.ExpireSet("k", -Hour);
            t.ExpireList("k", -Hour);
            t.ExpireHash("k", -Hour);
        });
        using var connection = Connect();

        new[] { connection.GetSetTtl("k"), connection.GetListTtl("k"), connection.GetHashTtl("k") }
            .Should().AllBeEquivalentTo(TimeSpan.Zero, "a negative answer means that it never expires");
    }

    [Fact]
    public void A_whole_set_is_read_in_the_order_of_its_scores()
    {
        Commit(t =>
        {
            t.AddToSet("s", "a", 3);
            t.AddToSet("s", "c", 1);
            t.AddToSet("s", "d", 2);
            t.AddToSet("s", "b", 2);
        });
        using var connection = Connect();

        connection.GetAllItemsFromSet("s").Should().Equal("c", "b", "d", "a");
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
    public void The_first_missing_argument_is_the_one_named()
    {
        using var connection = Connect();
        using var t = (JobStorageTransaction)connection.CreateWriteTransaction();

        t.Invoking(x => x.SetJobState(null!, new NamedState(null!))).Should().Throw<ArgumentNullException>().WithParameterName("jobId");
        t.Invoking(x => x.AddJobState(null!, new NamedState(null!))).Should().Throw<ArgumentNullException>().WithParameterName("jobId");
        t.Invoking(x => x.SetJobState("1", new NamedState(null!))).Should().ThrowExactly<ArgumentException>().WithMessage("*Name property*");
        connection.Invoking(x => x.AcquireDistributedLock(" ", TimeSpan.Zero)).Should().Throw<ArgumentNullException>().WithParameterName("resource");
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

    [Fact]
    public void A_count_over_several_sets_stops_at_its_limit()
    {
        Commit(t =>
        {
            t.AddRangeToSet("two", ["a", "b"]);
            t.AddRangeToSet("four", ["a", "b", "c", "d"]);
        });
        using var connection = Connect();

        connection.GetSetCount(["two", "four"], 3).Should().Be(3);
        connection.GetSetCount(["two", "four"], 6).Should().Be(6);
        connection.GetSetCount(["two", "none", "four"], 5).Should().Be(5);
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
