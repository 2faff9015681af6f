using Hangfire.Server;
using Hangfire.Storage;

namespace WutAmu.Placement.JobStorage.Tests;

public sealed class ConnectionTests : StorageFile
{
    [Fact]
    public void A_new_job_is_read_back_with_its_parameters_and_expires()
    {
        var id = NewJob(("Culture", "fr"), ("Empty", null!));

        using var connection = Connect();
        var data = connection.GetJobData(id);
        data.Job.Method.Name.Should().Be(nameof(Work.Nothing));
        data.Job.Args.Should().Equal("word");
        data.State.Should().BeNull();
        data.CreatedAt.Should().Be(new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc));
        data.CreatedAt.Kind.Should().Be(DateTimeKind.Utc);
        data.ParametersSnapshot.Should().BeEquivalentTo(new Dictionary<string, string?> { ["Culture"] = "fr", ["Empty"] = null });
        Storage.GetMonitoringApi().JobDetails(id).ExpireAt.Should().Be(new DateTime(2026, 3, 2, 12, 0, 0, DateTimeKind.Utc));
    }

    [Theory]
    [InlineData("")]
    [InlineData("word")]
    [InlineData("999999")]
    [InlineData("-1")]
    [InlineData("1.0")]
    [InlineData("99999999999999999999999")]
    public void An_id_of_no_job_is_answered_with_nothing(string id)
    {
        using var connection = Connect();

        connection.SetJobParameter(id, "name", "value");

        connection.GetJobData(id).Should().BeNull();
        connection.GetStateData(id).Should().BeNull();
        connection.GetJobParameter(id, "name").Should().BeNull();
        Storage.GetMonitoringApi().JobDetails(id).Should().BeNull();
    }

    [Fact]
    public void Missing_arguments_are_refused_by_name()
    {
        using var connection = Connect();
        using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        var refused = new (string Name, Action Call)[]
        {
            ("job", () => connection.CreateExpiredJob(null!, new Dictionary<string, string>(), DateTime.UnixEpoch, TimeSpan.Zero)),
            ("queues", () => connection.FetchNextJob(null!, CancellationToken.None)),
            ("queues", () => connection.FetchNextJob([], CancellationToken.None)),
            ("id", () => connection.SetJobParameter(null!, "n", "v")),
            ("name", () => connection.GetJobParameter("1", null!)),
            ("jobId", () => connection.GetJobData(null!)),
            ("jobId", () => connection.GetStateData(null!)),
            ("resource", () => connection.AcquireDistributedLock(null!, TimeSpan.Zero)),
            ("serverId", () => connection.AnnounceServer(null!, new ServerContext())),
            ("context", () => connection.AnnounceServer("a", null!)),
            ("serverId", () => connection.Heartbeat(null!)),
            ("timeOut", () => connection.RemoveTimedOutServers(TimeSpan.FromSeconds(-1))),
            ("key", () => connection.GetAllItemsFromSet(null!)),
            ("toScore", () => connection.GetFirstByLowestScoreFromSet("k", 1, 0)),
            ("count", () => connection.GetFirstByLowestScoreFromSet("k", 0, 1, 0)),
            ("key", () => connection.GetRangeFromList(null!, 0, 1)),
            ("keyValuePairs", () => connection.SetRangeInHash("k", null!)),
            ("name", () => connection.GetValueFromHash("k", null!)),
            ("jobId", () => transaction.PersistJob(null!)),
            ("state", () => transaction.SetJobState("1", null!)),
            ("queue", () => transaction.AddToQueue(null!, "1")),
            ("value", () => transaction.AddToSet("k", null!)),
            ("items", () => transaction.AddRangeToSet("k", ["a", null!])),
            ("fetchedJob", () => transaction.RemoveFromQueue(null!)),
        };

        refused.Select(one => (Assert.ThrowsAny<ArgumentException>(one.Call)).ParamName).Should().Equal(refused.Select(one => one.Name));
    }

    [Fact]
    public void A_heartbeat_of_an_unknown_server_says_that_it_is_gone()
    {
        using var connection = Connect();

        var beat = () => connection.Heartbeat("nobody");

        beat.Should().Throw<BackgroundServerGoneException>();
    }

    [Fact]
    public void Servers_come_beat_and_go()
    {
        using var connection = Connect();
        connection.AnnounceServer("one", new ServerContext { Queues = ["a", "b"], WorkerCount = 3 });
        connection.AnnounceServer("two", new ServerContext { Queues = [], WorkerCount = 1 });
        connection.Heartbeat("one");

        connection.RemoveTimedOutServers(TimeSpan.FromHours(1)).Should().Be(0);
        connection.RemoveServer("two");

        var server = Storage.GetMonitoringApi().Servers().Should().ContainSingle().Subject;
        server.Name.Should().Be("one");
        server.Queues.Should().Equal("a", "b");
        server.WorkersCount.Should().Be(3);
        server.Heartbeat.Should().NotBeNull();
    }

    [Fact]
    public void Sets_are_ordered_by_score_then_value_and_bounds_are_included()
    {
        Commit(t =>
        {
            t.AddToSet("s", "c", 3);
            t.AddToSet("s", "a", 1);
            t.AddToSet("s", "b2", 2);
            t.AddToSet("s", "b1", 2);
            t.AddToSet("s", "a", 2.5);
            t.AddToSet("other", "x");
        });

        using var connection = Connect();
        connection.GetRangeFromSet("s", 1, 2).Should().Equal("b2", "a");
        connection.GetFirstByLowestScoreFromSet("s", 2, 3, 9).Should().Equal("b1", "b2", "a", "c");
        connection.GetFirstByLowestScoreFromSet("s", 3, 3).Should().Be("c");
        connection.GetFirstByLowestScoreFromSet("s", 4, 5).Should().BeNull();
        connection.GetSetCount("s").Should().Be(4);
        connection.GetSetCount(["s", "other", "none"], 100).Should().Be(5);
        connection.GetSetCount(["s", "other"], 3).Should().Be(3);
        connection.GetSetContains("s", "c").Should().BeTrue();
        connection.GetSetContains("s", "x").Should().BeFalse();
    }

    [Fact]
    public void Lists_are_read_newest_first_and_trimmed_to_an_inclusive_range()
    {
        Commit(t =>
        {
            foreach (var value in new[] { "1", "2", "3", "4", "2" })
            {
                t.InsertToList("l", value);
            }

            t.RemoveFromList("l", "2");
        });
        using var connection = Connect();
        connection.GetAllItemsFromList("l").Should().Equal("4", "3", "1");

        Commit(t => t.TrimList("l", 1, 2));

        connection.GetRangeFromList("l", 0, 1).Should().Equal("3", "1");
        connection.GetListCount("l").Should().Be(2);
        Commit(t => t.TrimList("l", 2, 1));
        connection.GetAllItemsFromList("l").Should().BeEmpty();
    }

    [Fact]
    public void Hashes_keep_null_values_and_an_absent_hash_is_null()
    {
        using var connection = Connect();
        connection.SetRangeInHash("h", [KeyValuePair.Create("a", "1"), KeyValuePair.Create("b", (string)null!)]);
        Commit(t => t.SetRangeInHash("h", [KeyValuePair.Create("a", "2")]));

        connection.GetAllEntriesFromHash("h").Should().BeEquivalentTo(new Dictionary<string, string?> { ["a"] = "2", ["b"] = null });
        connection.GetAllEntriesFromHash("none").Should().BeNull();
        connection.GetValueFromHash("h", "a").Should().Be("2");
        connection.GetValueFromHash("h", "none").Should().BeNull();
        connection.GetHashCount("h").Should().Be(2);
    }

    [Fact]
    public void Time_to_live_is_told_and_minus_one_second_means_none()
    {
        using var connection = Connect();
        Commit(t =>
        {
            t.AddToSet("k", "v");
            t.InsertToList("k", "v");
            t.SetRangeInHash("k", [KeyValuePair.Create("f", "v")]);
            t.ExpireSet("k", TimeSpan.FromHours(1));
            t.ExpireList("k", TimeSpan.FromHours(2));
            t.ExpireHash("k", TimeSpan.FromHours(3));
        });
        connection.GetSetTtl("k").Should().BeCloseTo(TimeSpan.FromHours(1), TimeSpan.FromMinutes(5));
        connection.GetListTtl("k").Should().BeCloseTo(TimeSpan.FromHours(2), TimeSpan.FromMinutes(5));
        connection.GetHashTtl("k").Should().BeCloseTo(TimeSpan.FromHours(3), TimeSpan.FromMinutes(5));

        Commit(t =>
        {
            t.PersistSet("k");
            t.PersistList("k");
            t.PersistHash("k");
        });

        new[] { connection.GetSetTtl("k"), connection.GetListTtl("k"), connection.GetHashTtl("k"), connection.GetSetTtl("none") }
            .Should().AllBeEquivalentTo(TimeSpan.FromSeconds(-1));
    }
}
