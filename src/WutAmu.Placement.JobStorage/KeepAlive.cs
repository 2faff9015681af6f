using System.Collections.Concurrent;
using Hangfire.Logging;

namespace Hangfire.Storage.SQLite;

/// <summary>Renews every lease and lock of this storage, from one timer and on the writer: never on a worker's own connection.</summary>
internal sealed class KeepAlive : IDisposable
{
    private readonly ILog logger = LogProvider.For<SQLiteStorage>();
    private readonly Database database;
    private readonly SQLiteStorageOptions options;
    private readonly ConcurrentDictionary<FetchedJob, byte> jobs = new();
    private readonly ConcurrentDictionary<long, string> locks = new();
    private readonly ITimer timer;
    private readonly Lock renewing = new();
    private bool stopped;

    public KeepAlive(Database database, SQLiteStorageOptions options)
    {
        this.database = database;
        this.options = options;
        var shorter = options.InvisibilityTimeout < options.DistributedLockLifetime ? options.InvisibilityTimeout : options.DistributedLockLifetime;
        timer = options.TimeProvider.CreateTimer(_ => Tick(), null, shorter / 5, shorter / 5);
    }

    public void Add(FetchedJob job) => jobs.TryAdd(job, 0);

    public void Forget(FetchedJob job) => jobs.TryRemove(job, out _);

    public bool Holds(FetchedJob job) => jobs.ContainsKey(job);

    public void AddLock(string resource, long owner) => locks.TryAdd(owner, resource);

    public void ForgetLock(long owner) => locks.TryRemove(owner, out _);

    /// <summary>Returns when no renewal is running and none will.</summary>
    public void Dispose()
    {
        timer.Dispose();
        lock (renewing)
        {
            stopped = true;
        }
    }

    internal void Renew()
    {
        if (jobs.IsEmpty && locks.IsEmpty)
        {
            return;
        }

        var (lostJobs, lostLocks) = database.Write(durable: false, session =>
        {
            var now = database.Now;
            var leaseUntil = now + (long)options.InvisibilityTimeout.TotalMilliseconds;
            var lockUntil = now + (long)options.DistributedLockLifetime.TotalMilliseconds;
            var lostJobs = jobs.Keys.Where(job => session.Execute(
                "UPDATE queue SET lease_until=$1 WHERE name=$2 AND id=$3 AND owner=$4", leaseUntil, job.Queue, job.RowId, job.Owner) == 0).ToList();
            var lostLocks = locks.Where(held => session.Execute(
                "UPDATE lock SET expire_at=$1 WHERE resource=$2 AND owner=$3", lockUntil, held.Value, held.Key) == 0).ToList();
            return (lostJobs, lostLocks);
        });

        // One that ended while we renewed has left the collection: that is no loss.
        foreach (var job in lostJobs.Where(job => jobs.TryRemove(job, out _)))
        {
            logger.Warn($"The lease on job {job.JobId} ran out while this process did not run; another worker may have taken it.");
        }

        foreach (var held in lostLocks.Where(held => locks.TryRemove(held.Key, out _)))
        {
            logger.Warn($"The lock '{held.Value}' ran out while this process did not run; another may have taken it.");
        }
    }

    private void Tick()
    {
        // A tick that finds the last one still at work leaves it to that one.
        if (!renewing.TryEnter())
        {
            return;
        }

        try
        {
            if (!stopped)
            {
                Renew();
            }
        }
        catch (Exception exception) when (exception is Microsoft.Data.Sqlite.SqliteException or ObjectDisposedException)
        {
            logger.WarnException("Leases could not be renewed now; the next attempt follows.", exception);
        }
        finally
        {
            renewing.Exit();
        }
    }
}
