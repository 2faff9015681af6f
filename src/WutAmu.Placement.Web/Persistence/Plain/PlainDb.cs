using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Persistence.Plain;

/// <summary>
/// For what comes with every request or every move of every student: EF Core's query, tracking and update are most of the work of such a request. Reads are on connections of
/// their own, each with one instant of the database; writes pass <see cref="WriteGate"/> as all others do, and those that wait for it share a commit. The rest belongs in <see cref="PlacementDb"/>.
/// </summary>
public sealed class PlainDb : IDisposable
{
    private const int ReadersKept = 16;
    private const int MostInOneCommit = 32;

    private readonly ConcurrentBag<PlainRows> readers = [];
    private readonly ConcurrentQueue<PlainWrite> waiting = new();
    private readonly WriteGate gate;
    private readonly string file;
    private readonly Lazy<IModel> model;
    private PlainRows? writer;
    private int committing;
    private volatile bool disposed;

    public PlainDb(IServiceScopeFactory scopes, IOptions<StorageOptions> options, WriteGate gate)
    {
        this.gate = gate;
        file = options.Value.DatabaseFile;
        model = new(() =>
        {
            using var scope = scopes.CreateScope();
            return scope.ServiceProvider.GetRequiredService<PlacementDb>().Model;
        });
    }

    /// <summary>All that <paramref name="read"/> finds is of one instant.</summary>
    public T Read<T>(Func<PlainRows, T> read)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        if (!readers.TryTake(out var rows))
        {
            rows = new(file, model.Value, reads: true);
        }

        try
        {
            rows.Execute("BEGIN");
            var found = read(rows);
            rows.Execute("COMMIT");
            if (readers.Count < ReadersKept && !disposed)
            {
                readers.Add(rows);
                rows = null;
            }

            return found;
        }
        finally
        {
            // After an error nobody knows what state it is in.
            rows?.Dispose();
        }
    }

    /// <summary>
    /// Runs <paramref name="work"/> as the only writer and commits; what it returns was kept. It is run once or, if nobody waits for it any more, not at all. An error undoes its own work
    /// alone, unless SQLite rolled all of the transaction back: then those who shared it have the same error. It reads and writes through its argument and nothing else, and does not wait.
    /// </summary>
    public Task<T> WriteAsync<T>(Func<PlainRows, T> work, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var write = new PlainWrite<T>(work, cancellationToken);
        waiting.Enqueue(write);
        if (Interlocked.Exchange(ref committing, 1) == 0)
        {
            _ = CommitAllAsync();
        }

        return write.Done;
    }

    public void Dispose()
    {
        disposed = true;
        using (gate.Enter())
        {
            writer?.Dispose();
            writer = null;
        }

        while (readers.TryTake(out var rows))
        {
            rows.Dispose();
        }
    }

    /// <summary>Until nobody waits. Each commit passes the gate anew, so that other writers have their turn.</summary>
    private async Task CommitAllAsync()
    {
        do
        {
            while (!waiting.IsEmpty)
            {
                try
                {
                    using var passage = await gate.EnterAsync(CancellationToken.None, counted: false);
                    Commit(Batch());
                }
                catch (ObjectDisposedException stopped)
                {
                    // The service is going down: nothing more is kept, and nobody may wait for it.
                    Batch().ForEach(write => write.Fail(stopped));
                }

                // Whoever began may go on with its own answer.
                await Task.Yield();
            }

            Volatile.Write(ref committing, 0);
        }
        while (!waiting.IsEmpty && Interlocked.Exchange(ref committing, 1) == 0);
    }

    private void Commit(List<PlainWrite> batch)
    {
        if (batch.Count == 0)
        {
            return;
        }

        var begun = 0;
        try
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            writer ??= new(file, model.Value, reads: false);
            writer.Execute("BEGIN IMMEDIATE");
            while (begun < batch.Count)
            {
                var write = batch[begun++];
                if (batch.Count == 1)
                {
                    write.Run(writer);
                }
                else
                {
                    RunBehindSavepoint(writer, write);
                }
            }

            writer.Execute("COMMIT");
        }
        catch (Exception exception)
        {
            RollBack();

            // What ran is undone and not run again; what did not has a transaction of its own, unless none could even begin.
            batch.GetRange(0, begun == 0 ? batch.Count : begun).ForEach(write => write.Fail(exception));
            Commit(begun == 0 ? [] : batch.GetRange(begun, batch.Count - begun));
            return;
        }

        gate.Latency.CountCommit();
        foreach (var write in batch.Where(write => !write.HasFailed))
        {
            gate.Latency.Record(Stopwatch.GetElapsedTime(write.Asked));
            write.Complete();
        }
    }

    private static void RunBehindSavepoint(PlainRows rows, PlainWrite write)
    {
        rows.Execute("SAVEPOINT one");
        try
        {
            write.Run(rows);
        }
        catch (Exception exception) when (rows.InTransaction)
        {
            rows.Execute("ROLLBACK TO one");
            write.Fail(exception);
        }

        rows.Execute("RELEASE one");
    }

    private void RollBack()
    {
        try
        {
            if (writer is { InTransaction: true })
            {
                writer.Execute("ROLLBACK");
            }
        }
        catch (Exception)
        {
            // The first failure is the one to tell, whatever this one is; the next commit has a connection of its own.
            writer?.Dispose();
            writer = null;
        }
    }

    private List<PlainWrite> Batch()
    {
        var batch = new List<PlainWrite>();
        while (batch.Count < MostInOneCommit && waiting.TryDequeue(out var next))
        {
            if (next.IsCancelled)
            {
                next.Cancel();
            }
            else
            {
                batch.Add(next);
            }
        }

        return batch;
    }
}
