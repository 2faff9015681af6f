using Hangfire.Common;
using Hangfire.States;

namespace Hangfire.Storage.SQLite;

/// <summary>Collects commands; <see cref="Commit"/> writes all of them or none.</summary>
internal sealed class StorageTransaction(SQLiteStorage storage, StorageConnection connection) : JobStorageTransaction
{
    private readonly Database database = storage.Database;
    private readonly List<Action<Session>> commands = [];
    private readonly HashSet<string> enqueued = new(StringComparer.Ordinal);
    private readonly List<FetchedJob> acknowledged = [];
    private readonly List<LockHandle> locks = [];
    private readonly HashSet<long> changed = [];

    public override void Commit()
    {
        if (commands.Count > 0)
        {
            WriteAll().ForEach(taken => taken.RowIsGone = true);
        }

        foreach (var job in acknowledged)
        {
            job.End();
        }

        // Only now: a worker woken before the commit would find nothing and sleep again.
        foreach (var queue in enqueued)
        {
            storage.Signals.Set(queue);
        }

        commands.Clear();
        acknowledged.Clear();
        enqueued.Clear();
        changed.Clear();
        LeaveLocks();
    }

    public override void Dispose()
    {
        LeaveLocks();
        base.Dispose();
    }

    public override void AcquireDistributedLock(string resource, TimeSpan timeout) =>
        locks.Add(connection.Enter(resource, timeout));

    public override string CreateJob(Job job, IDictionary<string, string> parameters, DateTime createdAt, TimeSpan expireIn)
    {
        var (id, insert) = JobRows.New(database, job, parameters, createdAt, expireIn);
        commands.Add(insert);
        return id;
    }

    public override void SetJobParameter(string jobId, string name, string? value)
    {
        ArgumentNullException.ThrowIfNull(name);
        OnJob(jobId, (session, id) => JobRows.SetParameter(session, id, name, value));
    }

    public override void ExpireJob(string jobId, TimeSpan expireIn) => OnJob(jobId, (session, id) =>
        session.Execute("UPDATE job SET expire_at=$1 WHERE id=$2", JobRows.Add(database.Now, expireIn), id));

    public override void PersistJob(string jobId) => OnJob(jobId, (session, id) =>
        session.Execute("UPDATE job SET expire_at=NULL WHERE id=$1", id));

    public override void SetJobState(string jobId, IState state)
    {
        AddState(jobId, state, (session, stateId, name, id) =>
            session.Execute("UPDATE job SET state_id=$1, state_name=$2 WHERE id=$3", stateId, name, id));
        if (Database.ParseId(jobId) is { } changing)
        {
            changed.Add(changing);
        }
    }

    public override void AddJobState(string jobId, IState state) => AddState(jobId, state, current: null);

    public override void AddToQueue(string queue, string jobId)
    {
        ArgumentNullException.ThrowIfNull(queue);
        OnJob(jobId, (session, id) => session.Execute(
            "INSERT INTO queue(name, id, job_id) VALUES($1, (SELECT ifnull(max(id), 0)+1 FROM queue WHERE name=$1), $2)", queue, id));
        if (Database.ParseId(jobId) is not null)
        {
            enqueued.Add(queue);
        }
    }

    /// <summary>The queue row goes in the same commit as the state; a row taken over by another owner stays.</summary>
    public override void RemoveFromQueue(IFetchedJob fetchedJob)
    {
        ArgumentNullException.ThrowIfNull(fetchedJob);
        if (fetchedJob is not FetchedJob job || !job.IsOf(storage))
        {
            throw new ArgumentException("The job was not fetched from this storage.", nameof(fetchedJob));
        }

        commands.Add(session => job.Remove(session));
        acknowledged.Add(job);
    }

    public override void IncrementCounter(string key) => Count(key, 1, expireIn: null);

    public override void IncrementCounter(string key, TimeSpan expireIn) => Count(key, 1, expireIn);

    public override void DecrementCounter(string key) => Count(key, -1, expireIn: null);

    public override void DecrementCounter(string key, TimeSpan expireIn) => Count(key, -1, expireIn);

    public override void AddToSet(string key, string value) => AddToSet(key, value, 0);

