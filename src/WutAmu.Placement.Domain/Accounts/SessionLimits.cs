namespace WutAmu.Placement.Domain.Accounts;

/// <param name="Idle">A session not used for so long is over.</param>
/// <param name="Absolute">A session is over so long after its start, however much it is used.</param>
public readonly record struct SessionLimits(TimeSpan Idle, TimeSpan Absolute)
{
    /// <summary>How old "last seen" may grow before it is written again: a thirtieth of <see cref="Idle"/>, at most five minutes.</summary>
    public TimeSpan Precision => TimeSpan.FromTicks(Math.Min(Idle.Ticks / 30, TimeSpan.FromMinutes(5).Ticks));
}
