using System.Diagnostics;

namespace Hangfire.Storage.SQLite;

/// <summary>Named locks: a gate inside this process, then a row that other processes see.</summary>
internal sealed class Locks(Database database, KeepAlive keepAlive, SQLiteStorageOptions options)
{
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromMilliseconds(25);

    private readonly Dictionary<string, Gate> gates = new(StringComparer.Ordinal);

    /// <summary>Names held or waited for in this process.</summary>
    public int NamesInUse
    {
        get
        {
            lock (gates)
            {
                return gates.Count;
            }
        }
    }

    /// <returns>The owner token, to be given to <see cref="Release"/>.</returns>
    /// <exception cref="DistributedLockTimeoutException">Not free within <paramref name="timeout"/>; zero tries once.</exception>
    public long Acquire(string resource, TimeSpan timeout)
    {
        var watch = Stopwatch.StartNew();
        var gate = Enter(resource);
        var entered = false;
        try
        {
            entered = gate.Semaphore.Wait(Left(timeout, watch));
            if (!entered)
            {
                throw new DistributedLockTimeoutException(resource);
            }

            var owner = Random.Shared.NextInt64(1, long.MaxValue);
            TakeRow(resource, owner, timeout, watch);
            return owner;
        }
        catch
        {
            Leave(resource, gate, entered);
            throw;
        }
    }

    /// <summary>For an owner inside the gate whose row went with a commit: other processes are to see the lock again.</summary>
    /// <exception cref="DistributedLockTimeoutException">Not free within <paramref name="timeout"/>.</exception>
    public void TakeRow(string resource, long owner, TimeSpan timeout) => TakeRow(resource, owner, timeout, Stopwatch.StartNew());

    /// <summary>Part of a transaction that ends with the lock: the row goes with its commit; <see cref="Release"/> follows.</summary>
    /// <returns>False if the row is no longer the owner's.</returns>
    public bool Delete(Session session, string resource, long owner)
    {
        keepAlive.ForgetLock(owner);
        return session.Execute("DELETE FROM lock WHERE resource=$1 AND owner=$2", resource, owner) == 1;
    }

    public static bool IsOwn(Session session, string resource, long owner) =>
        session.Number("SELECT count(*) FROM lock WHERE resource=$1 AND owner=$2", resource, owner) == 1;

    /// <summary>After a commit with <see cref="Delete"/> that failed.</summary>
    public void Keep(string resource, long owner) => keepAlive.AddLock(resource, owner);

    /// <param name="rowIsGone">Whether a commit has deleted the row already.</param>
    public void Release(string resource, long owner, bool rowIsGone)
    {
        Gate gate;
        lock (gates)
        {
            gate = gates[resource];
        }

        // First: a row whose deletion fails must lapse, not be renewed for ever.
        keepAlive.ForgetLock(owner);
        try
        {
            if (!rowIsGone)
            {
                database.Write(durable: false, session =>
                {
                    Delete(session, resource, owner);
                    return true;
                });
            }
        }
        finally
        {
            Leave(resource, gate, entered: true);
        }
    }

    private void TakeRow(string resource, long owner, TimeSpan timeout, Stopwatch watch)
    {
        while (!TryWrite(resource, owner))
        {
            var left = Left(timeout, watch);
            if (left == TimeSpan.Zero)
            {
                throw new DistributedLockTimeoutException(resource);
            }

            Thread.Sleep(left < LookAgainAfter ? left : LookAgainAfter);
        }

        keepAlive.AddLock(resource, owner);
    }

    private static TimeSpan Left(TimeSpan timeout, Stopwatch watch)
    {
        var left = timeout - watch.Elapsed;
        if (left <= TimeSpan.Zero)
        {
            return TimeSpan.Zero;
        }

        return left.TotalMilliseconds > int.MaxValue ? TimeSpan.FromMilliseconds(int.MaxValue) : left;
    }

    private bool TryWrite(string resource, long owner) => database.Write(durable: false, session =>
    {
        var now = database.Now;
        return session.Execute(
            """
            INSERT INTO lock(resource, owner, expire_at) VALUES($1, $2, $3)
            ON CONFLICT(resource) DO UPDATE SET owner=excluded.owner, expire_at=excluded.expire_at WHERE lock.expire_at<=$4
            """,
            resource, owner, now + (long)options.DistributedLockLifetime.TotalMilliseconds, now) == 1;
    });

    private Gate Enter(string resource)
    {
        lock (gates)
        {
            if (!gates.TryGetValue(resource, out var gate))
            {
                gates.Add(resource, gate = new Gate());
            }

            gate.Users++;
            return gate;
        }
    }

    private void Leave(string resource, Gate gate, bool entered)
    {
        lock (gates)
        {
            if (entered)
            {
                gate.Semaphore.Release();
            }

            // There is a lock name per job id: a gate nobody uses must go.
            if (--gate.Users == 0)
            {
                gates.Remove(resource);
                gate.Semaphore.Dispose();
            }
        }
    }

    private sealed class Gate
    {
        public SemaphoreSlim Semaphore { get; } = new(1);

        public int Users { get; set; }
    }
}
