using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Stable;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Effects for the policies that have an algorithm over contracts instead of levels (serial, stable), where only choices and pins are to be had: the same algorithm on the same
/// arrays, with one contract or one bound changed. What it does not cover is solved again.
/// </summary>
internal sealed class ContractEffects : IPolicyEffects
{
    private readonly Instance instance;
    private readonly Roster roster;
    private readonly PolicyName policy;
    private readonly SolvedEffects solved;
    private readonly Contracts contracts;
    // Before anything is changed in the contracts; null: of another policy.
    private readonly HostsProposeAgain? hostsFirst;
    private readonly CancellationToken cancellationToken;
    private Outcome? reached;

    private ContractEffects(Instance instance, Roster roster, PolicyName policy, SolvedEffects solved, Contracts contracts, CancellationToken cancellationToken)
    {
        this.instance = instance;
        this.roster = roster;
        this.policy = policy;
        this.solved = solved;
        this.contracts = contracts;
        this.cancellationToken = cancellationToken;
        hostsFirst = policy.Name == PolicyName.HostOptimalStable ? new(contracts, cancellationToken) : null;
    }

    public Outcome Base => reached ??= Read(hostsFirst?.Unchanged ?? Solve(ContractChange.None));

    /// <returns>Null: the instance asks for more than contracts.</returns>
    public static ContractEffects? Of(Instance instance, Roster roster, PolicyName policy, SolvedEffects solved, CancellationToken cancellationToken)
    {
        if (policy.KeepPublished || MatchingEngine.NeedsSearch(instance) || (!policy.IsStable && HasMinima(instance)))
        {
            return null;
        }

        for (var s = 0; s < instance.Students.Length; s++)
        {
            foreach (var option in roster.OptionsOf(s))
            {
                if (!option.Listed && !option.Pinned)
                {
                    return null;
                }
            }
        }

        var contracts = new Contracts(instance, roster);
        return policy.IsStable || OrderOfChoice.Suits(contracts) ? new(instance, roster, policy, solved, contracts, cancellationToken) : null;
    }

    public Outcome Forced(int student, int? offer)
    {
        if (offer is not { } wanted || roster.IsPinned(student) || contracts.ContractOf(student, wanted) is not (>= 0 and var contract))
        {
            return solved.Forced(student, offer);
        }

        var key = contracts.Key[contract];
        contracts.Key[contract] = Contracts.AsPin(key);
        try
        {
            return Read(hostsFirst?.Pinned(contract) ?? Solve(ContractChange.Only(contracts, contract), student), student);
        }
        finally
        {
            contracts.Key[contract] = key;
        }
    }

    public Outcome More(NetworkLimit limit) => WithMax(limit, 1);

    public Outcome Fewer(NetworkLimit limit) => WithMax(limit, -1);

    public (int? Offer, Outcome Outcome) Without(int student, int? offer)
    {
        if (offer is not { } lost || roster.IsPinned(student) || contracts.ContractOf(student, lost) is not (>= 0 and var contract))
        {
            return solved.Without(student, offer);
        }

        var given = hostsFirst?.Without(contract) ?? Solve(ContractChange.Without(contract));
        var outcome = Read(given);
        return (outcome.Feasible && given[student] != Contracts.None ? contracts.Offer[given[student]] : null, outcome);
    }

    private static bool HasMinima(Instance instance)
    {
        foreach (var offer in instance.Offers)
        {
            if (offer.Min > 0)
            {
                return true;
            }
        }

        foreach (var supervisor in instance.Supervisors)
        {
            if (supervisor.Min > 0)
            {
                return true;
            }
        }

        foreach (var host in instance.Hosts)
        {
            if (host.Min > 0)
            {
                return true;
            }
        }

        return false;
    }

    private Outcome WithMax(NetworkLimit limit, int change)
    {
        var node = limit.Tail - contracts.StudentCount;
        ref var max = ref contracts.Max[node];
        max += change;
        try
        {
            return Read(hostsFirst?.WithBound(node) ?? Solve(ContractChange.None));
        }
        finally
        {
            max -= change;
        }
    }

    private int[] Solve(ContractChange change, int pinned = Contracts.None)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return policy.Name switch
        {
            PolicyName.StudentOptimalStable => StudentsPropose.Solve(contracts, change, cancellationToken),
            _ => OrderOfChoice.Solve(contracts, change, pinned),
        };
    }

    /// <param name="pinned">A student pinned besides those of the instance, or <see cref="Contracts.None"/>.</param>
    private Outcome Read(int[] given, int pinned = Contracts.None)
    {
        var held = new int[contracts.NodeCount];
        var profile = new int[roster.GreatestRank];
        var placed = 0;
        for (var s = 0; s < given.Length; s++)
        {
            if (given[s] is var contract && contract == Contracts.None)
            {
                if (s == pinned || roster.IsPinned(s))
                {
                    return Outcome.Infeasible;
                }

                continue;
            }

            placed++;
            contracts.Count(contracts.Offer[contract], 1, held);
            // A pin off the list has no rank.
            if (contracts.Rank[contract] <= profile.Length)
            {
                profile[contracts.Rank[contract] - 1]++;
            }
        }

        if (!MeetsMinima(held))
        {
            return Outcome.Infeasible;
        }

        var ranks = Matched.Trimmed(profile).Length;
        var levels = new Level[ranks + 1];
        levels[0] = Outcome.At("placed", placed);
        for (var r = 0; r < ranks; r++)
        {
            levels[r + 1] = Outcome.At($"rank-{r + 1}", profile[r]);
        }

        return new(true, levels, []);
    }

    private bool MeetsMinima(int[] held)
    {
        var node = 0;
        foreach (var offer in instance.Offers)
        {
            if (held[node++] < offer.Min)
            {
                return false;
            }
        }

        foreach (var supervisor in instance.Supervisors)
        {
            if (held[node++] < supervisor.Min)
            {
                return false;
            }
        }

        foreach (var host in instance.Hosts)
        {
            if (held[node++] < host.Min)
            {
                return false;
            }
        }

        return true;
    }
}
