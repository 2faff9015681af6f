using Google.OrTools.Graph;

namespace WutAmu.Placement.Solver.Flow;

/// <summary>
/// A flow and the set of all flows equal to it in every objective so far (the optimal face): each arc's bounds, narrowed by complementary slackness.
/// </summary>
internal sealed class FlowFace
{
    private readonly PlacementNetwork network;
    private readonly int[] min;
    private readonly int[] max;
    private int[] flow;

    private FlowFace(PlacementNetwork network, int[] min, int[] max, int[] flow)
    {
        this.network = network;
        this.min = min;
        this.max = max;
        this.flow = flow;
    }

    public PlacementNetwork Network => network;

    public IReadOnlyList<int> Flow => flow;

    /// <summary>All flows that meet the bounds.</summary>
    /// <returns>Null if there is none; then <paramref name="pricesOfInfeasibility"/> proves it (see <c>Certificate.WorstRank</c>), else it is empty.</returns>
    public static FlowFace? Feasible(PlacementNetwork network, CancellationToken cancellationToken, out long[] pricesOfInfeasibility)
    {
        var arcs = network.Arcs;
        pricesOfInfeasibility = [];
        var reward = network.StudentCount + 1L;
        var cost = new long[arcs.Count];
        for (var a = 0; a < network.StudentArcCount; a++)
        {
            cost[a] = arcs[a].To == network.Root ? 1 : 0;
        }

        // The first Min units of an arc earn a reward greater than anything else can: if not all are earned, no flow meets the bounds.
        var needed = arcs.Sum(arc => (long)arc.Min);
        using var solver = new MinCostFlow();
        var rewarded = new int[arcs.Count];
        var plain = new int[arcs.Count];
        for (var a = 0; a < arcs.Count; a++)
        {
            var arc = arcs[a];
            var first = Math.Min(arc.Min, arc.Max);
            rewarded[a] = first > 0 ? solver.AddArcWithCapacityAndUnitCost(arc.From, arc.To, first, cost[a] - reward) : -1;
            plain[a] = solver.AddArcWithCapacityAndUnitCost(arc.From, arc.To, arc.Max - first, cost[a]);
        }

        SetSupplies(network, solver);
        cancellationToken.ThrowIfCancellationRequested();
        var status = solver.SolveMaxFlowWithMinCost();
        if (status != MinCostFlowBase.Status.OPTIMAL)
        {
            throw new InvalidOperationException($"The flow solver answered {status}.");
        }

        var flow = new int[arcs.Count];
        var earned = 0L;
        for (var a = 0; a < arcs.Count; a++)
        {
            var first = rewarded[a] >= 0 ? (int)solver.Flow(rewarded[a]) : 0;
            earned += first;
            flow[a] = first + (int)solver.Flow(plain[a]);
        }

        var complete = solver.MaximumFlow() == network.StudentCount;
        if (earned == needed && complete)
        {
            return new(network, [.. arcs.Select(arc => arc.Min)], [.. arcs.Select(arc => arc.Max)], flow);
        }

        if (complete)
        {
            // Residual network of the rewarded problem, as two parallel arcs each.
            var potentials = new Potentials(network.NodeCount);
            for (var a = 0; a < arcs.Count; a++)
            {
                var arc = arcs[a];
                var first = rewarded[a] >= 0 ? (int)solver.Flow(rewarded[a]) : 0;
                potentials.Add(arc.From, arc.To, cost[a] - reward, 0, Math.Min(arc.Min, arc.Max), first);
                potentials.Add(arc.From, arc.To, cost[a], 0, arc.Max - Math.Min(arc.Min, arc.Max), flow[a] - first);
            }

            pricesOfInfeasibility = potentials.Solve(network.Root);
        }

        return null;
    }

