namespace Hangfire.Storage.SQLite;

/// <summary>How the storage behaves. Options the stand-in has no use for are accepted, so that a configuration can move either way.</summary>
public sealed class SQLiteStorageOptions
{
    public enum JournalModes { DELETE, TRUNCATE, PERSIST, MEMORY, WAL, OFF }

    public enum AutoVacuum { NONE, FULL, INCREMENTAL }

    /// <summary>What a commit waits for. Both survive the death of the process; only <see cref="FULL"/> survives a power cut.</summary>
    public enum SynchronousModes { NORMAL, FULL }

    private TimeSpan queuePollInterval = TimeSpan.FromSeconds(1);
    private TimeSpan invisibilityTimeout = TimeSpan.FromSeconds(60);
    private TimeSpan distributedLockLifetime = TimeSpan.FromSeconds(30);
    private TimeSpan jobExpirationCheckInterval = TimeSpan.FromMinutes(30);
    private int poolSize = 16;

    /// <summary>How often idle workers look for jobs enqueued by other processes; those of this process are signalled at once.</summary>
    public TimeSpan QueuePollInterval { get => queuePollInterval; set => queuePollInterval = Positive(value); }

    /// <summary>Lease on a fetched job; renewed five times per lease while its process lives, so it bounds only the wait after a crash.</summary>
    public TimeSpan InvisibilityTimeout { get => invisibilityTimeout; set => invisibilityTimeout = Positive(value); }

    /// <summary>How long a lock outlives a process that died with it; renewed while the process lives.</summary>
    public TimeSpan DistributedLockLifetime { get => distributedLockLifetime; set => distributedLockLifetime = Positive(value); }

    public TimeSpan JobExpirationCheckInterval { get => jobExpirationCheckInterval; set => jobExpirationCheckInterval = Positive(value); }

    /// <summary>Accepted, without effect: counters are exact at every commit and need no aggregation.</summary>
    public TimeSpan CountersAggregateInterval { get; set; } = TimeSpan.FromMinutes(5);

    /// <summary>Accepted, without effect: the file is always in WAL mode.</summary>
    public JournalModes JournalMode { get; set; } = JournalModes.WAL;

    /// <summary>Accepted, without effect: freed pages are used again.</summary>
    public AutoVacuum AutoVacuumSelected { get; set; } = AutoVacuum.NONE;

    /// <summary>Accepted, without effect: the file belongs to the storage alone.</summary>
    public string Prefix { get; set; } = "hangfire";

    /// <summary>Most reading connections open at once; values above 16 count as 16.</summary>
    public int PoolSize
    {
        get => poolSize;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(value);
            poolSize = value;
        }
    }

    /// <summary>Accepted by the package; unique per instance, without effect here.</summary>
    public string ClientId { get; } = Guid.NewGuid().ToString("N");

    public SynchronousModes Synchronous { get; set; } = SynchronousModes.FULL;

    /// <summary>Source of every time the storage writes, and of the timer that renews leases and locks.</summary>
    public TimeProvider TimeProvider { get; set; } = TimeProvider.System;

    // Of exactly this type, as the package has it: callers catch it.
    private static TimeSpan Positive(TimeSpan value) =>
        value > TimeSpan.Zero ? value : throw new ArgumentException($"The duration must be positive, not {value}.", nameof(value));
}
