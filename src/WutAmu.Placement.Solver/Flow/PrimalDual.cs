namespace WutAmu.Placement.Solver.Flow;

/// <summary>
/// Minimum-cost flow by the primal-dual method (Ford, Fulkerson 1957; Ahuja, Magnanti, Orlin 1993, ch. 9.8) for small whole costs: everybody starts on the cheapest arc, what is
/// too much at a node goes along shortest paths to where it is missing, all paths of one length in one phase. Distances come from buckets (Dial 1969), so a phase is linear.
/// Works on <see cref="FlowState"/> inside its bounds; node prices come for free.
/// </summary>
/// <param name="costs">By arc.</param>
internal sealed class PrimalDual(FlowState state, int[] costs)
{
    private const int Far = int.MaxValue;
    private const int FewUnits = 512;

    private readonly int[] first = state.First;
    private readonly int[] end = state.End;
    private readonly int[] head = state.Head;
    private readonly int[] above = state.Above;
    private readonly int[] min = state.Min;
    private readonly int[] max = state.Max;
    private readonly int[] flow = state.Flow;
    private readonly int[] at = state.At;
    private readonly int[] nextAt = state.NextAt;
    private readonly int[] firstAt = state.FirstAt;
    private readonly int root = state.Root;

    private readonly int[] price = new int[state.Root + 1];
    private readonly int[] excess = new int[state.Root + 1];
    private readonly int[] distance = new int[state.Root + 1];
    private readonly bool[] settled = new bool[state.Root + 1];
    private readonly List<int> touched = [];
    private readonly List<int> sources = [];

    // Buckets: entry lists by distance.
    private readonly List<int> entryNode = [];
    private readonly List<int> entryNext = [];
    private int[] bucket = new int[64];

    /// <summary>Prices of the nodes, the root 0. Where <see cref="Solve"/> failed: prices that prove it, when what is reached is raised far enough.</summary>
    public int[] Prices => price;

    /// <summary>After a failure: true for nodes from which nothing more can leave.</summary>
    public bool[] Stuck { get; private set; } = [];

    /// <returns>False: no flow meets the bounds.</returns>
    public bool Solve(CancellationToken cancellationToken)
    {
        var ways = new FreeWays(state, costs, price, excess, sources);
        TakeCheapest();
        FillLimits();
        Array.Fill(distance, Far);
        Array.Fill(bucket, -1);
        while (HasSources())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!RaisePrices())
            {
                return false;
            }

            // Short paths first, which most take; the last few go by whatever path there is, so that the next distance is greater.
            ways.Layer();
            ways.AugmentAll(alongLayers: true);
            if (HasSources() && Excess() <= FewUnits)
            {
                ways.AugmentAll(alongLayers: false);
            }
        }

        var shift = price[root];
        for (var node = 0; node <= root; node++)
        {
            price[node] -= shift;
        }

        return true;
    }

    private long Excess()
    {
        var sum = 0L;
        foreach (var source in sources)
        {
            sum += excess[source];
        }

        return sum;
    }

    private void TakeCheapest()
    {
        for (var s = 0; s < at.Length; s++)
        {
            var best = at[s];
            for (var a = first[s]; a < end[s]; a++)
            {
                if (costs[a] < costs[best])
                {
                    best = a;
                }
            }

            if (best != at[s])
            {
                state.Move(s, best);
            }
        }
    }

    // With all prices 0 every flow inside the bounds is as good as any other: the nearest to what comes in.
    private void FillLimits()
    {
        for (var s = 0; s < at.Length; s++)
        {
            excess[head[at[s]]]++;
        }

        for (var node = 0; node < root; node++)
        {
            flow[node] = Math.Max(min[node], Math.Min(excess[node], max[node]));
            excess[above[node]] += flow[node];
            excess[node] -= flow[node];
        }

        excess[root] -= at.Length;
        for (var node = 0; node <= root; node++)
        {
            if (excess[node] > 0)
            {
                sources.Add(node);
            }
        }
    }

    private bool HasSources()
    {
        sources.RemoveAll(node => excess[node] <= 0);
        return sources.Count > 0;
    }

    /// <summary>
    /// Distances from all sources, as far as enough is lacking to take half of what is too much; prices rise by what is missing to that distance. Reduced costs stay
    /// at least 0 whatever the distance, and every shortest path inside it becomes one of cost 0: a greater one saves phases.
    /// </summary>
    private bool RaisePrices()
    {
        entryNode.Clear();
        entryNext.Clear();
        var reach = Far;
        var lacking = 0L;
        var farthest = -1;
        var enough = (Excess() + 1) / 2;
        var greatest = 0;
        foreach (var source in sources)
        {
            Relax(source, 0);
        }

        for (var d = 0; d <= greatest && d < reach; d++)
        {
            for (var entry = bucket[d]; entry >= 0 && d < reach; entry = bucket[d])
            {
                bucket[d] = entryNext[entry];
                var node = entryNode[entry];
                // An entry is void once a shorter way was found.
                if (distance[node] == d && !settled[node])
                {
                    settled[node] = true;
                    if (excess[node] < 0)
                    {
                        lacking -= excess[node];
                        farthest = d;
                        if (lacking >= enough)
                        {
                            reach = d;
                            break;
                        }
                    }

                    Settle(node, d);
                }
            }
        }

        for (var d = 0; d <= greatest && d < bucket.Length; d++)
        {
            bucket[d] = -1;
        }

        // Less than enough: what there is.
        reach = reach == Far && farthest >= 0 ? farthest : reach;
        if (reach == Far)
        {
            Stuck = new bool[root + 1];
            foreach (var node in touched)
            {
                Stuck[node] = true;
            }

            return false;
        }

        foreach (var node in touched)
        {
            if (distance[node] < reach)
            {
                price[node] += reach - distance[node];
            }

            distance[node] = Far;
            settled[node] = false;
        }

        touched.Clear();
        return true;

        void Settle(int node, int d)
        {
            var here = price[node];
            if (node != root && flow[node] < max[node])
            {
                Relax(above[node], d + price[above[node]] - here);
            }

            for (var s = firstAt[node]; s >= 0; s = nextAt[s])
            {
                var start = d - costs[at[s]] - here;
                for (var a = first[s]; a < end[s]; a++)
                {
                    var to = head[a];
                    var through = start + costs[a] + price[to];
                    if (through < distance[to])
                    {
                        Relax(to, through);
                    }
                }
            }

            for (var c = state.ChildStart[node]; c < state.ChildStart[node + 1]; c++)
            {
                var child = state.Children[c];
                if (flow[child] > min[child])
                {
                    Relax(child, d + price[child] - here);
                }
            }
        }

        void Relax(int node, int through)
        {
            if (through >= distance[node])
            {
                return;
            }

            if (distance[node] == Far)
            {
                touched.Add(node);
            }

            distance[node] = through;
            if (through >= bucket.Length)
            {
                var old = bucket.Length;
                Array.Resize(ref bucket, Math.Max(through + 1, old * 2));
                Array.Fill(bucket, -1, old, bucket.Length - old);
            }

            greatest = Math.Max(greatest, through);
            entryNode.Add(node);
            entryNext.Add(bucket[through]);
            bucket[through] = entryNode.Count - 1;
        }
    }
}
