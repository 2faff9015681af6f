using System.Diagnostics;
using Hangfire.Storage.SQLite;
using Microsoft.Data.Sqlite;

namespace WutAmu.Placement.JobStorage.Benchmarks;

/// <summary>What SQLite itself does on this disk: one prepared INSERT per commit, nothing else.</summary>
internal static class Floor
{
    public static double CommitsPerSecond(string path, SQLiteStorageOptions.SynchronousModes synchronous, int commits)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, $"PRAGMA synchronous={synchronous}");
        Execute(connection, "CREATE TABLE row(id INTEGER PRIMARY KEY, value TEXT NOT NULL)");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO row(value) VALUES($1)";
        var value = insert.Parameters.Add("$1", SqliteType.Text);
        value.Value = new string('x', 100);
        insert.ExecuteNonQuery();

        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < commits; i++)
        {
            insert.ExecuteNonQuery();
        }

        return commits / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
