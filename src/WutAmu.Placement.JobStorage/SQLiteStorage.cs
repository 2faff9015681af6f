using Hangfire.Logging;
using Hangfire.Server;

namespace Hangfire.Storage.SQLite;

/// <summary>Durable Hangfire storage in one SQLite file, for any number of workers and processes on one machine.</summary>
/// <remarks>
/// Leases, locks and expiry go by the machine's clock. Set forward, it lets leases and locks lapse that are held: a job may run again, as after a crash, so jobs are to be
/// re-entrant. Set back, it keeps nobody waiting who lives, for what is held is renewed by the clock as it is then; what a dead process held under a clock that was far ahead
/// is given free by a running server after two to three leases. When jobs are due (delayed, recurring) is what Hangfire wrote, and is kept.
/// </remarks>
public sealed class SQLiteStorage : JobStorage, IDisposable
{
    private static readonly HashSet<string> Features =
    [
        JobStorageFeatures.ExtendedApi,
        JobStorageFeatures.JobQueueProperty,
        JobStorageFeatures.ProcessesInsteadOfComponents,
        JobStorageFeatures.Connection.BatchedGetFirstByLowest,
        JobStorageFeatures.Connection.GetUtcDateTime,
        JobStorageFeatures.Connection.GetSetContains,
        JobStorageFeatures.Connection.LimitedGetSetCount,
        JobStorageFeatures.Transaction.AcquireDistributedLock,
        JobStorageFeatures.Transaction.CreateJob,
        JobStorageFeatures.Transaction.SetJobParameter,
        JobStorageFeatures.Transaction.RemoveFromQueue(typeof(FetchedJob)),
        JobStorageFeatures.Monitoring.DeletedStateGraphs,
        JobStorageFeatures.Monitoring.AwaitingJobs,
    ];

    private readonly SQLiteStorageOptions options;

    /// <param name="path">A file, created if absent, or a connection string that names one.</param>
    public SQLiteStorage(string path, SQLiteStorageOptions? options = null)
    {
        if (string.IsNullOrWhiteSpace(path))
        {
            throw new ArgumentNullException(nameof(path));
        }

        this.options = options ?? new SQLiteStorageOptions();
        Database = new Database(path, this.options);
        KeepAlive = new KeepAlive(Database, this.options);
        Locks = new Locks(Database, KeepAlive, this.options);
    }

    /// <summary>A read begun after a commit returned sees it, in every process.</summary>
    public override bool LinearizableReads => true;

    internal Database Database { get; }

    internal KeepAlive KeepAlive { get; }

    internal Locks Locks { get; }

    internal QueueSignals Signals { get; } = new();

    internal SQLiteStorageOptions Options => options;

    public override IStorageConnection GetConnection() => new StorageConnection(this);

    public override IMonitoringApi GetMonitoringApi() => new StorageMonitor(Database);

    public override bool HasFeature(string featureId)
    {
        ArgumentNullException.ThrowIfNull(featureId);
        return Features.Contains(featureId) || base.HasFeature(featureId);
    }

    public override IEnumerable<IBackgroundProcess> GetStorageWideProcesses() => [new Expiry(Database, options.JobExpirationCheckInterval), new StrandedHolds(Database, options)];

    public override void WriteOptionsToLog(ILog logger)
    {
        ArgumentNullException.ThrowIfNull(logger);
        logger.Info(
            $"SQLite job storage: synchronous {options.Synchronous}, poll {options.QueuePollInterval}, " +
            $"lease {options.InvisibilityTimeout}, lock lifetime {options.DistributedLockLifetime}.");
    }

    public override string ToString() => $"SQLite: {System.IO.Path.GetFileName(Database.Path)}";

    /// <summary>Ends renewals, then closes the file. Servers that use the storage are to be stopped first.</summary>
    public void Dispose()
    {
        KeepAlive.Dispose();
        Database.Dispose();
    }
}
