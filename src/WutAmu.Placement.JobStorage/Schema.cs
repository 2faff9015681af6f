namespace Hangfire.Storage.SQLite;

/// <summary>The tables, and the way from each earlier version to the present one. The version is kept in <c>user_version</c>.</summary>
internal static class Schema
{
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE sequence(value INTEGER NOT NULL);
        INSERT INTO sequence VALUES(0);
        CREATE TABLE job(
            id INTEGER PRIMARY KEY, invocation TEXT NOT NULL, created_at INTEGER NOT NULL, expire_at INTEGER,
            state_id INTEGER, state_name TEXT COLLATE NOCASE);
        CREATE INDEX job_by_state ON job(state_name, state_id);
        CREATE INDEX job_by_expiry ON job(expire_at) WHERE expire_at IS NOT NULL;
        CREATE TABLE parameter(
            job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE, name TEXT NOT NULL, value TEXT,
            PRIMARY KEY(job_id, name)) WITHOUT ROWID;
        CREATE TABLE state(
            id INTEGER PRIMARY KEY AUTOINCREMENT, job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
            name TEXT NOT NULL, reason TEXT, created_at INTEGER NOT NULL, data TEXT NOT NULL);
        CREATE INDEX state_by_job ON state(job_id, id);
        CREATE TABLE queue(
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, job_id INTEGER NOT NULL,
            fetched_at INTEGER, lease_until INTEGER NOT NULL DEFAULT 0, owner INTEGER);
        CREATE INDEX queue_by_name ON queue(name, id);
        CREATE TABLE "set"(
            key TEXT NOT NULL, value TEXT NOT NULL, score REAL NOT NULL, expire_at INTEGER,
            PRIMARY KEY(key, value)) WITHOUT ROWID;
        CREATE INDEX set_by_score ON "set"(key, score, value);
        CREATE INDEX set_by_expiry ON "set"(expire_at) WHERE expire_at IS NOT NULL;
        CREATE TABLE hash(
            key TEXT NOT NULL, field TEXT NOT NULL, value TEXT, expire_at INTEGER,
            PRIMARY KEY(key, field)) WITHOUT ROWID;
        CREATE INDEX hash_by_expiry ON hash(expire_at) WHERE expire_at IS NOT NULL;
        CREATE TABLE list(
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL, value TEXT NOT NULL, expire_at INTEGER);
        CREATE INDEX list_by_key ON list(key, id);
        CREATE INDEX list_by_expiry ON list(expire_at) WHERE expire_at IS NOT NULL;
        CREATE TABLE counter(key TEXT PRIMARY KEY, value INTEGER NOT NULL, expire_at INTEGER) WITHOUT ROWID;
        CREATE TABLE server(
            id TEXT PRIMARY KEY, worker_count INTEGER NOT NULL, queues TEXT NOT NULL, started_at INTEGER NOT NULL,
            heartbeat_at INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE lock(resource TEXT PRIMARY KEY, owner INTEGER NOT NULL, expire_at INTEGER NOT NULL) WITHOUT ROWID;
        """,
        // Each page that a commit touches is written twice, to the log and to the file: a job now touches half as many. Parameters are in the job's row, a queue is its own
        // index, and a job without a state, which is still being made, is in no index.
        """
        ALTER TABLE job ADD COLUMN parameters TEXT;
        UPDATE job SET parameters=(SELECT json_group_object(name, value) FROM parameter WHERE job_id=job.id)
            WHERE id IN (SELECT job_id FROM parameter);
        DROP TABLE parameter;
        DROP INDEX job_by_state;
        CREATE INDEX job_by_state ON job(state_name, state_id) WHERE state_name IS NOT NULL;
        DROP INDEX job_by_expiry;
        CREATE INDEX job_by_expiry ON job(expire_at) WHERE expire_at IS NOT NULL AND state_name IS NOT NULL;
        ALTER TABLE state RENAME TO old_state;
        DROP INDEX state_by_job;
        CREATE TABLE state(
            id INTEGER PRIMARY KEY, job_id INTEGER NOT NULL REFERENCES job ON DELETE CASCADE,
            name TEXT NOT NULL, reason TEXT, created_at INTEGER NOT NULL, data TEXT NOT NULL);
        INSERT INTO state SELECT id, job_id, name, reason, created_at, data FROM old_state;
        DROP TABLE old_state;
        CREATE INDEX state_by_job ON state(job_id, id);
        ALTER TABLE queue RENAME TO old_queue;
        DROP INDEX queue_by_name;
        CREATE TABLE queue(
            name TEXT NOT NULL, id INTEGER NOT NULL, job_id INTEGER NOT NULL,
            fetched_at INTEGER, lease_until INTEGER NOT NULL DEFAULT 0, owner INTEGER, PRIMARY KEY(name, id)) WITHOUT ROWID;
        INSERT INTO queue SELECT name, id, job_id, fetched_at, lease_until, owner FROM old_queue;
        DROP TABLE old_queue;
        """,
    ];

    public static int Version => Steps.Length;

    /// <param name="upTo">The version to reach; tests stop at an earlier one.</param>
    /// <exception cref="InvalidOperationException">The file was written by a newer version than this one.</exception>
    public static void Migrate(Session session, int? upTo = null)
    {
        session.Execute("BEGIN IMMEDIATE");
        try
        {
            var version = session.Number("PRAGMA user_version");
            if (version > Steps.Length)
            {
                throw new InvalidOperationException(
                    $"The job storage file has schema version {version}; this program knows only up to {Steps.Length}.");
            }

            for (; version < (upTo ?? Version); version++)
            {
                session.ExecuteScript(Steps[version]);
                session.ExecuteScript($"PRAGMA user_version={version + 1}");
            }

            session.Execute("COMMIT");
        }
        catch
        {
            if (session.InTransaction)
            {
                session.Execute("ROLLBACK");
            }

            throw;
        }
    }
}
