using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;

namespace WutAmu.Placement.Solver.Search;

/// <summary>A level as a search minimises it.</summary>
/// <param name="Name">As in <see cref="Level.Objective"/>.</param>
/// <param name="Additive">Null: the worst rank, which does not add up.</param>
internal sealed record SearchLevel(string Name, AdditiveLevel? Additive)
{
    public const string WorstRank = "worst-rank";

    /// <summary>The level's value from its cost.</summary>
    public long ValueOf(long cost) => Additive?.ValueOf(cost) ?? cost;

    /// <param name="given">Offer by student, or <see cref="Matched.Unplaced"/>.</param>
    public long CostOf(Roster roster, int[] given)
    {
        var cost = 0L;
        for (var s = 0; s < given.Length; s++)
        {
            var option = roster.OptionsOf(s).Find(given[s]);
            if (Additive is { } level)
            {
                cost += level.Cost(s, option);
            }
            else if (option is { } got)
            {
                cost = Math.Max(cost, RankThatCounts(roster, s, got));
            }
        }

        return cost;
    }

    /// <summary>Off the list counts as the greatest rank + 1; a pin counts with its rank, and not at all off the list.</summary>
    public static long RankThatCounts(Roster roster, int student, Option option) =>
        !roster.HasList(student) || (option.Pinned && option.Rank is null) ? 0 : option.RankOrOffList;

    /// <summary>All levels of a policy in their order; those of <c>serial</c> without the order of service.</summary>
    public static IEnumerable<SearchLevel> Of(Instance instance, Roster roster, PolicyName policy)
    {
        var worstRank = policy.Name == PolicyName.MinRegretGreedy;
        foreach (var level in LevelCosts.Of(instance, roster, policy))
        {
            if (worstRank && level.Name is not ("placed" or "moved"))
            {
                worstRank = false;
                yield return new(WorstRank, null);
            }

            yield return new(level.Name, level);
        }

        if (worstRank)
        {
            yield return new(WorstRank, null);
        }
    }
}
