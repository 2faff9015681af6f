using System.Diagnostics;
using Hangfire.Common;
using Hangfire.Storage;
using Hangfire.Storage.SQLite;
using Microsoft.Data.Sqlite;

namespace WutAmu.Placement.JobStorage.Benchmarks;

/// <summary>What SQLite itself does on this disk: one prepared INSERT of a row as long as a job's per commit, nothing else. The log is as long as the storage's.</summary>
internal static class Floor
{
    public static double CommitsPerSecond(string path, SQLiteStorageOptions.SynchronousModes synchronous, int commits)
    {
        using var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Execute(connection, "PRAGMA journal_mode=WAL");
        Execute(connection, $"PRAGMA synchronous={synchronous}");
        Execute(connection, "PRAGMA wal_autocheckpoint=4000");
        Execute(connection, "CREATE TABLE row(id INTEGER PRIMARY KEY, value TEXT NOT NULL)");
        using var insert = connection.CreateCommand();
        insert.CommandText = "INSERT INTO row(value) VALUES($1)";
        var value = insert.Parameters.Add("$1", SqliteType.Text);
        value.Value = InvocationData.SerializeJob(Job.FromExpression(() => Measurements.Nothing())).SerializePayload();
        for (var i = 0; i < Measurements.WarmUp; i++)
        {
            insert.ExecuteNonQuery();
        }

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
