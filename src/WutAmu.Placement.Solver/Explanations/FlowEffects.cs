using System.Numerics;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Effects for policies of additive levels on instances whose limits nest (offer in supervisor in host): each answer is one shortest path in the residual
/// network of an optimum, through every node, the root included. A worst rank is not additive: one network for each k that is looked at.
/// </summary>
internal sealed class FlowEffects<T> : IPolicyEffects
    where T : struct, IBinaryInteger<T>
{
    private readonly Instance instance;
    private readonly Roster roster;
    private readonly LevelCosts costs;
    private readonly CancellationToken cancellationToken;
    private readonly Dictionary<int, SoftNetwork<T>> networks = [];
    private readonly bool leastWorstRank;
    private readonly int beforeWorstRank;

    public FlowEffects(Instance instance, Roster roster, PolicyName policy, LevelCosts costs, CancellationToken cancellationToken)
    {
        this.instance = instance;
        this.roster = roster;
        this.costs = costs;
        this.cancellationToken = cancellationToken;
        leastWorstRank = policy.Name == PolicyName.MinRegretGreedy;
        beforeWorstRank = policy.KeepPublished ? 3 : 2;
        Base = Ask(network => network.Totals) ?? throw new InvalidOperationException("A network has no totals.");
    }

    public Outcome Base { get; }

    public Outcome Forced(int student, int? offer) => Ask(network => network.Forced(student, offer)) ?? new(false, [], []);

    public Outcome More(NetworkLimit limit) => Ask(network => network.More(PositionOf(network, limit))) ?? Base;

    public Outcome Fewer(NetworkLimit limit) => Ask(network => network.Fewer(PositionOf(network, limit))) ?? Base;

    public (int? Offer, Outcome Outcome) Without(int student, int? offer) =>
        roster.OptionsOf(student)
            .Where(option => option.Offer != offer)
            .OrderBy(option => option.RankOrOffList)
            .ThenBy(option => instance.Offers[option.Offer].Id, StringComparer.Ordinal)
            .Select(option => (int?)option.Offer)
            .Append(null)
            .Where(other => other != offer)
            .Select(other => (Offer: other, Outcome: Forced(student, other)))
            .Where(other => other.Outcome.Key.Count > 0)
            .MinBy(other => other.Outcome); // first of equals: LINQ keeps the order

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

    private SoftNetwork<T> Network(int worstRank)
    {
        if (!networks.TryGetValue(worstRank, out var network))
        {
            network = new(instance, roster, costs, worstRank, cancellationToken);
            networks.Add(worstRank, network);
        }

        return network;
    }

    private Outcome Read(long[] totals, int? worstRank)
    {
        var values = costs.Levels.Select((level, l) => (level.Name, level.ValueOf(totals[l + 1]))).ToList();
        var key = totals.ToList();
        if (worstRank is { } worst)
        {
            values.Insert(beforeWorstRank - 1, ("worst-rank", worst));
            key.Insert(beforeWorstRank, worst);
        }

        return new(totals[0] == 0, values, key);
    }
}
