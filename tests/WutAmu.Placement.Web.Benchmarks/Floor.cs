using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>What SQLite itself does on this disk with the commits of a save: a student's row written whole, one prepared statement per commit, the service's pragmas, nothing else.</summary>
internal static class Floor
{
    public static double CommitsPerSecond(string folder, int commits)
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

        Enumerable.Range(0, 100).ToList().ForEach(Write);
        var start = Stopwatch.GetTimestamp();
        for (var i = 100; i < commits + 100; i++)
        {
            Write(i);
        }

        return commits / Stopwatch.GetElapsedTime(start).TotalSeconds;
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
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
