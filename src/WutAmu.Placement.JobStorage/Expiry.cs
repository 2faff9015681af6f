using Hangfire.Server;

namespace Hangfire.Storage.SQLite;

/// <summary>Removes what has expired, a batch per commit so that nobody waits long, and moves the log into the file.</summary>
internal sealed class Expiry(Database database, TimeSpan interval) : IBackgroundProcess
{
    private static readonly string[] Batches =
    [
        "DELETE FROM job WHERE id IN (SELECT id FROM job WHERE expire_at<=$1 AND state_name IS NOT NULL LIMIT 500)",
        "DELETE FROM list WHERE id IN (SELECT id FROM list WHERE expire_at<=$1 LIMIT 500)",
        """DELETE FROM "set" WHERE (key, value) IN (SELECT key, value FROM "set" WHERE expire_at<=$1 LIMIT 500)""",
        "DELETE FROM hash WHERE (key, field) IN (SELECT key, field FROM hash WHERE expire_at<=$1 LIMIT 500)",
        "DELETE FROM counter WHERE key IN (SELECT key FROM counter WHERE expire_at<=$1 LIMIT 500)",
        "DELETE FROM lock WHERE resource IN (SELECT resource FROM lock WHERE expire_at<=$1 LIMIT 500)",
    ];

    public void Execute(BackgroundProcessContext context)
    {
        RemoveExpired(context.StoppingToken);
        context.Wait(interval);
    }

    public override string ToString() => "SQLite expiry";

    /// <summary>Jobs that never got a state are in no index: they are looked for outside the write lock.</summary>
    private void RemoveUnborn(CancellationToken cancellationToken)
    {
        var expired = database.Read(session => session.Query("SELECT id FROM job WHERE expire_at<=$1 AND state_name IS NULL", row => row.GetInt64(0), database.Now));
        foreach (var ids in expired.Chunk(500))
        {
            database.Write(durable: false, session =>
                ids.Sum(id => session.Execute("DELETE FROM job WHERE id=$1 AND expire_at<=$2 AND state_name IS NULL", id, database.Now)));
            cancellationToken.ThrowIfCancellationRequested();
        }
    }

    internal void RemoveExpired(CancellationToken cancellationToken)
    {
        foreach (var batch in Batches)
        {
            while (database.Write(durable: false, session => session.Execute(batch, database.Now)) > 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }

        RemoveUnborn(cancellationToken);
        database.Checkpoint();
    }
}
