using Hangfire.Server;

namespace Hangfire.Storage.SQLite;

/// <summary>
/// Gives free what a dead process holds until an instant that no process would set: the clock was far ahead and has been set back since. Without it a job or a lock would wait
/// for that instant.
/// </summary>
internal sealed class StrandedHolds(Database database, SQLiteStorageOptions options) : IBackgroundProcess
{
    /// <summary>Another process may have longer durations than this one.</summary>
    private const int TimesOurDuration = 10;

    private HashSet<Hold> seen = [];

    private TimeSpan Longer => options.InvisibilityTimeout > options.DistributedLockLifetime ? options.InvisibilityTimeout : options.DistributedLockLifetime;

    public void Execute(BackgroundProcessContext context)
    {
        Free();
        context.Wait(Longer);
    }

    public override string ToString() => "SQLite stranded holds";

    /// <summary>Two looks a whole lease apart: whoever lives has renewed meanwhile what it holds, by the clock as it is now.</summary>
    /// <returns>How many were given free.</returns>
    internal int Free()
    {
        var far = database.Now + (long)(TimesOurDuration * Longer).TotalMilliseconds;
        var present = database.Read(session => new HashSet<Hold>(
        [
            .. session.Query(
                "SELECT name, id, owner, lease_until FROM queue WHERE lease_until>$1",
                row => new Hold(IsLock: false, row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), far),
            .. session.Query(
                "SELECT resource, owner, expire_at FROM lock WHERE expire_at>$1",
                row => new Hold(IsLock: true, row.GetString(0), 0, row.GetInt64(1), row.GetInt64(2)), far),
        ]));
        var stranded = present.Where(seen.Contains).ToList();
        seen = present;
        return stranded.Count == 0 ? 0 : database.Write(durable: false, session => stranded.Sum(hold => hold.IsLock
            ? session.Execute("DELETE FROM lock WHERE resource=$1 AND owner=$2 AND expire_at=$3", hold.Name, hold.Owner, hold.Until)
            : session.Execute(
                "UPDATE queue SET fetched_at=NULL, lease_until=0, owner=NULL WHERE name=$1 AND id=$2 AND owner=$3 AND lease_until=$4",
                hold.Name, hold.Id, hold.Owner, hold.Until)));
    }

    private readonly record struct Hold(bool IsLock, string Name, long Id, long Owner, long Until);
}
