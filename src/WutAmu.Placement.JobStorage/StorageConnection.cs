using Hangfire.Common;
using Hangfire.Server;

namespace Hangfire.Storage.SQLite;

internal sealed class StorageConnection(SQLiteStorage storage) : JobStorageConnection
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
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(parameters);

        var invocation = JobRows.Payload(job);
        var id = database.ReserveJobId();
        var created = JobRows.Milliseconds(createdAt);
        var written = JobRows.Serialize(parameters);
        // Not worth a wait for the disk: until a transaction gives it a state, which carries this along, nobody may rely on the job.
        database.Write(durable: false, session =>
        {
            JobRows.Insert(session, id, invocation, written, created, JobRows.Add(created, expireIn));
            return true;
        });
        return JobRows.Id(id);
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

    public override HashSet<string> GetAllItemsFromSet(string key) =>
        new(Strings("""SELECT value FROM "set" WHERE key=$1 ORDER BY score, value""", Key(key)), StringComparer.Ordinal);

    public override string? GetFirstByLowestScoreFromSet(string key, double fromScore, double toScore) =>
        GetFirstByLowestScoreFromSet(key, fromScore, toScore, 1).FirstOrDefault();

    public override List<string> GetFirstByLowestScoreFromSet(string key, double fromScore, double toScore, int count)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (count <= 0)
        {
            throw new ArgumentException("The count must be positive.", nameof(count));
        }

        if (toScore < fromScore)
        {
            throw new ArgumentException("The upper score must not be less than the lower one.", nameof(toScore));
        }

        return Strings(
            """SELECT value FROM "set" WHERE key=$1 AND score BETWEEN $2 AND $3 ORDER BY score, value LIMIT $4""",
            key, fromScore, toScore, (long)count);
    }

    public override long GetSetCount(string key) => Number("""SELECT count(*) FROM "set" WHERE key=$1""", Key(key));

    public override long GetSetCount(IEnumerable<string> keys, int limit)
    {
        ArgumentNullException.ThrowIfNull(keys);
        ArgumentOutOfRangeException.ThrowIfNegative(limit);
        var names = keys.Distinct(StringComparer.Ordinal).ToArray();
        return database.ReadSnapshot(session =>
        {
            long count = 0;
            foreach (var name in names.TakeWhile(_ => count < limit))
            {
                count += session.Number("""SELECT count(*) FROM (SELECT 1 FROM "set" WHERE key=$1 LIMIT $2)""", name, limit - count);
            }

            return count;
        });
    }

    public override bool GetSetContains(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        return Number("""SELECT count(*) FROM "set" WHERE key=$1 AND value=$2""", key, value) > 0;
    }

    public override List<string> GetRangeFromSet(string key, int startingFrom, int endingAt) =>
        Strings("""SELECT value FROM "set" WHERE key=$1 ORDER BY score, value LIMIT $3 OFFSET $2""", Range(key, startingFrom, endingAt));

    public override TimeSpan GetSetTtl(string key) => TimeToLive("""SELECT min(expire_at) FROM "set" WHERE key=$1""", Key(key));

    public override void SetRangeInHash(string key, IEnumerable<KeyValuePair<string, string>> keyValuePairs)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(keyValuePairs);
        var entries = keyValuePairs.ToArray();
        Write(session => JobRows.SetRangeInHash(session, key, entries));
    }

    public override Dictionary<string, string?>? GetAllEntriesFromHash(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        var entries = database.Read(session => session.Query(
            "SELECT field, value FROM hash WHERE key=$1",
            row => KeyValuePair.Create(row.GetString(0), row.IsDBNull(1) ? null : row.GetString(1)), key));
        return entries.Count == 0 ? null : new Dictionary<string, string?>(entries);
    }

    public override string? GetValueFromHash(string key, string name)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(name);
        return database.Read(session => session.First(
            "SELECT value FROM hash WHERE key=$1 AND field=$2", row => row.IsDBNull(0) ? null : row.GetString(0), key, name));
    }

    public override long GetHashCount(string key) => Number("SELECT count(*) FROM hash WHERE key=$1", Key(key));

    public override TimeSpan GetHashTtl(string key) => TimeToLive("SELECT min(expire_at) FROM hash WHERE key=$1", Key(key));

    public override long GetListCount(string key) => Number("SELECT count(*) FROM list WHERE key=$1", Key(key));

    public override List<string> GetAllItemsFromList(string key) =>
        Strings("SELECT value FROM list WHERE key=$1 ORDER BY id DESC", Key(key));

    public override List<string> GetRangeFromList(string key, int startingFrom, int endingAt) =>
        Strings("SELECT value FROM list WHERE key=$1 ORDER BY id DESC LIMIT $3 OFFSET $2", Range(key, startingFrom, endingAt));

    public override TimeSpan GetListTtl(string key) => TimeToLive("SELECT min(expire_at) FROM list WHERE key=$1", Key(key));

    public override long GetCounter(string key) => Number("SELECT value FROM counter WHERE key=$1", Key(key));

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

    private static string Key(string key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key;
    }

    private static object?[] Range(string key, int startingFrom, int endingAt)
    {
        ArgumentNullException.ThrowIfNull(key);
        var (offset, limit) = JobRows.Window(startingFrom, endingAt);
        return [key, offset, limit];
    }

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

    private List<string> Strings(string sql, params object?[] values) =>
        database.Read(session => session.Query(sql, row => row.GetString(0), values));

    private long Number(string sql, params object?[] values) => database.Read(session => session.Number(sql, values));

    /// <summary>Minus one second for a key that is absent or does not expire, as Hangfire has it; so what is only waiting for its removal has zero.</summary>
    private TimeSpan TimeToLive(string sql, string key)
    {
        var expireAt = database.Read(session => session.First(sql, row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), key));
        return expireAt is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, at - database.Now)) : TimeSpan.FromSeconds(-1);
    }

    private void Release(HeldLock mine)
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

    internal sealed class HeldLock(Locks locks, string resource, long owner)
    {
        public string Resource => resource;

        public long Owner => owner;

        public int Depth { get; set; }

        /// <summary>Went with a commit that was this lock's last use.</summary>
        public bool RowIsGone { get; set; }

        /// <summary>In a transaction that is this lock's last use.</summary>
        /// <returns>Whether the row goes with the commit; not if the connection entered the lock elsewhere too.</returns>
        /// <exception cref="InvalidOperationException">The lock ran out and somebody else has had it since: what was read under it may no longer hold, and the transaction must not be kept.</exception>
        public bool DeleteRow(Session session)
        {
            if (RowIsGone)
            {
                return false;
            }

            if (Depth > 1 ? !Locks.IsOwn(session, resource, owner) : !locks.Delete(session, resource, owner))
            {
                throw new InvalidOperationException($"The lock '{resource}' ran out while this process did not run, and another has had it since; nothing was written.");
            }

            return Depth == 1;
        }

        /// <summary>After a commit with <see cref="DeleteRow"/> that failed.</summary>
        public void Keep()
        {
            if (!RowIsGone)
            {
                locks.Keep(resource, owner);
            }
        }
    }

    /// <summary>One entry into a lock.</summary>
    internal sealed class LockHandle(StorageConnection connection, HeldLock mine) : IDisposable
    {
        private int disposed;

        public HeldLock Lock => mine;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref disposed, 1) == 0)
            {
                connection.Release(mine);
            }
        }
    }
}
