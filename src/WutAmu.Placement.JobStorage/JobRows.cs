using System.Globalization;
using Hangfire.Common;
using Hangfire.States;

namespace Hangfire.Storage.SQLite;

/// <summary>Writes that a connection makes alone and a transaction among others.</summary>
internal static class JobRows
{
    /// <returns>The id of a job to be, and what writes it. Made outside the transaction, for it runs foreign code.</returns>
    public static (string Id, Action<Session> Insert) New(Database database, Job job, IDictionary<string, string> parameters, DateTime createdAt, TimeSpan expireIn)
    {
        ArgumentNullException.ThrowIfNull(job);
        ArgumentNullException.ThrowIfNull(parameters);
        var invocation = InvocationData.SerializeJob(job).SerializePayload();
        var id = database.ReserveJobId();
        var created = Milliseconds(createdAt);
        var written = parameters.Count == 0 ? null : SerializationHelper.Serialize(parameters, SerializationOption.Internal);
        return (Id(id), session => session.Execute(
            "INSERT INTO job(id, invocation, created_at, expire_at, parameters) VALUES($1, $2, $3, $4, $5)", id, invocation, created, Add(created, expireIn), written));
    }

    public static Dictionary<string, string?> DeserializeParameters(string? column) =>
        column is null ? [] : SerializationHelper.Deserialize<Dictionary<string, string?>>(column, SerializationOption.Internal);

    public static void SetParameter(Session session, long id, string name, string? value)
    {
        foreach (var column in session.Query("SELECT parameters FROM job WHERE id=$1", row => row.IsDBNull(0) ? null : row.GetString(0), id))
        {
            var parameters = DeserializeParameters(column);
            parameters[name] = value;
            session.Execute("UPDATE job SET parameters=$1 WHERE id=$2", SerializationHelper.Serialize(parameters, SerializationOption.Internal), id);
        }
    }

    public static void SetRangeInHash(Session session, string key, KeyValuePair<string, string>[] entries)
    {
        foreach (var (field, value) in entries)
        {
            session.Execute(
                "INSERT INTO hash(key, field, value) VALUES($1, $2, $3) ON CONFLICT(key, field) DO UPDATE SET value=excluded.value",
                key, field, value);
        }
    }

    public static string Serialize(IState state) =>
        SerializationHelper.Serialize(state.SerializeData() ?? new Dictionary<string, string>(), SerializationOption.Internal);

    public static Dictionary<string, string> DeserializeState(string? data) => new(
        data is null ? [] : SerializationHelper.Deserialize<Dictionary<string, string>>(data, SerializationOption.Internal),
        StringComparer.OrdinalIgnoreCase);

    public static long Milliseconds(DateTime instant) =>
        new DateTimeOffset(instant.Kind == DateTimeKind.Local ? instant.ToUniversalTime() : DateTime.SpecifyKind(instant, DateTimeKind.Utc))
            .ToUnixTimeMilliseconds();

    /// <summary>Saturates: an expiry in a million years must not wrap into the past.</summary>
    public static long Add(long milliseconds, TimeSpan duration) =>
        Math.Min(milliseconds + (long)duration.TotalMilliseconds, DateTimeOffset.MaxValue.ToUnixTimeMilliseconds());

    /// <summary>The rows <paramref name="from"/> to <paramref name="to"/>, both included, of which those before row 0 do not exist.</summary>
    public static (long Offset, long Limit) Window(int from, int to)
    {
        long first = Math.Max(0, from);
        // A negative limit would mean "no limit".
        return (first, Math.Max(0, to - first + 1));
    }

    public static string Id(long id) => id.ToString(CultureInfo.InvariantCulture);

    public static (InvocationData Invocation, Job? Job, JobLoadException? Problem) Load(string payload) => Load(InvocationData.DeserializePayload(payload));

    public static (InvocationData Invocation, Job? Job, JobLoadException? Problem) Load(InvocationData invocation)
    {
        try
        {
            return (invocation, invocation.DeserializeJob(), null);
        }
        catch (JobLoadException exception)
        {
            return (invocation, null, exception);
        }
    }
}
