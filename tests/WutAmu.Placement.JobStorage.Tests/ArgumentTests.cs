using Hangfire.Common;
using Hangfire.Storage;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>What the storage refuses, by the name of the argument that is missing or wrong.</summary>
public sealed class ArgumentTests : StorageFile
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
    public void The_first_missing_argument_is_the_one_named()
    {
        using var connection = Connect();
        using var t = (JobStorageTransaction)connection.CreateWriteTransaction();

        t.Invoking(x => x.SetJobState(null!, new NamedState(null!))).Should().Throw<ArgumentNullException>().WithParameterName("jobId");
        t.Invoking(x => x.AddJobState(null!, new NamedState(null!))).Should().Throw<ArgumentNullException>().WithParameterName("jobId");
        t.Invoking(x => x.SetJobState("1", new NamedState(null!))).Should().ThrowExactly<ArgumentException>().WithMessage("*Name property*");
        connection.Invoking(x => x.AcquireDistributedLock(" ", TimeSpan.Zero)).Should().Throw<ArgumentNullException>().WithParameterName("resource");
    }
}
