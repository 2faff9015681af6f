namespace WutAmu.Placement.Solver;

/// <param name="Lottery">False leaves the last level out; such a result is never published.</param>
/// <param name="Progress">Told of each level as it is reached; null: nobody listens.</param>
public sealed record SolveOptions(bool Lottery = true, Action<Domain.Matching.Level>? Progress = null);
