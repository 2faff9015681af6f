namespace Hangfire.Storage.SQLite;

/// <summary>Sets, hashes, lists and counters.</summary>
internal sealed partial class StorageConnection
{
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

    private List<string> Strings(string sql, params object?[] values) =>
        database.Read(session => session.Query(sql, row => row.GetString(0), values));

    private long Number(string sql, params object?[] values) => database.Read(session => session.Number(sql, values));

    /// <summary>Minus one second for a key that is absent or does not expire, as Hangfire has it; so what is only waiting for its removal has zero.</summary>
    private TimeSpan TimeToLive(string sql, string key)
    {
        var expireAt = database.Read(session => session.First(sql, row => row.IsDBNull(0) ? (long?)null : row.GetInt64(0), key));
        return expireAt is { } at ? TimeSpan.FromMilliseconds(Math.Max(0, at - database.Now)) : TimeSpan.FromSeconds(-1);
    }
}
