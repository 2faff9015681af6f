using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Effects for policies of additive levels on instances whose limits nest (offer in supervisor in host): each answer is one shortest path in the residual
/// network of an optimum, through every node, the root included. A worst rank is not additive: one network for each k that is looked at.
/// </summary>
internal sealed class FlowEffects<T> : IPolicyEffects
    where T : struct, IPackedCost<T>
{
    private readonly Instance instance;
    private readonly Roster roster;
    private readonly PolicyName policy;
    private readonly LevelCosts costs;
    private readonly CancellationToken cancellationToken;
    private readonly SoftNetwork<T>?[] networks;
    private readonly bool leastWorstRank;
    private readonly int beforeWorstRank;
    private int[]? lotteryOrder;

    public FlowEffects(Instance instance, Roster roster, PolicyName policy, LevelCosts costs, CancellationToken cancellationToken)
    {
        this.instance = instance;
        this.roster = roster;
        this.policy = policy;
        this.costs = costs;
        this.cancellationToken = cancellationToken;
        networks = new SoftNetwork<T>?[roster.GreatestRank + 2];
        leastWorstRank = policy.Name == PolicyName.MinRegretGreedy;
        beforeWorstRank = policy.KeepPublished ? 3 : 2;
        Base = Ask(network => network.Totals) ?? throw new InvalidOperationException("A network has no totals.");
    }

    public Outcome Base { get; }

    public Outcome Forced(int student, int? offer) => Ask(network => network.Forced(student, offer)) ?? new(false, [], []);

    public Outcome More(NetworkLimit limit) => Ask(network => network.More(PositionOf(network, limit))) ?? Base;

    public Outcome Fewer(NetworkLimit limit) => Ask(network => network.Fewer(PositionOf(network, limit))) ?? Base;

    public (int? Offer, Outcome Outcome) Without(int student, int? offer)
    {
        Outcome? best = null;
        var equal = new List<int?>();
        foreach (var option in roster.OptionsOf(student))
        {
            Try(option.Offer);
        }

        Try(null);
        var reached = best ?? throw new InvalidOperationException($"The student at position {student} has no arc.");
        return (equal.Count == 1 ? equal[0] : Drawn(student, offer, reached), reached);

        void Try(int? other)
        {
            if (other == offer || Forced(student, other) is not { Key.Length: > 0 } outcome)
            {
                return;
            }

            if (best is null || outcome.CompareTo(best) < 0)
            {
                best = outcome;
                equal.Clear();
            }

            if (outcome.CompareTo(best) == 0)
            {
                equal.Add(other);
            }
        }
    }

    /// <summary>What the levels leave open is drawn among all students, as in every result.</summary>
    private int? Drawn(int student, int? lost, Outcome best)
    {
        if (!best.Feasible)
        {
            return null;
        }

        var worstRank = leastWorstRank ? (int)best.Key[beforeWorstRank] : roster.GreatestRank + 1;
        return Network(worstRank).Drawn(student, lost, lotteryOrder ??= roster.LotteryOrder(), cancellationToken);
    }

    private static int PositionOf(SoftNetwork<T> network, NetworkLimit limit) => limit.Tail - network.Positions.StudentCount;

    private Outcome? Ask(Func<SoftNetwork<T>, long[]?> question)
    {
        if (question(Network(roster.GreatestRank + 1)) is not { } top)
        {
            return null;
        }

        if (!leastWorstRank)
        {
            return Read(top, null);
        }

        var (low, high, best) = (roster.WorstPinnedRank, roster.GreatestRank + 1, top);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (question(Network(middle)) is { } totals && totals.AsSpan(0, beforeWorstRank).SequenceEqual(top.AsSpan(0, beforeWorstRank)))
            {
                (high, best) = (middle, totals);
            }
            else
            {
                low = middle + 1;
            }
        }

        return Read(best, low);
    }

    private SoftNetwork<T> Network(int worstRank) => networks[worstRank] ??= new(instance, roster, costs, worstRank, cancellationToken);

    private Outcome Read(long[] totals, int? worstRank)
    {
        var more = worstRank is null ? 0 : 1;
        var levels = new Level[costs.Levels.Count + more];
        var key = new long[totals.Length + more];
        key[0] = totals[0];
        var at = 0;
        for (var l = 0; l <= costs.Levels.Count; l++)
        {
            if (worstRank is { } worst && l == beforeWorstRank - 1)
            {
                levels[at++] = Outcome.At("worst-rank", worst);
                key[at] = worst;
            }

            if (l < costs.Levels.Count)
            {
                levels[at++] = Outcome.At(costs.Levels[l].Name, costs.Levels[l].ValueOf(totals[l + 1]));
                key[at] = totals[l + 1];
            }
        }

        return new(totals[0] == 0, levels, key);
    }
}
