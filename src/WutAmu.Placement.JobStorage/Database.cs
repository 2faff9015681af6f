using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Data.Sqlite;

namespace Hangfire.Storage.SQLite;

/// <summary>The file: one writing connection behind a lock, a few reading ones, so that only other processes can ever make us wait for SQLite.</summary>
internal sealed class Database : IDisposable
{
    private const int IdsReservedAtOnce = 100;
    private const int MostInOneCommit = 32;

    /// <summary>16 MB. The same few pages are written again and again: the longer the log, the less often each goes into the file.</summary>
    private const int PagesOfLog = 4000;

    private static readonly string[] SourceKeys = ["Data Source=", "DataSource=", "Filename="];

    private readonly Lock writing = new();
    private readonly ConcurrentQueue<WriteRequest> waiting = new();
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
            writer.ExecuteScript("PRAGMA journal_mode=WAL");
            writer.ExecuteScript($"PRAGMA wal_autocheckpoint={PagesOfLog}");
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

    /// <summary>Whether the last commit waited for the disk.</summary>
    public bool LastCommitReachedDisk => synced == true;

    /// <summary>Now, in Unix milliseconds, the only form in which the file keeps times.</summary>
    public long Now => clock.GetUtcNow().ToUnixTimeMilliseconds();

    /// <summary>Now, to the tick of the clock.</summary>
    public DateTime UtcNow => clock.GetUtcNow().UtcDateTime;

    /// <summary>Runs <paramref name="work"/> in one transaction: all of it is kept or nothing. It is never run twice.</summary>
    /// <remarks>Writers that wait for the connection share the next commit, each behind a savepoint: one wait for the disk serves them all.</remarks>
    /// <param name="durable">
    /// Whether a power cut after the return may not undo it. Leases and locks need not: with them the lost process died too.
    /// WAL commits reach the disk in order, so the next durable one carries these along.
    /// </param>
    public T Write<T>(bool durable, Func<Session, T> work)
    {
        var request = new WriteRequest<T>(durable, work);
        waiting.Enqueue(request);
        lock (writing)
        {
            while (!request.Done)
            {
                var batch = new List<WriteRequest>();
                while (batch.Count < MostInOneCommit && waiting.TryDequeue(out var next))
                {
                    batch.Add(next);
                }

                Commit(batch);
            }
        }

        return request.Result;
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

    /// <summary>
    /// As <see cref="Read{T}"/>, for a statement that finds its row by a key: on the writing connection if nobody writes. Its pages stay in memory, while a reading connection
    /// throws all of its own away after every commit.
    /// </summary>
    public T ReadRow<T>(Func<Session, T> work)
    {
        if (!writing.TryEnter())
        {
            return Read(work);
        }

        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            return work(writer);
        }
        finally
        {
            writing.Exit();
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

    private void Commit(List<WriteRequest> batch)
    {
        var begun = 0;
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            Sync(full && batch.Exists(request => request.Durable));
            // IMMEDIATE: a transaction that reads first and writes later would get SQLITE_BUSY at once, whatever the timeout.
            writer.Execute("BEGIN IMMEDIATE");
            while (begun < batch.Count)
            {
                var request = batch[begun++];
                if (batch.Count == 1)
                {
                    request.Run(writer);
                }
                else
                {
                    RunBehindSavepoint(request);
                }
            }

            writer.Execute("COMMIT");
            batch.ForEach(request => request.Complete());
        }
        catch (Exception exception)
        {
            RollBack();

            // What ran is undone and not run again; what did not gets a transaction of its own, unless none could even begin.
            batch.GetRange(0, begun == 0 ? batch.Count : begun).ForEach(request => request.Fail(exception));
            var rest = batch.FindAll(request => !request.Done);
            if (rest.Count > 0)
            {
                Commit(rest);
            }
        }
    }

    private void RollBack()
    {
        try
        {
            // SQLite has already rolled back by itself after some errors, such as a full disk.
            if (!disposed && writer.InTransaction)
            {
                writer.Execute("ROLLBACK");
            }
        }
        catch (SqliteException)
        {
            // The waiting requests must learn of the first failure; the next commit cannot begin, and comes here again.
        }
    }

    private void RunBehindSavepoint(WriteRequest request)
    {
        writer.Execute("SAVEPOINT one");
        try
        {
            request.Run(writer);
        }
        catch (Exception exception) when (writer.InTransaction)
        {
            writer.Execute("ROLLBACK TO one");
            request.Fail(exception);
        }

        writer.Execute("RELEASE one");
    }

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
