using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>What re-checking a result gave.</summary>
/// <param name="Findings">Violations, in a fixed order; empty: none.</param>
/// <param name="Levels">Each level and whether its optimality was re-checked here; after a complete search the last level, <c>lottery</c>, too.</param>
public sealed record VerificationReport(ImmutableArray<Finding> Findings, ImmutableArray<CheckedLevel> Levels)
{
    /// <summary>
    /// True: nothing is wrong, and what was not re-checked is only what a complete search alone can prove (<see cref="Certificate.Kind"/> <c>search</c>).
    /// Without it nothing may be published.
    /// </summary>
    public bool IsGreen => Findings.IsEmpty;

    /// <summary>True: green, and nothing rests on the solver's word.</summary>
    public bool IsFullyRechecked => IsGreen && Levels.All(level => level.Rechecked);
}

/// <param name="Rechecked">False: the level rests on the solver's word.</param>
public sealed record CheckedLevel(string Objective, bool Rechecked);
