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
    private readonly int likely;
    private int[]? lotteryOrder;

    /// <param name="likely">The worst rank of the result: where the least one is looked for first.</param>
    public FlowEffects(Instance instance, Roster roster, PolicyName policy, LevelCosts costs, int likely, CancellationToken cancellationToken)
    {
        this.likely = likely;
        this.instance = instance;
        this.roster = roster;
        this.policy = policy;
        this.costs = costs;
        this.cancellationToken = cancellationToken;
        networks = new SoftNetwork<T>?[roster.GreatestRank + 2];
        leastWorstRank = policy.Name == PolicyName.MinRegretGreedy;
        beforeWorstRank = policy.KeepPublished ? 3 : 2;
        Base = Ask(network => network.Totals, Change.None) ?? throw new InvalidOperationException("A network has no totals.");
    }

    public Outcome Base { get; }

    public Outcome Forced(int student, int? offer) => Ask(network => network.Forced(student, offer), Change.Narrower) ?? new(false, [], []);

    public Outcome More(NetworkLimit limit) => Ask(network => network.More(PositionOf(network, limit)), Change.Wider) ?? Base;

    public Outcome Fewer(NetworkLimit limit) => Ask(network => network.Fewer(PositionOf(network, limit)), Change.Narrower) ?? Base;

    public (int? Offer, Outcome Outcome) Without(int student, int? offer)
    {
        var reached = Ask(network => BestOf(network, null), Change.Narrower) ?? throw new InvalidOperationException($"The student at position {student} has no arc.");
        var equal = new List<int?>();
        BestOf(Network(WorstRankOf(reached)), equal);
        return (equal.Count == 1 ? equal[0] : Drawn(student, offer, reached), reached);

        // Of all that the student may have instead; what is as good, in that network, too.
        long[]? BestOf(SoftNetwork<T> network, List<int?>? asGood)
        {
            long[]? best = null;
            foreach (var option in roster.OptionsOf(student))
            {
                Try(option.Offer);
            }

            Try(null);
            return best;

            void Try(int? other)
            {
                if (other == offer || network.Forced(student, other) is not { } totals)
                {
                    return;
                }

                var compared = best is null ? -1 : totals.AsSpan().SequenceCompareTo(best);
                if (compared < 0)
                {
                    best = totals;
                    asGood?.Clear();
                }

                if (compared <= 0)
                {
                    asGood?.Add(other);
                }
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

        return Network(WorstRankOf(best)).Drawn(student, lost, lotteryOrder ??= roster.LotteryOrder(), cancellationToken);
    }

    /// <summary>The network whose optimum an outcome is.</summary>
    private int WorstRankOf(Outcome outcome) => leastWorstRank ? (int)outcome.Key[beforeWorstRank] : roster.GreatestRank + 1;

    private static int PositionOf(SoftNetwork<T> network, NetworkLimit limit) => limit.Tail - network.Positions.StudentCount;

    /// <summary>
    /// The least worst rank that gives up nothing of the levels before it. Mostly it is the one that is reached as things are, so that one is looked at first: what is narrower has
    /// no better one while it keeps those levels, and needs no other network then.
    /// </summary>
    private Outcome? Ask(Func<SoftNetwork<T>, long[]?> question, Change change)
    {
        var any = roster.GreatestRank + 1;
        if (!leastWorstRank)
        {
            return question(Network(any)) is { } only ? Read(only, null) : null;
        }

        var (now, known) = change == Change.None ? (likely, null) : (WorstRankOf(Base), Base.Key);
        var atNow = change == Change.Narrower ? question(Network(now)) : null;
        if (atNow is not null && IsAsGood(atNow, known))
        {
            return Read(atNow, now);
        }

        if (question(Network(any)) is not { } top)
        {
            return null;
        }

        // What it is now stays a bound while the levels before it stay; else it is the best guess.
        var (low, high, best) = (roster.WorstPinnedRank, any, top);
        var (next, isBound) = (now, IsAsGood(top, known));
        if (isBound && change == Change.Narrower)
        {
            (low, next) = (now + 1, now + 1);
        }
        else if (isBound && change == Change.Wider)
        {
            (high, best, next) = (now, question(Network(now)) ?? throw new InvalidOperationException($"Rank {now} was enough with a place fewer."), now - 1);
        }

        while (low < high)
        {
            var middle = next >= low && next < high ? next : (low + high) / 2;
            next = -1;
            if (question(Network(middle)) is { } totals && IsAsGood(totals, top))
            {
                (high, best, next) = (middle, totals, middle - 1);
            }
            else
            {
                low = middle + 1;
            }
        }

        return Read(best, low);
    }

    private bool IsAsGood(long[] totals, long[]? than) => than is not null && totals.AsSpan(0, beforeWorstRank).SequenceEqual(than.AsSpan(0, beforeWorstRank));

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

    /// <summary>What a question changes.</summary>
    private enum Change
    {
        None,

        /// <summary>It allows no matching that is not allowed as things are.</summary>
        Narrower,

        /// <summary>It forbids none.</summary>
        Wider,
    }
}
