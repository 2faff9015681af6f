using System.Diagnostics;

namespace WutAmu.Placement.Web.Persistence.Plain;

/// <summary>One writer's work, which may share its commit, and so the wait for the disk, with others that came meanwhile.</summary>
internal abstract class PlainWrite(CancellationToken cancellationToken)
{
    protected CancellationToken CancellationToken => cancellationToken;

    public long Asked { get; } = Stopwatch.GetTimestamp();

    /// <summary>True: nobody waits for it any more, and it has not begun.</summary>
    public bool IsCancelled => cancellationToken.IsCancellationRequested;

    /// <summary>True: it ended without a commit, and its writer knows.</summary>
    public bool HasFailed { get; private set; }

    public abstract void Run(PlainRows rows);

    /// <summary>It is committed.</summary>
    public abstract void Complete();

    public virtual void Cancel() => HasFailed = true;

    public virtual void Fail(Exception exception) => HasFailed = true;
}

internal sealed class PlainWrite<T>(Func<PlainRows, T> work, CancellationToken cancellationToken) : PlainWrite(cancellationToken)
{
    // The answer is written by another thread: the next commit must not wait for it.
    private readonly TaskCompletionSource<T> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private T? result;

    public Task<T> Done => done.Task;

    public override void Run(PlainRows rows) => result = work(rows);

    public override void Complete() => done.TrySetResult(result!); // run, for it is committed

    public override void Cancel()
    {
        base.Cancel();
        done.TrySetCanceled(CancellationToken);
    }

    public override void Fail(Exception exception)
    {
        if (!HasFailed)
        {
            base.Fail(exception);
            done.TrySetException(exception);
        }
    }
}