    /// <summary>Moves to the flow of least <paramref name="cost"/> on the face, and narrows the face to the flows of that cost.</summary>
    /// <returns>The total, and node prices that prove it least (root 0).</returns>
    public (long Total, long[] Prices) Minimise(long[] cost, CancellationToken cancellationToken)
    {
        var arcs = network.Arcs;
        if (cost.Any(c => c != 0))
        {
            using var solver = new MinCostFlow();
            var supply = new long[network.NodeCount];
            for (var s = 0; s < network.StudentCount; s++)
            {
                supply[s]++;
            }

            supply[network.Root] -= network.StudentCount;
            for (var a = 0; a < arcs.Count; a++)
            {
                solver.AddArcWithCapacityAndUnitCost(arcs[a].From, arcs[a].To, max[a] - min[a], cost[a]);
                supply[arcs[a].From] -= min[a];
                supply[arcs[a].To] += min[a];
            }

            for (var node = 0; node < supply.Length; node++)
            {
                solver.SetNodeSupply(node, supply[node]);
            }

            cancellationToken.ThrowIfCancellationRequested();
            var status = solver.Solve();
            if (status != MinCostFlowBase.Status.OPTIMAL)
            {
                throw new InvalidOperationException($"The flow solver answered {status}.");
            }

            flow = new int[arcs.Count];
            for (var a = 0; a < arcs.Count; a++)
            {
                flow[a] = min[a] + (int)solver.Flow(a);
            }
        }

        var potentials = new Potentials(network.NodeCount);
        for (var a = 0; a < arcs.Count; a++)
        {
            potentials.Add(arcs[a].From, arcs[a].To, cost[a], min[a], max[a], flow[a]);
        }

        var prices = potentials.Solve(network.Root);
        var total = 0L;
        for (var a = 0; a < arcs.Count; a++)
        {
            total = checked(total + (cost[a] * flow[a]));
            var reduced = cost[a] + prices[arcs[a].To] - prices[arcs[a].From];
            if (reduced > 0)
            {
                max[a] = flow[a];
            }
            else if (reduced < 0)
            {
                min[a] = flow[a];
            }
        }

        return (total, prices);
    }

    /// <summary>
    /// Serves students in <paramref name="order"/>: each gets the best rank that some flow of the face gives while keeping the earlier students' ranks;
    /// then, in the same order, the ordinally smallest offer of that rank. Unplaced is worse than off-list, off-list worse than any rank.
    /// </summary>
    public void ServeInOrder(IReadOnlyList<int> order, CancellationToken cancellationToken)
    {
        var offers = network.Instance.Offers;
        var search = new ResidualSearch(network, min, max, flow);
        var arcsOf = new List<int>[network.StudentCount];
        for (var s = 0; s < arcsOf.Length; s++)
        {
            arcsOf[s] = [];
        }

        for (var a = 0; a < network.StudentArcCount; a++)
        {
            arcsOf[network.Arcs[a].From].Add(a);
        }

        int RankOf(int arc) => network.Arcs[arc].Option?.RankOrOffList ?? int.MaxValue;
        foreach (var student in order)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var mine = arcsOf[student];
            foreach (var arc in mine.OrderBy(RankOf))
            {
                var current = mine.Single(a => flow[a] == 1);
                if (RankOf(arc) >= RankOf(current))
                {
                    break;
                }

                search.TryMove(current, arc);
            }

            var served = mine.Single(a => flow[a] == 1);
            foreach (var arc in mine.Where(arc => RankOf(arc) != RankOf(served)))
            {
                max[arc] = 0;
            }
        }

        foreach (var student in order)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var mine = arcsOf[student].Where(arc => max[arc] > 0 && network.Arcs[arc].Option is not null)
                .OrderBy(arc => offers[network.Arcs[arc].To - network.OfferStart].Id, StringComparer.Ordinal)
                .ToList();
            foreach (var arc in mine)
            {
                var current = mine.Single(a => flow[a] == 1);
                if (arc == current || search.TryMove(current, arc))
                {
                    break;
                }
            }

            foreach (var arc in mine)
            {
                max[arc] = flow[arc];
                min[arc] = flow[arc];
            }
        }
    }

    private static void SetSupplies(PlacementNetwork network, MinCostFlow solver)
    {
        for (var s = 0; s < network.StudentCount; s++)
        {
            solver.SetNodeSupply(s, 1);
        }

        solver.SetNodeSupply(network.Root, -network.StudentCount);
    }
}
