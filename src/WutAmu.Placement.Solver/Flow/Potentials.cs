namespace WutAmu.Placement.Solver.Flow;

/// <summary>
/// Node prices of an optimal flow: shortest distances in its residual network by queue-based Bellman-Ford (OR-Tools gives no dual prices).
/// With all distances started at 0 every node is reached, also where the root is not.
/// </summary>
internal sealed class Potentials(int nodeCount)
{
    private readonly List<(int From, int To, long Cost)> residual = [];

    public void Add(int from, int to, long cost, int min, int max, int flow)
    {
        if (flow < max)
        {
            residual.Add((from, to, cost));
        }

        if (flow > min)
        {
            residual.Add((to, from, -cost));
        }
    }

    /// <returns>π with cost + π(to) − π(from) ≥ 0 on every residual arc, and π(<paramref name="root"/>) = 0.</returns>
    /// <exception cref="InvalidOperationException">The residual network has a negative cycle: the flow is not optimal.</exception>
    public long[] Solve(int root)
    {
        var into = new List<(int From, long Cost)>[nodeCount];
        for (var node = 0; node < nodeCount; node++)
        {
            into[node] = [];
        }

        foreach (var (from, to, cost) in residual)
        {
            into[to].Add((from, cost));
        }

        var price = new long[nodeCount];
        var hops = new int[nodeCount];
        var queued = new bool[nodeCount];
        var queue = new Queue<int>(Enumerable.Range(0, nodeCount));
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
                if (hops[from] > nodeCount)
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

        var shift = price[root];
        for (var node = 0; node < nodeCount; node++)
        {
            price[node] -= shift;
        }

        return price;
    }
}
