namespace WutAmu.Placement.Solver;

/// <param name="Lottery">False leaves the last level out; such a result is never published.</param>
/// <param name="Progress">Told of each level as it is reached; null: nobody listens.</param>
/// <param name="TimeLimitInSeconds">Of complete searches, in deterministic time: about seconds, and the same on every machine. Null: none. Flows know no such limit.</param>
public sealed record SolveOptions(bool Lottery = true, Action<Domain.Matching.Level>? Progress = null, double? TimeLimitInSeconds = null)
{
    /// <summary>True: complete search even where a flow is enough; for comparing the two.</summary>
    internal bool AlwaysSearch { get; init; }
}
