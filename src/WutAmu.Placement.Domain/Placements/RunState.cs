namespace WutAmu.Placement.Domain.Placements;

public enum RunState
{
    /// <summary>Sealed, waiting for a worker.</summary>
    Queued,

    /// <summary>Claimed by a worker, under a lease.</summary>
    Solving,

    /// <summary>Solved, and re-checked without a finding.</summary>
    Verified,

    /// <summary>Ended without a usable result; <see cref="Run.Failure"/> says why.</summary>
    Failed,

    Cancelled,
}
