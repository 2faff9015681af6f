namespace WutAmu.Placement.Solver.Search;

/// <summary>Work that may still be done, in deterministic seconds: about seconds, and the same on every machine.</summary>
/// <param name="seconds">Null: no limit.</param>
/// <param name="whole">What this is a part of; work counts there, too.</param>
/// <param name="timeIsUp">Nothing is left once it is cancelled, whatever was used; for the clock.</param>
internal sealed class SearchBudget(double? seconds, SearchBudget? whole = null, CancellationToken timeIsUp = default)
{
    private double used;

    /// <summary>Ends a search that is under way.</summary>
    public CancellationToken TimeIsUp => whole?.TimeIsUp ?? timeIsUp;

    /// <summary>Infinite without a limit; not less than 0.</summary>
    public double Left => TimeIsUp.IsCancellationRequested ? 0 : Math.Max(0, Math.Min(seconds - used ?? double.PositiveInfinity, whole?.Left ?? double.PositiveInfinity));

    public bool IsSpent => Left <= 0;

    public SearchBudget Part(double most) => new(most, this);

    public void Use(double work)
    {
        used += work;
        whole?.Use(work);
    }
}
