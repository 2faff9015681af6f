using System.Globalization;

namespace Hangfire.Storage.SQLite;

/// <summary>A job taken from a queue, under a lease that only its owner token can renew, give back or end.</summary>
internal sealed class FetchedJob(SQLiteStorage storage, long rowId, long jobId, string queue, long owner) : IFetchedJob
{
    private int ended;

    public string JobId { get; } = jobId.ToString(CultureInfo.InvariantCulture);

    public long RowId => rowId;

    public long Owner => owner;

    public string Queue => queue;

    public bool IsOf(SQLiteStorage other) => ReferenceEquals(storage, other);

    public void RemoveFromQueue()
    {
        if (Volatile.Read(ref ended) == 0)
        {
            try
            {
                storage.Database.Write(durable: true, Remove);
            }
            catch
            {
                Keep();
                throw;
            }

            End();
        }
    }

    public void Requeue()
    {
        if (Volatile.Read(ref ended) == 0)
        {
            // First: if this fails the lease must lapse; one renewed for ever would keep the job from everybody.
            storage.KeepAlive.Forget(this);
            storage.Database.Write(durable: false, session => session.Execute(
                "UPDATE queue SET fetched_at=NULL, lease_until=0, owner=NULL WHERE name=$1 AND id=$2 AND owner=$3", queue, rowId, owner));
            End();
            storage.Signals.Set(queue);
        }
    }

    /// <summary>A job neither removed nor given back is given back.</summary>
    public void Dispose() => Requeue();

    /// <summary>Part of a transaction; <see cref="End"/> follows when it is committed, <see cref="Keep"/> when it is not.</summary>
    public int Remove(Session session)
    {
        // Already here: a renewal between the commit and End would miss the row and report a lost lease.
        storage.KeepAlive.Forget(this);
        return session.Execute("DELETE FROM queue WHERE name=$1 AND id=$2 AND owner=$3", queue, rowId, owner);
    }

    public void Keep() => storage.KeepAlive.Add(this);

    public void End()
    {
        Volatile.Write(ref ended, 1);
        storage.KeepAlive.Forget(this);
    }
}
