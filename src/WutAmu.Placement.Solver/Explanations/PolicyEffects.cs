using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

internal static class PolicyEffects
{
    /// <summary>Shortest paths where they are exact, else solving again.</summary>
    public static IPolicyEffects Of(Instance sorted, Roster roster, PolicyName policy, CancellationToken cancellationToken)
    {
        if (policy.IsStable || policy.Name == PolicyName.Serial || !Nests(sorted))
        {
            return new SolvedEffects(sorted, roster, policy, cancellationToken);
        }

        var costs = new LevelCosts(sorted, roster, policy);
        return costs.WordCount <= 2
            ? new FlowEffects<TwoWords>(sorted, roster, policy, costs, cancellationToken)
            : new FlowEffects<ManyWords>(sorted, roster, policy, costs, cancellationToken);
    }

    /// <summary>True: offers, supervisors and hosts are the only bounds, and every minimum always holds (of 1 that holds only if open there is nothing to hold).</summary>
    public static bool Nests(Instance instance) =>
        instance.Quotas.Length == 0 && instance.Together.Length == 0 && instance.Apart.Length == 0
        && instance.Hosts.All(host => host.Opening == Opening.Always || host.Min <= 1)
        && instance.Offers.All(offer => offer.Opening == Opening.Always || offer.Min <= 1);
}
