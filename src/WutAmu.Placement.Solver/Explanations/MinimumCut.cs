namespace WutAmu.Placement.Solver.Explanations;

/// <summary>A cut of least capacity between two nodes, by the greatest flow (Dinic 1970). Arcs are made once; capacities are set anew for each question.</summary>
internal sealed class MinimumCut(int nodeCount, int source, int sink)
{
    /// <summary>More than all other capacities together.</summary>
    public const long Endless = 1L << 60;

    // Arcs 2i and 2i + 1 are each other's reverse.
    private int[] heads = new int[256];
    private int[] nextArc = new int[256];
    private long[] free = new long[256];
    private int count;
    private readonly int[] firstArc = Filled(nodeCount);
    private readonly int[] current = new int[nodeCount];
    private readonly int[] layer = new int[nodeCount];
    private readonly int[] queue = new int[nodeCount];

    /// <summary>Arcs looked at so far: the same on every machine.</summary>
    public long Steps { get; private set; }

    /// <returns>The arc's number.</returns>
    public int Add(int tail, int head)
    {
        Append(tail, head);
        Append(head, tail);
        return count - 2;
    }

    public void SetCapacity(int arc, long capacity) => (free[arc], free[arc + 1]) = (capacity, 0);

    /// <summary>Finds the cut; <see cref="IsOnSourceSide"/> tells it. Capacities are set for every arc before.</summary>
    /// <returns>False: it would take more steps than these, all counted from the first question on.</returns>
    public bool Find(long mostSteps)
    {
        while (Steps <= mostSteps && FindLayers())
        {
            Array.Copy(firstArc, current, nodeCount);
            FillLayers(mostSteps);
        }

        return Steps <= mostSteps;
    }

    /// <summary>Of the cut with the fewest nodes on that side.</summary>
    public bool IsOnSourceSide(int node) => layer[node] >= 0;

    private void Append(int tail, int head)
    {
        if (count == heads.Length)
        {
            Array.Resize(ref heads, 2 * count);
            Array.Resize(ref nextArc, 2 * count);
            Array.Resize(ref free, 2 * count);
        }

        (heads[count], nextArc[count]) = (head, firstArc[tail]);
        firstArc[tail] = count++;
    }

    private bool FindLayers()
    {
        Array.Fill(layer, -1);
        layer[source] = 0;
        queue[0] = source;
        var steps = 0L;
        for (var (from, to) = (0, 1); from < to; from++)
        {
            var next = layer[queue[from]] + 1;
            for (var arc = firstArc[queue[from]]; arc >= 0; arc = nextArc[arc])
            {
                steps++;
                if (free[arc] > 0 && layer[heads[arc]] < 0)
                {
                    layer[heads[arc]] = next;
                    queue[to++] = heads[arc];
                }
            }
        }

        Steps += steps;

        return layer[sink] >= 0;
    }

    /// <summary>Pushes along paths of one length until none is left.</summary>
    private void FillLayers(long mostSteps)
    {
        var path = new List<int>();
        var node = source;
        while (Steps <= mostSteps)
        {
            if (node == sink)
            {
                var most = long.MaxValue;
                foreach (var arc in path)
                {
                    most = Math.Min(most, free[arc]);
                }

                var full = path.Count;
                for (var i = path.Count - 1; i >= 0; i--)
                {
                    var arc = path[i];
                    free[arc] -= most;
                    free[arc ^ 1] += most;
                    full = free[arc] == 0 ? i : full;
                }

                node = heads[path[full] ^ 1];
                path.RemoveRange(full, path.Count - full);
            }

            var next = current[node];
            while (next >= 0 && !(free[next] > 0 && layer[heads[next]] == layer[node] + 1))
            {
                Steps++;
                next = nextArc[next];
            }

            Steps++;
            current[node] = next;
            if (next >= 0)
            {
                path.Add(next);
                node = heads[next];
            }
            else if (node == source)
            {
                return;
            }
            else
            {
                // A dead end: not entered again in these layers.
                node = heads[path[^1] ^ 1];
                path.RemoveAt(path.Count - 1);
                current[node] = nextArc[current[node]];
            }
        }
    }

    private static int[] Filled(int length)
    {
        var all = new int[length];
        Array.Fill(all, -1);
        return all;
    }
}
