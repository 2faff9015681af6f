using System.Collections.Concurrent;

namespace Hangfire.Storage.SQLite;

/// <summary>Wakes workers of this process when a queue has got a job. One event per queue, so that no worker of another queue swallows it.</summary>
internal sealed class QueueSignals
{
    // WaitAny takes 64 handles: one is for the cancellation. Queues beyond are found by polling.
    private const int MostHandles = 64;

    private bool moreExpected;

    private readonly ConcurrentDictionary<string, AutoResetEvent> events = new(StringComparer.Ordinal);

    /// <summary>Whether the last fetch in this process found a job, of whatever queue: a guess that saves a look.</summary>
    public bool MoreExpected
    {
        get => Volatile.Read(ref moreExpected);
        set => Volatile.Write(ref moreExpected, value);
    }

    public void Set(string queue) => For(queue).Set();

    public void Wait(string[] queues, TimeSpan timeout, CancellationToken cancellationToken)
    {
        // The cancellation is first: a worker that is leaving must not take a signal with it.
        WaitHandle[] handles = [cancellationToken.WaitHandle, .. queues.Distinct(StringComparer.Ordinal).Take(MostHandles - 1).Select(For)];
        WaitHandle.WaitAny(handles, timeout);
    }

    private AutoResetEvent For(string queue) => events.GetOrAdd(queue, _ => new AutoResetEvent(initialState: false));
}
