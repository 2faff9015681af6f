using System.Runtime.ExceptionServices;

namespace Hangfire.Storage.SQLite;

/// <summary>One writer's work, which may share its commit, and so the wait for the disk, with others that came meanwhile.</summary>
internal abstract class WriteRequest(bool durable)
{
    private ExceptionDispatchInfo? failure;

    public bool Durable => durable;

    /// <summary>Committed or failed; written and read under the writer's lock only.</summary>
    public bool Done { get; private set; }

    public abstract void Run(Session session);

    public void Complete() => Done = true;

    public void Fail(Exception exception)
    {
        failure ??= ExceptionDispatchInfo.Capture(exception);
        Done = true;
    }

    protected void ThrowIfFailed() => failure?.Throw();
}

internal sealed class WriteRequest<T>(bool durable, Func<Session, T> work) : WriteRequest(durable)
{
    private T? result;

    public T Result
    {
        get
        {
            ThrowIfFailed();
            return result!; // run, for it has not failed
        }
    }

    public override void Run(Session session) => result = work(session);
}
