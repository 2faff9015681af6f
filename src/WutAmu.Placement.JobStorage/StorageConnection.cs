using Hangfire.Common;
using Hangfire.Server;

namespace Hangfire.Storage.SQLite;

/// <summary>Jobs, queues, servers and locks of one connection; sets, hashes, lists and counters stand in the file beside this one.</summary>
internal sealed partial class StorageConnection(SQLiteStorage storage) : JobStorageConnection
{
    private readonly SQLiteStorage storage = storage;
    private readonly Dictionary<string, HeldLock> held = new(StringComparer.Ordinal);
    private readonly Database database = storage.Database;
    private Payload? lastPayload;

    public override IWriteOnlyTransaction CreateWriteTransaction() => new StorageTransaction(storage, this);

    /// <summary>Re-entrant per connection; whatever is still held goes when the connection is disposed.</summary>
    public override IDisposable AcquireDistributedLock(string resource, TimeSpan timeout) => Enter(resource, timeout);

    internal LockHandle Enter(string resource, TimeSpan timeout)
    {
        if (string.IsNullOrWhiteSpace(resource))
        {
            throw new ArgumentNullException(nameof(resource));
        }

        lock (held)
        {
            if (held.TryGetValue(resource, out var mine))
            {
                if (mine.RowIsGone)
                {
                    storage.Locks.TakeRow(resource, mine.Owner, timeout);
                    mine.RowIsGone = false;
                }

                mine.Depth++;
                return new LockHandle(this, mine);
            }
        }

        var owner = storage.Locks.Acquire(resource, timeout);
        var taken = new HeldLock(storage.Locks, resource, owner) { Depth = 1 };
        lock (held)
        {
            held.Add(resource, taken);
        }

        return new LockHandle(this, taken);
    }

    /// <summary>The lock under which Hangfire changes the state of a job, if this connection holds it. What it guards is done when the change is committed.</summary>
    internal HeldLock? StateLock(long jobId)
    {
        lock (held)
        {
            return held.GetValueOrDefault($"job:{JobRows.Id(jobId)}:state-lock");
        }
    }

    public override string CreateExpiredJob(Job job, IDictionary<string, string> parameters, DateTime createdAt, TimeSpan expireIn)
    {
        var (id, insert) = JobRows.New(database, job, parameters, createdAt, expireIn);
        // Not worth a wait for the disk: until a transaction gives it a state, which carries this along, nobody may rely on the job.
        database.Write(durable: false, session =>
        {
            insert(session);
            return true;
        });
        return id;
    }

