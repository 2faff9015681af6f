using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>What SQLite itself does on this disk with the rows of saves: a student's row written whole by one prepared statement, the service's pragmas, nothing else.</summary>
internal static class Floor
{
    /// <param name="rowsPerCommit">1: a commit for each row. More: as many rows share one, as the saves that wait together do in the service.</param>
    public static double RowsPerSecond(string folder, int commits, int rowsPerCommit)
    {
        var path = Path.Combine(folder, $"floor-{Guid.NewGuid():N}.db");
        using (var service = Open(Path.Combine(folder, "placement.db")))
        using (var copy = Open(path))
        {
            service.BackupDatabase(copy);
        }

        using var connection = Open(path);
        Run(connection, "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON");
        var (columns, rows) = Lists(connection);
        using var update = connection.CreateCommand();
        update.CommandText = $"UPDATE \"Rankings\" SET {string.Join(", ", columns.Where(c => c is not ("Id" or "Campaign" or "Student")).Select(c => $"\"{c}\"=${c}"))} WHERE \"Id\"=$Id";
        var parameters = columns.Where(c => c is not ("Campaign" or "Student")).ToDictionary(c => c, c => update.Parameters.Add(new SqliteParameter($"${c}", null)));
        // A list changes with every save: each row gets the list of another, and a version of its own.
        void Write(int n)
        {
            foreach (var (column, parameter) in parameters)
            {
                parameter.Value = column switch
                {
                    "Id" => rows[n % rows.Count][column],
                    "Version" => n + 1000,
                    _ => rows[(n + 1 + (n / rows.Count)) % rows.Count][column],
                };
            }

            update.ExecuteNonQuery();
        }

        using var begin = Prepare(connection, "BEGIN IMMEDIATE");
        using var commit = Prepare(connection, "COMMIT");
        var written = 0;
        void Commit()
        {
            begin.ExecuteNonQuery();
            for (var i = 0; i < rowsPerCommit; i++)
            {
                Write(written++);
            }

            commit.ExecuteNonQuery();
        }

        void Write1() => Write(written++);
        // Alone, a statement is a commit.
        Action once = rowsPerCommit == 1 ? Write1 : Commit;
        for (var i = 0; i < 100; i++)
        {
            once();
        }

        var before = written;
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < commits; i++)
        {
            once();
        }

        return (written - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static (string[] Columns, List<Dictionary<string, object>> Rows) Lists(SqliteConnection connection)
    {
        using var select = connection.CreateCommand();
        select.CommandText = "SELECT * FROM \"Rankings\"";
        using var reader = select.ExecuteReader();
        var columns = Enumerable.Range(0, reader.FieldCount).Select(reader.GetName).ToArray();
        var rows = new List<Dictionary<string, object>>();
        while (reader.Read())
        {
            rows.Add(columns.ToDictionary(c => c, c => reader.GetValue(reader.GetOrdinal(c))));
        }

        return (columns, rows);
    }

    private static SqliteConnection Open(string path)
    {
        var connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Run(SqliteConnection connection, string sql)
    {
        using var command = Prepare(connection, sql);
        command.ExecuteNonQuery();
    }

    private static SqliteCommand Prepare(SqliteConnection connection, string sql)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
