using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// Claims that rest on a complete search. Levels that reach what is possible without the side constraints are proven by prices; the others by a search of our own where
/// it comes to its end; what is left rests on the solver's word, and is named.
/// </summary>
internal static class SearchCheck
{
    /// <summary>Name of the last level in the report: the lottery, or the order of service.</summary>
    public const string LastLevel = "lottery";

    public static ImmutableArray<CheckedLevel> Run(Claim claim, Certificate certificate, NetworkNodes nodes, TightNetwork face, Action<string, string> add)
    {
        var byScore = claim.Policy.Name == PolicyName.Serial;
        var levels = claim.Result.Levels;
        var proven = ProofCheck.Prove(claim, certificate, nodes, face, isWhole: false, add);
        var all = levels.All(level => proven.Contains(level.Objective));
        if (all && ((!claim.Result.Lottery && !byScore) || face.FirstUnfairService(byScore) is null))
        {
            return [.. levels.Select(level => new CheckedLevel(level.Objective, true))];
        }

        var search = new BetterMatching(claim, claim.Order(byScore));
        if (search.Find() is { } better)
        {
            add(better == LastLevel ? LastLevel : "level.not-optimal", $"A matching that meets every constraint is better in {(better == LastLevel ? "the order of service" : $"level {better}")}.");
        }

        return
        [
            .. levels.Select(level => new CheckedLevel(level.Objective, search.IsComplete || proven.Contains(level.Objective))),
            .. claim.Result.Lottery || byScore ? [new CheckedLevel(LastLevel, search.IsComplete)] : ImmutableArray<CheckedLevel>.Empty,
        ];
    }
}