    public override void AddToSet(string key, string value, double score)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(value);
        commands.Add(session => AddToSet(session, key, value, score));
    }

    public override void AddRangeToSet(string key, IList<string> items)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(items);
        if (items.Contains(null!)) // callers without nullable annotations can
        {
            throw new ArgumentException("An item is null.", nameof(items));
        }

        string[] copied = [.. items];
        commands.Add(session =>
        {
            foreach (var item in copied)
            {
                AddToSet(session, key, item, 0);
            }
        });
    }

    public override void RemoveFromSet(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        OnKey("""DELETE FROM "set" WHERE key=$1 AND value=$2""", key, value);
    }

    public override void RemoveSet(string key) => OnKey("""DELETE FROM "set" WHERE key=$1""", key);

    public override void ExpireSet(string key, TimeSpan expireIn) => Expire("""UPDATE "set" SET expire_at=$2 WHERE key=$1""", key, expireIn);

    public override void PersistSet(string key) => OnKey("""UPDATE "set" SET expire_at=NULL WHERE key=$1""", key);

    public override void InsertToList(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        OnKey("INSERT INTO list(key, value) VALUES($1, $2)", key, value);
    }

    public override void RemoveFromList(string key, string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        OnKey("DELETE FROM list WHERE key=$1 AND value=$2", key, value);
    }

    public override void TrimList(string key, int keepStartingFrom, int keepEndingAt)
    {
        var (offset, limit) = JobRows.Window(keepStartingFrom, keepEndingAt);
        OnKey(
            """
            DELETE FROM list WHERE key=$1 AND id NOT IN
                (SELECT id FROM list WHERE key=$1 ORDER BY id DESC LIMIT $3 OFFSET $2)
            """,
            key, offset, limit);
    }

    public override void ExpireList(string key, TimeSpan expireIn) => Expire("UPDATE list SET expire_at=$2 WHERE key=$1", key, expireIn);

    public override void PersistList(string key) => OnKey("UPDATE list SET expire_at=NULL WHERE key=$1", key);

    public override void SetRangeInHash(string key, IEnumerable<KeyValuePair<string, string>> keyValuePairs)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(keyValuePairs);
        var entries = keyValuePairs.ToArray();
        commands.Add(session => JobRows.SetRangeInHash(session, key, entries));
    }

    public override void RemoveHash(string key) => OnKey("DELETE FROM hash WHERE key=$1", key);

    public override void ExpireHash(string key, TimeSpan expireIn) => Expire("UPDATE hash SET expire_at=$2 WHERE key=$1", key, expireIn);

    public override void PersistHash(string key) => OnKey("UPDATE hash SET expire_at=NULL WHERE key=$1", key);

    /// <returns>The locks that went with the commit.</returns>
    private List<HeldLock> WriteAll()
    {
        // A commit of its own would let the next one wait longer: a worker changes the state of each job twice, under a lock each time.
        var ending = locks.Select(taken => taken.Lock).Concat(changed.Select(connection.StateLock).OfType<HeldLock>()).Distinct().ToList();
        try
        {
            return database.Write(durable: true, session =>
            {
                foreach (var command in commands)
                {
                    command(session);
                }

                return ending.FindAll(taken => taken.DeleteRow(session));
            });
        }
        catch
        {
            // Nothing was written: all of it is still ours, and to be renewed.
            acknowledged.ForEach(job => job.Keep());
            ending.ForEach(taken => taken.Keep());
            throw;
        }
    }

    private void LeaveLocks()
    {
        foreach (var taken in locks)
        {
            taken.Dispose();
        }

        locks.Clear();
    }

    private static void AddToSet(Session session, string key, string value, double score) => session.Execute(
        """INSERT INTO "set"(key, value, score) VALUES($1, $2, $3) ON CONFLICT(key, value) DO UPDATE SET score=excluded.score""",
        key, value, score);

    private void AddState(string jobId, IState state, Action<Session, long, string, long>? current)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        ArgumentNullException.ThrowIfNull(state);
        if (state.Name is null) // callers without nullable annotations can
        {
            throw new ArgumentException("The Name property of the state is null.", nameof(state));
        }

        // A state is foreign code: ask it now, not while the write lock is held.
        var (name, reason, data) = (state.Name, state.Reason, JobRows.Serialize(state));
        OnJob(jobId, (session, id) =>
        {
            var stateId = session.Number(
                "INSERT INTO state(job_id, name, reason, created_at, data) SELECT id, $2, $3, $4, $5 FROM job WHERE id=$1 RETURNING id",
                id, name, reason, database.Now, data);
            if (stateId != 0)
            {
                current?.Invoke(session, stateId, name, id);
            }
        });
    }

    /// <summary>An id that is no number belongs to no job: there is nothing to do.</summary>
    private void OnJob(string jobId, Action<Session, long> command)
    {
        ArgumentNullException.ThrowIfNull(jobId);
        if (Database.ParseId(jobId) is { } id)
        {
            commands.Add(session => command(session, id));
        }
    }

    private void OnKey(string sql, string key, params object?[] values)
    {
        ArgumentNullException.ThrowIfNull(key);
        commands.Add(session => session.Execute(sql, [key, .. values]));
    }

    private void Expire(string sql, string key, TimeSpan expireIn)
    {
        ArgumentNullException.ThrowIfNull(key);
        commands.Add(session => session.Execute(sql, key, JobRows.Add(database.Now, expireIn)));
    }

    /// <summary>A count without expiry stays; among two expiries the later holds.</summary>
    private void Count(string key, long difference, TimeSpan? expireIn)
    {
        ArgumentNullException.ThrowIfNull(key);
        commands.Add(session => session.Execute(
            """
            INSERT INTO counter(key, value, expire_at) VALUES($1, $2, $3)
            ON CONFLICT(key) DO UPDATE SET value=value+excluded.value, expire_at=max(expire_at, excluded.expire_at)
            """,
            key, difference, expireIn is { } duration ? JobRows.Add(database.Now, duration) : null));
    }
}
