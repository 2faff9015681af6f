using System.Diagnostics;

namespace WutAmu.Placement.Web.Persistence;

/// <summary>
/// SQLite has one writer. Writes of this process queue here instead of in SQLite's busy handler: with ten writers the p99 of a commit
/// falls from hundreds of milliseconds to a few.
/// </summary>
public sealed class WriteGate : IDisposable
{
    private readonly SemaphoreSlim semaphore = new(1, 1);

    public WriteLatency Latency { get; } = new();

    /// <param name="counted">False: several writes pass together, and each is counted by whoever lets them.</param>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken, bool counted = true)
    {
        long? asked = counted ? Stopwatch.GetTimestamp() : null;
        await semaphore.WaitAsync(cancellationToken);
        return new Passage(this, asked);
    }

    public IDisposable Enter()
    {
        var asked = Stopwatch.GetTimestamp();
        semaphore.Wait();
        return new Passage(this, asked);
    }

    public void Dispose() => semaphore.Dispose();

    private sealed class Passage(WriteGate gate, long? asked) : IDisposable
    {
        private WriteGate? held = gate;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref held, null) is { } left)
            {
                left.semaphore.Release();
                if (asked is { } from)
                {
                    left.Latency.Record(Stopwatch.GetElapsedTime(from));
                    left.Latency.CountCommit();
                }
            }
        }
    }
}
