using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Search;

namespace WutAmu.Placement.Solver.Explanations;

internal static class PolicyEffects
{
    /// <summary>Shortest paths where they are exact, quotas that nest taken as the bounds they are; else searching from what is known; else solving again.</summary>
    /// <param name="given">The result's matching, as offer by student, or <see cref="Matched.Unplaced"/>.</param>
    /// <param name="budget">Of all searches together.</param>
    public static IPolicyEffects Of(Instance sorted, Roster roster, PolicyName policy, int[] given, SearchBudget budget, CancellationToken cancellationToken)
    {
        if (!policy.IsStable && sorted.Quotas.Length > 0 && NestedQuotas.Fold(sorted) is var folded && Nests(folded))
        {
            return new NestedQuotaEffects(sorted, folded, roster, Of(folded, roster, policy, given, budget, cancellationToken));
        }

        if (policy.IsStable || policy.Name == PolicyName.Serial)
        {
            var solved = new SolvedEffects(sorted, roster, policy, budget, cancellationToken);
            return ContractEffects.Of(sorted, roster, policy, solved, cancellationToken) ?? (IPolicyEffects)solved;
        }

        if (!Nests(sorted))
        {
            return new SearchEffects(sorted, roster, policy, given, budget, cancellationToken);
        }

        var costs = new LevelCosts(sorted, roster, policy);
        return costs.WordCount switch
        {
            <= 2 => new FlowEffects<TwoWords>(sorted, roster, policy, costs, WorstRank(roster, given), cancellationToken),
            <= 4 => new FlowEffects<FourWords>(sorted, roster, policy, costs, WorstRank(roster, given), cancellationToken),
            _ => new FlowEffects<ManyWords>(sorted, roster, policy, costs, WorstRank(roster, given), cancellationToken),
        };
    }

    private static int WorstRank(Roster roster, int[] given)
    {
        var worst = roster.WorstPinnedRank;
        for (var s = 0; s < given.Length; s++)
        {
            if (given[s] != Matched.Unplaced && roster.HasList(s) && !roster.IsPinned(s) && roster.OptionsOf(s).Find(given[s]) is { } option)
            {
                worst = Math.Max(worst, option.RankOrOffList);
            }
        }

        return worst;
    }

    /// <summary>True: offers, supervisors and hosts are the only bounds, and every minimum always holds (of 1 that holds only if open there is nothing to hold).</summary>
    public static bool Nests(Instance instance) =>
        instance.Quotas.Length == 0 && instance.Together.Length == 0 && instance.Apart.Length == 0
        && instance.Hosts.All(host => host.Opening == Opening.Always || host.Min <= 1)
        && instance.Offers.All(offer => offer.Opening == Opening.Always || offer.Min <= 1);
}
