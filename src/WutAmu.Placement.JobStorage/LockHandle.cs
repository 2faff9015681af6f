namespace Hangfire.Storage.SQLite;

/// <summary>One entry into a lock.</summary>
internal sealed class LockHandle(StorageConnection connection, HeldLock mine) : IDisposable
{
    private int disposed;

    public HeldLock Lock => mine;

    public void Dispose()
    {
        if (Interlocked.Exchange(ref disposed, 1) == 0)
        {
            connection.Release(mine);
        }
    }
}
