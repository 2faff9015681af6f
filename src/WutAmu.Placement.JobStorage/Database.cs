using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Hangfire.Storage.SQLite;

/// <summary>The file: one writing connection behind a lock, a few reading ones, so that only other processes can ever make us wait for SQLite.</summary>
internal sealed class Database : IDisposable
{
    private const int IdsReservedAtOnce = 100;

    private static readonly string[] SourceKeys = ["Data Source=", "DataSource=", "Filename="];

    private readonly Lock writing = new();
    private readonly Session writer;
    private readonly ConcurrentBag<Session> idleReaders = [];
    private readonly SemaphoreSlim readers;
    private readonly string readerConnectionString;
    private readonly bool full;
    private readonly TimeProvider clock;
    private bool? synced;
    private long nextJobId;
    private long lastReservedJobId = -1;
    private volatile bool disposed;

    public Database(string path, SQLiteStorageOptions options)
    {
        var builder = IsConnectionString(path) ? new SqliteConnectionStringBuilder(path) : new SqliteConnectionStringBuilder { DataSource = path };
        if (builder.DataSource.Length == 0 || builder.Mode == SqliteOpenMode.Memory || builder.DataSource.Contains(":memory:", StringComparison.Ordinal))
        {
            throw new ArgumentException($"A durable job storage needs a file; '{path}' names none.", nameof(path));
        }

        // Pooled handles would keep the file open after Dispose.
        builder.Pooling = false;
        builder.ForeignKeys = true;
        Path = builder.DataSource;
        readerConnectionString = builder.ToString();
        full = options.Synchronous == SQLiteStorageOptions.SynchronousModes.FULL;
        clock = options.TimeProvider;
        readers = new SemaphoreSlim(Math.Min(options.PoolSize, 16));
        writer = new Session(readerConnectionString);
        try
        {
            writer.Query("PRAGMA journal_mode=WAL", row => row.GetString(0));
            Schema.Migrate(writer);
        }
        catch
        {
            writer.Dispose();
            readers.Dispose();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Now, in Unix milliseconds, the only form in which the file keeps times.</summary>
    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Runs <paramref name="work"/> in one transaction: all of it is kept or nothing. It is never run twice.</summary>
    /// <param name="durable">
    /// Whether a power cut after the return may not undo it. Leases and locks need not: with them the lost process died too.
    /// WAL commits reach the disk in order, so the next durable one carries these along.
    /// </param>
    public T Write<T>(bool durable, Func<Session, T> work)
    {
        lock (writing)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            Sync(durable && full);
            // IMMEDIATE: a transaction that reads first and writes later would get SQLITE_BUSY at once, whatever the timeout.
            writer.Execute("BEGIN IMMEDIATE");
            try
            {
                var result = work(writer);
                writer.Execute("COMMIT");
                return result;
            }
            catch
            {
                // SQLite has already rolled back by itself after some errors, such as a full disk.
                if (writer.InTransaction)
                {
                    writer.Execute("ROLLBACK");
                }

                throw;
            }
        }
    }

    public T Read<T>(Func<Session, T> work)
    {
        readers.Wait();
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            if (!idleReaders.TryTake(out var session))
            {
                session = new Session(readerConnectionString);
                session.Execute("PRAGMA query_only=1");
            }

            try
            {
                return work(session);
            }
            finally
            {
                idleReaders.Add(session);
                if (disposed)
                {
                    CloseReaders();
                }
            }
        }
        finally
        {
            readers.Release();
        }
    }

    /// <summary>As <see cref="Read{T}"/>, with every statement seeing the same instant.</summary>
    public T ReadSnapshot<T>(Func<Session, T> work) => Read(session =>
    {
        session.Execute("BEGIN");
        try
        {
            return work(session);
        }
        finally
        {
            session.Execute("COMMIT");
        }
    });

    /// <summary>An id no job has had or will have. Reserved in blocks, so that a transaction knows it before it is written.</summary>
    public long ReserveJobId()
    {
        lock (writing)
        {
            if (nextJobId > lastReservedJobId)
            {
                lastReservedJobId = Write(durable: false, session =>
                    session.Number("UPDATE sequence SET value=value+$1 RETURNING value", (long)IdsReservedAtOnce));
                nextJobId = lastReservedJobId - IdsReservedAtOnce + 1;
            }

            return nextJobId++;
        }
    }

    /// <summary>Moves the write-ahead log into the file, without waiting for readers.</summary>
    public void Checkpoint()
    {
        lock (writing)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            writer.Query("PRAGMA wal_checkpoint(PASSIVE)", row => row.GetInt64(0));
        }
    }

    public void Dispose()
    {
        lock (writing)
        {
            if (!disposed)
            {
                disposed = true;
                writer.Dispose();
                CloseReaders();
            }
        }
    }

    public static long? ParseId(string id) =>
        long.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    public static DateTime Instant(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).UtcDateTime;

    private static bool IsConnectionString(string path) =>
        SourceKeys.Any(key => path.Contains(key, StringComparison.OrdinalIgnoreCase));

    private void Sync(bool toDisk)
    {
        if (synced != toDisk)
        {
            writer.Execute(toDisk ? "PRAGMA synchronous=FULL" : "PRAGMA synchronous=NORMAL");
            synced = toDisk;
        }
    }

    private void CloseReaders()
    {
        while (idleReaders.TryTake(out var session))
        {
            session.Dispose();
        }
    }
}
