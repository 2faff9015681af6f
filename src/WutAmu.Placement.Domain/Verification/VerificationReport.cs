using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>What re-checking a result gave.</summary>
/// <param name="Findings">Violations, in a fixed order; empty: none.</param>
/// <param name="Levels">Each level and whether its optimality was re-checked here.</param>
public sealed record VerificationReport(ImmutableArray<Finding> Findings, ImmutableArray<CheckedLevel> Levels)
{
    /// <summary>True: no finding, and every level of the claim was re-checked. Without it nothing may be published.</summary>
    public bool IsGreen => Findings.IsEmpty && Levels.All(level => level.Rechecked);
}

/// <param name="Rechecked">False: the level rests on the solver's word.</param>
public sealed record CheckedLevel(string Objective, bool Rechecked);
