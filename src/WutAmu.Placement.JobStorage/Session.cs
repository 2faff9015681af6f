using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hangfire.Storage.SQLite;

/// <summary>One connection with its prepared statements; parameters are $1, $2, ... Not for two threads at once.</summary>
internal sealed class Session : IDisposable
{
    private static readonly string[] ParameterNames = [.. Enumerable.Range(1, 9).Select(n => $"${n}")];

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> prepared = [];

    public Session(string connectionString)
    {
        connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            // SQLite's own back-off is finer than the 150 ms steps of the ADO.NET layer.
            Execute("PRAGMA busy_timeout=20000");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    public int Execute(string sql, params object?[] values) => Bind(sql, values).ExecuteNonQuery();

    public long Number(string sql, params object?[] values) => Bind(sql, values).ExecuteScalar() is long number ? number : 0;

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params object?[] values)
    {
        var rows = new List<T>();
        using var reader = Bind(sql, values).ExecuteReader();
        while (reader.Read())
        {
            rows.Add(read(reader));
        }

        return rows;
    }

    public T? First<T>(string sql, Func<SqliteDataReader, T> read, params object?[] values)
    {
        var rows = Query(sql, read, values);
        return rows.Count == 0 ? default : rows[0];
    }

    public void Dispose()
    {
        foreach (var command in prepared.Values)
        {
            command.Dispose();
        }

        connection.Dispose();
    }

    private SqliteCommand Bind(string sql, object?[] values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 0; i < values.Length; i++)
            {
                command.Parameters.Add(new SqliteParameter { ParameterName = ParameterNames[i] });
            }

            prepared.Add(sql, command);
        }

        for (var i = 0; i < values.Length; i++)
        {
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        }

        return command;
    }
}
