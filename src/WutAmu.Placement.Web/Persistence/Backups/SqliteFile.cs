using Microsoft.Data.Sqlite;

namespace WutAmu.Placement.Web.Persistence.Backups;

/// <summary>A whole database file, by the SQLite that the service itself uses: no other may open the live file.</summary>
internal static class SqliteFile
{
    /// <summary>Copies a live or resting database by SQLite's online backup; writers are not held up.</summary>
    public static void Copy(string from, string to)
    {
        using (var source = Open(from, SqliteOpenMode.ReadWrite))
        using (var target = Open(to, SqliteOpenMode.ReadWriteCreate))
        {
            source.BackupDatabase(target);
            // One file that needs no -wal beside it.
            Lines(target, "PRAGMA journal_mode=DELETE");
        }

        Flush(to);
    }

    /// <returns>What <c>integrity_check</c> and <c>foreign_key_check</c> find; empty: sound.</returns>
    public static IReadOnlyList<string> Faults(string file)
    {
        try
        {
            using var connection = Open(file, SqliteOpenMode.ReadOnly);
            return [.. Lines(connection, "PRAGMA integrity_check").Where(line => line != "ok"), .. Lines(connection, "PRAGMA foreign_key_check").Select(table => $"{table}: a row points at nothing")];
        }
        catch (SqliteException e)
        {
            return [e.Message];
        }
    }

    public static (long Count, string Hash) LastAuditEntry(string file)
    {
        using var connection = Open(file, SqliteOpenMode.ReadOnly);
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT Sequence, Hash FROM Audit ORDER BY Sequence DESC LIMIT 1";
        using var reader = command.ExecuteReader();
        return reader.Read() ? (reader.GetInt64(0), reader.GetString(1)) : (0, "");
    }

    /// <summary>
    /// Writes the whole file anew and empties the write-ahead log: what deleted and changed rows left in either is gone. Other connections may be open; nobody may write meanwhile.
    /// </summary>
    /// <returns>False if somebody still reads an older state, and the log keeps it until they have finished.</returns>
    public static bool Scrub(string file)
    {
        using var connection = Open(file, SqliteOpenMode.ReadWrite);
        Lines(connection, "PRAGMA busy_timeout=5000");
        Lines(connection, "PRAGMA secure_delete=ON");
        Lines(connection, "VACUUM");
        return Lines(connection, "PRAGMA wal_checkpoint(TRUNCATE)") is ["0"];
    }

    public static void Flush(string file)
    {
        using var handle = File.OpenHandle(file, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(handle);
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 30 }.ToString());
        connection.Open();
        return connection;
    }

    private static List<string> Lines(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var lines = new List<string>();
        while (reader.Read())
        {
            lines.Add(reader.GetValue(0).ToString() ?? "");
        }

        return lines;
    }
}
