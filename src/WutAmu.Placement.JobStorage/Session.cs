using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Hangfire.Storage.SQLite;

/// <summary>One connection with its prepared statements; parameters are $1, $2, ... Not for two threads at once.</summary>
/// <remarks>Statements go to SQLite directly: the ADO.NET layer costs a job more time than SQLite does.</remarks>
internal sealed class Session : IDisposable
{
    private readonly SqliteConnection connection;
    private readonly Dictionary<string, Statement> prepared = [];

    public Session(string connectionString)
    {
        connection = new SqliteConnection(connectionString);
        try
        {
            connection.Open();
            ExecuteScript("PRAGMA busy_timeout=20000");
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    public bool InTransaction => raw.sqlite3_get_autocommit(connection.Handle) == 0;

    /// <summary>Several statements, without parameters. The ADO.NET layer tries again where SQLite's own time-out does not hold, as in a change of the journal.</summary>
    public void ExecuteScript(string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    /// <returns>The rows changed.</returns>
    public int Execute(string sql, params object?[] values)
    {
        Run(sql, values, static _ => { });
        return raw.sqlite3_changes(connection.Handle);
    }

    /// <returns>The first column of the first row; zero if there is none.</returns>
    public long Number(string sql, params object?[] values)
    {
        long? number = null;
        Run(sql, values, row => number ??= row.GetInt64(0));
        return number ?? 0;
    }

    public List<T> Query<T>(string sql, Func<Row, T> read, params object?[] values)
    {
        var rows = new List<T>();
        Run(sql, values, row => rows.Add(read(row)));
        return rows;
    }

    public T? First<T>(string sql, Func<Row, T> read, params object?[] values)
    {
        var rows = Query(sql, read, values);
        return rows.Count == 0 ? default : rows[0];
    }

    public void Dispose()
    {
        foreach (var statement in prepared.Values)
        {
            statement.Handle.Dispose();
        }

        connection.Dispose();
    }

    private void Run(string sql, object?[] values, Action<Row> read)
    {
        var statement = Prepare(sql, values.Length);
        try
        {
            for (var i = 0; i < values.Length; i++)
            {
                Check(Bind(statement.Handle, statement.Positions[i], values[i]));
            }

            int result;
            while ((result = raw.sqlite3_step(statement.Handle)) == raw.SQLITE_ROW)
            {
                read(new Row(statement.Handle));
            }

            Check(result == raw.SQLITE_DONE ? raw.SQLITE_OK : result);
        }
        finally
        {
            // Repeats the error of the step, if there was one.
            _ = raw.sqlite3_reset(statement.Handle);
        }
    }

    private Statement Prepare(string sql, int parameters)
    {
        if (!prepared.TryGetValue(sql, out var statement))
        {
            Check(raw.sqlite3_prepare_v2(connection.Handle, sql, out var handle));
            // SQLite counts names in the order in which they appear.
            statement = new Statement(handle, [.. Enumerable.Range(1, parameters).Select(n => raw.sqlite3_bind_parameter_index(handle, $"${n}"))]);
            prepared.Add(sql, statement);
        }

        return statement;
    }

    private static int Bind(sqlite3_stmt statement, int position, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, position),
        long number => raw.sqlite3_bind_int64(statement, position, number),
        double number => raw.sqlite3_bind_double(statement, position, number),
        string text => raw.sqlite3_bind_text(statement, position, text),
        _ => throw new ArgumentException($"No column holds a {value.GetType()}.", nameof(value)),
    };

    private void Check(int result)
    {
        if (result != raw.SQLITE_OK)
        {
            SqliteException.ThrowExceptionForRC(result, connection.Handle);
        }
    }

    /// <summary>The row a statement stands on.</summary>
    internal readonly struct Row(sqlite3_stmt statement)
    {
        public int FieldCount => raw.sqlite3_column_count(statement);

        public bool IsDBNull(int column) => raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

        public long GetInt64(int column) => raw.sqlite3_column_int64(statement, column);

        public int GetInt32(int column) => raw.sqlite3_column_int(statement, column);

        public string GetString(int column) => raw.sqlite3_column_text(statement, column).utf8_to_string();
    }

    private sealed record Statement(sqlite3_stmt Handle, int[] Positions);
}
