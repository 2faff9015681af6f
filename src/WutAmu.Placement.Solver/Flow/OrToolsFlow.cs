using Google.OrTools.Graph;

namespace WutAmu.Placement.Solver.Flow;

/// <summary>A level solved by OR-Tools' cost-scaling minimum-cost flow, which takes costs of any size and gives no prices; those come from its residual network.</summary>
internal static class OrToolsFlow
{
    /// <summary>Moves the state, which has a flow, to the flow of least cost.</summary>
    /// <returns>Node prices that prove it least (root 0).</returns>
    public static long[] Solve(FlowState state, long[] costs, CancellationToken cancellationToken)
    {
        using var solver = new MinCostFlow();
        // Nodes of the network first, then a node for each student.
        var supply = new long[state.Root + 1 + state.StudentCount];
        var arcs = new int[costs.Length];
        for (var s = 0; s < state.StudentCount; s++)
        {
            supply[state.Root + 1 + s] = 1;
            for (var a = state.First[s]; a < state.End[s]; a++)
            {
                arcs[a] = solver.AddArcWithCapacityAndUnitCost(state.Root + 1 + s, state.Head[a], 1, costs[a]);
            }
        }

        supply[state.Root] -= state.StudentCount;
        var limits = new int[state.Root];
        for (var node = 0; node < state.Root; node++)
        {
            limits[node] = solver.AddArcWithCapacityAndUnitCost(node, state.Above[node], state.Max[node] - state.Min[node], 0);
            supply[node] -= state.Min[node];
            supply[state.Above[node]] += state.Min[node];
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

        for (var s = 0; s < state.StudentCount; s++)
        {
            for (var a = state.First[s]; a < state.End[s]; a++)
            {
                if (solver.Flow(arcs[a]) == 1 && state.At[s] != a)
                {
                    state.Move(s, a);
                }
            }
        }

        for (var node = 0; node < state.Root; node++)
        {
            state.Flow[node] = state.Min[node] + (int)solver.Flow(limits[node]);
        }

        return Prices(state, costs);
    }

    /// <summary>Shortest distances to the root in the residual network by queue-based Bellman-Ford; started at 0 everywhere, so that every node is reached.</summary>
    /// <exception cref="InvalidOperationException">The residual network has a negative cycle: the flow is not optimal.</exception>
    private static long[] Prices(FlowState state, long[] costs)
    {
        var nodes = state.Root + 1;
        var into = new List<(int From, long Cost)>[nodes];
        for (var node = 0; node < nodes; node++)
        {
            into[node] = [];
        }

        for (var node = 0; node < state.Root; node++)
        {
            if (state.Flow[node] < state.Max[node])
            {
                into[state.Above[node]].Add((node, 0));
            }

            if (state.Flow[node] > state.Min[node])
            {
                into[node].Add((state.Above[node], 0));
            }
        }

        for (var s = 0; s < state.StudentCount; s++)
        {
            for (var a = state.First[s]; a < state.End[s]; a++)
            {
                if (a != state.At[s])
                {
                    into[state.Head[a]].Add((state.NodeOf(s), costs[a] - costs[state.At[s]]));
                }
            }
        }

        var price = new long[nodes];
        var hops = new int[nodes];
        var queued = new bool[nodes];
        var queue = new Queue<int>(Enumerable.Range(0, nodes));
        Array.Fill(queued, true);
        while (queue.TryDequeue(out var to))
        {
            queued[to] = false;
            foreach (var (from, cost) in into[to])
            {
                var through = cost + price[to];
                if (through >= price[from])
                {
                    continue;
                }

                price[from] = through;
                hops[from] = hops[to] + 1;
                if (hops[from] > nodes)
                {
                    throw new InvalidOperationException("The residual network has a negative cycle: the flow is not optimal.");
                }

                if (!queued[from])
                {
                    queued[from] = true;
                    queue.Enqueue(from);
                }
            }
        }

        var shift = price[state.Root];
        for (var node = 0; node < nodes; node++)
        {
            price[node] -= shift;
        }

        return price;
    }
}