    public override IFetchedJob FetchNextJob(string[] queues, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(queues);
        if (queues.Length == 0)
        {
            throw new ArgumentException("At least one queue is needed.", nameof(queues));
        }

        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // Idle workers only read; the write lock is for those who have seen a row, or who come back while there are many.
            if ((storage.Signals.MoreExpected || database.ReadRow(session => queues.Any(queue => HasJob(session, queue)))) && TryFetch(queues) is { } job)
            {
                storage.Signals.MoreExpected = true;
                storage.KeepAlive.Add(job);
                // An event set twice before anybody woke wakes one worker only: it passes the word on.
                storage.Signals.Set(job.Queue);
                return job;
            }

            storage.Signals.MoreExpected = false;
            storage.Signals.Wait(queues, storage.Options.QueuePollInterval, cancellationToken);
        }
    }

    public override void SetJobParameter(string id, string name, string? value)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(name);
        if (Database.ParseId(id) is { } number)
        {
            Write(session => JobRows.SetParameter(session, number, name, value));
        }
    }

    public override string? GetJobParameter(string id, string name)
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(name);
        return Database.ParseId(id) is { } number
            ? JobRows.DeserializeParameters(database.ReadRow(session => session.First(
                "SELECT parameters FROM job WHERE id=$1", row => row.IsDBNull(0) ? null : row.GetString(0), number))).GetValueOrDefault(name)
            : null;
    }

    public override JobData? GetJobData(string jobId)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        if (Database.ParseId(jobId) is not { } id)
        {
            return null;
        }

        var found = database.ReadRow(session => session.First(
            "SELECT invocation, created_at, state_name, parameters FROM job WHERE id=$1",
            row => Tuple.Create(row.GetString(0), row.GetInt64(1), row.IsDBNull(2) ? null : row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3)), id));
        if (found is null)
        {
            return null;
        }

        // A worker asks three times for each job it runs.
        if (lastPayload?.Text != found.Item1)
        {
            lastPayload = new(found.Item1, InvocationData.DeserializePayload(found.Item1));
        }

        var (invocation, loaded, problem) = JobRows.Load(lastPayload.Invocation);
        return new JobData
        {
            Job = loaded,
            InvocationData = invocation,
            LoadException = problem,
            CreatedAt = Database.Instant(found.Item2),
            State = found.Item3,
            ParametersSnapshot = JobRows.DeserializeParameters(found.Item4),
        };
    }

    public override StateData? GetStateData(string jobId)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        return Database.ParseId(jobId) is { } id
            ? database.ReadRow(session => session.First(
                "SELECT s.name, s.reason, s.data FROM job j JOIN state s ON s.id=j.state_id WHERE j.id=$1",
                row => new StateData
                {
                    Name = row.GetString(0),
                    Reason = row.IsDBNull(1) ? null : row.GetString(1),
                    Data = JobRows.DeserializeState(row.GetString(2)),
                },
                id))
            : null;
    }

    public override void AnnounceServer(string serverId, ServerContext context)
    {
        ArgumentNullException.ThrowIfNull(serverId);
        ArgumentNullException.ThrowIfNull(context);
        var queues = SerializationHelper.Serialize(context.Queues ?? []);
        Write(session => session.Execute(
            """
            INSERT INTO server(id, worker_count, queues, started_at, heartbeat_at) VALUES($1, $2, $3, $4, $4)
            ON CONFLICT(id) DO UPDATE SET worker_count=excluded.worker_count, queues=excluded.queues,
                started_at=excluded.started_at, heartbeat_at=excluded.heartbeat_at
            """,
            serverId, (long)context.WorkerCount, queues, database.Now));
    }

    public override void RemoveServer(string serverId)
    {
        ArgumentNullException.ThrowIfNull(serverId);
        Write(session => session.Execute("DELETE FROM server WHERE id=$1", serverId));
    }

    public override void Heartbeat(string serverId)
    {
        ArgumentNullException.ThrowIfNull(serverId);
        var known = database.Write(durable: false, session =>
            session.Execute("UPDATE server SET heartbeat_at=$1 WHERE id=$2", database.Now, serverId));
        if (known == 0)
        {
            throw new BackgroundServerGoneException();
        }
    }

    public override int RemoveTimedOutServers(TimeSpan timeOut)
    {
        if (timeOut < TimeSpan.Zero)
        {
            throw new ArgumentException("The time-out must not be negative.", nameof(timeOut));
        }

        return database.Write(durable: false, session =>
            session.Execute("DELETE FROM server WHERE heartbeat_at<$1", database.Now - (long)timeOut.TotalMilliseconds));
    }

    public override DateTime GetUtcDateTime() => database.UtcNow;

    public override void Dispose()
    {
        List<HeldLock> left;
        lock (held)
        {
            left = [.. held.Values];
            held.Clear();
        }

        foreach (var mine in left)
        {
            storage.Locks.Release(mine.Resource, mine.Owner, mine.RowIsGone);
        }

        base.Dispose();
    }

    private bool HasJob(Session session, string queue) =>
        session.Number("SELECT 1 FROM queue WHERE name=$1 AND lease_until<=$2 LIMIT 1", queue, database.Now) == 1;

    private FetchedJob? TryFetch(string[] queues)
    {
        var owner = Random.Shared.NextInt64(1, long.MaxValue);
        return database.Write(durable: false, session =>
        {
            var now = database.Now;
            var leaseUntil = now + (long)storage.Options.InvisibilityTimeout.TotalMilliseconds;
            foreach (var queue in queues)
            {
                var job = session.First(
                    """
                    UPDATE queue SET fetched_at=$2, lease_until=$3, owner=$4
                    WHERE name=$1 AND id=(SELECT id FROM queue WHERE name=$1 AND lease_until<=$2 ORDER BY id LIMIT 1) RETURNING id, job_id
                    """,
                    row => new FetchedJob(storage, row.GetInt64(0), row.GetInt64(1), queue, owner), queue, now, leaseUntil, owner);
                if (job is not null)
                {
                    return job;
                }
            }

            return null;
        });
    }

    private void Write(Action<Session> work) => database.Write(durable: true, session =>
    {
        work(session);
        return true;
    });

    /// <summary>One way out of a lock; the last one gives it back.</summary>
    internal void Release(HeldLock mine)
    {
        lock (held)
        {
            if (!held.TryGetValue(mine.Resource, out var current) || current != mine || --mine.Depth > 0)
            {
                return;
            }

            held.Remove(mine.Resource);
        }

        storage.Locks.Release(mine.Resource, mine.Owner, mine.RowIsGone);
    }

    private sealed record Payload(string Text, InvocationData Invocation);
}
