namespace Hangfire.Storage.SQLite;

/// <summary>A lock that a connection holds, entered as often as <see cref="Depth"/> says.</summary>
internal sealed class HeldLock(Locks locks, string resource, long owner)
{
    public string Resource => resource;

    public long Owner => owner;

    public int Depth { get; set; }

    /// <summary>Went with a commit that was this lock's last use.</summary>
    public bool RowIsGone { get; set; }

    /// <summary>In a transaction that is this lock's last use.</summary>
    /// <returns>Whether the row goes with the commit; not if the connection entered the lock elsewhere too.</returns>
    /// <exception cref="InvalidOperationException">The lock ran out and somebody else has had it since: what was read under it may no longer hold, and the transaction must not be kept.</exception>
    public bool DeleteRow(Session session)
    {
        if (RowIsGone)
        {
            return false;
        }

        if (Depth > 1 ? !Locks.IsOwn(session, resource, owner) : !locks.Delete(session, resource, owner))
        {
            throw new InvalidOperationException($"The lock '{resource}' ran out while this process did not run, and another has had it since; nothing was written.");
        }

        return Depth == 1;
    }

    /// <summary>After a commit with <see cref="DeleteRow"/> that failed.</summary>
    public void Keep()
    {
        if (!RowIsGone)
        {
            locks.Keep(resource, owner);
        }
    }
}
