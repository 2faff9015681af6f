using System.Diagnostics;
using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;
using Hangfire.Storage.SQLite;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>A storage in a fresh folder that goes with the test.</summary>
public abstract class StorageFile : IDisposable
{
    /// <summary>After that a test fails; no test waits so long for what comes, however slow the machine.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly string folder = Directory.CreateTempSubdirectory("jobs-").FullName;

    protected StorageFile() => Storage = Open();

    protected SQLiteStorage Storage { get; }

    protected string FilePath => Path.Combine(folder, "jobs.db");

    protected JobStorageConnection Connect() => (JobStorageConnection)Storage.GetConnection();

    protected SQLiteStorage Open(Action<SQLiteStorageOptions>? change = null)
    {
        var options = new SQLiteStorageOptions { QueuePollInterval = TimeSpan.FromMilliseconds(50) };
        change?.Invoke(options);
        return new SQLiteStorage(FilePath, options);
    }

    protected void Commit(Action<JobStorageTransaction> write)
    {
        using var connection = Connect();
        using var transaction = (JobStorageTransaction)connection.CreateWriteTransaction();
        write(transaction);
        transaction.Commit();
    }

    protected string NewJob(params (string Name, string Value)[] parameters)
    {
        using var connection = Connect();
        return connection.CreateExpiredJob(
            Job.FromExpression(() => Work.Nothing("word")), parameters.ToDictionary(p => p.Name, p => p.Value),
            new DateTime(2026, 3, 1, 12, 0, 0, DateTimeKind.Utc), TimeSpan.FromDays(1));
    }

    protected string Enqueue(string queue = "default")
    {
        var id = NewJob();
        Commit(transaction => transaction.AddToQueue(queue, id));
        return id;
    }

    protected static void Until(Func<bool> condition, string what)
    {
        var watch = Stopwatch.StartNew();
        while (!condition())
        {
            (watch.Elapsed < Patience).Should().BeTrue(what);
            Thread.Sleep(5);
        }
    }

    protected string? StateOf(string id)
    {
        using var connection = Connect();
        return connection.GetStateData(id)?.Name;
    }

    public virtual void Dispose()
    {
        Storage.Dispose();
        Directory.Delete(folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}

internal sealed class NamedState(string name, string? reason = null, Dictionary<string, string>? data = null) : IState
{
    public string Name => name;

    public string? Reason => reason;

    public bool IsFinal => false;

    public bool IgnoreJobLoadException => false;

    public Dictionary<string, string> SerializeData() => data ?? [];
}
