namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// A flow of least cost and its residual network: edges in pairs, edge e and its reverse e ^ 1. Least cost means no cycle of negative cost, so that
/// one unit more or less anywhere changes the optimum by a shortest path (successive shortest paths: Ahuja, Magnanti, Orlin 1993, ch. 9.7).
/// </summary>
/// <typeparam name="T">Costs of all levels, packed.</typeparam>
internal sealed class ResidualNetwork<T>(int nodeCount)
    where T : struct, IPackedCost<T>
{
    private int count;
    private int[] heads = new int[1024];
    private int[] free = new int[1024];
    private T[] costs = new T[1024];

    // Edges from node v: outgoing[first[v]] to before first[v + 1]. Laid out by the first search; no edge is added after it.
    private int[]? first;
    private int[] outgoing = [];

    // For the flow as it is: a potential of each node that leaves no residual edge a negative reduced cost; distances from the sources asked for.
    private T[]? currentPotential;
    private Distances?[] known = [];

    public int NodeCount => nodeCount;

    public T Total { get; private set; } = T.Zero;

    /// <returns>The edge's number; its flow starts at 0.</returns>
    public int Add(int from, int to, int capacity, T cost)
    {
        if (first is not null)
        {
            throw new InvalidOperationException("An edge is added before the first search.");
        }

        if (count == heads.Length)
        {
            Array.Resize(ref heads, 2 * count);
            Array.Resize(ref free, 2 * count);
            var wider = new T[2 * count];
            costs.CopyTo(wider, 0);
            costs = wider;
        }

        var edge = count;
        (heads[edge], free[edge], costs[edge]) = (to, capacity, cost);
        (heads[edge + 1], free[edge + 1], costs[edge + 1]) = (from, 0, T.Zero - cost);
        count += 2;
        return edge;
    }

    public int FlowOf(int edge) => free[edge ^ 1];

    public int FreeOf(int edge) => free[edge];

    public int HeadOf(int edge) => heads[edge];

    public T CostOf(int edge) => costs[edge];

    /// <summary>Sends units over one edge, whatever that costs; for a flow that is known to be of least cost.</summary>
    public void Send(int edge, int units)
    {
        Push(edge, units);
        for (; units > 0; units--)
        {
            Total += costs[edge];
        }
    }

    /// <summary>Sends one unit more from <paramref name="source"/> to <paramref name="target"/> on a cheapest path; such a path must exist.</summary>
    public void Augment(int source, int target)
    {
        var cameBy = new int[nodeCount];
        var (distance, reached) = Correct([source], cameBy);
        if (!reached[target])
        {
            throw new InvalidOperationException($"Node {target} cannot be reached from {source}.");
        }

        Total += distance[target];
        for (var node = target; node != source;)
        {
            var edge = cameBy[node];
            Push(edge, 1);
            node = heads[edge ^ 1];
        }
    }

    /// <summary>Cost of the cheapest residual path; null: none.</summary>
    public T? Distance(int source, int target)
    {
        if (known.Length == 0)
        {
            known = new Distances?[nodeCount];
        }

        var from = known[source] ??= Nearest(source);
        return from.Reached[target] ? from.Distance[target] : null;
    }

    /// <summary>
    /// The cheapest way of a unit from <paramref name="source"/> to <paramref name="target"/> that does not start with edge <paramref name="without"/>, searched no further than it is
    /// long; the flow stays as it is.
    /// </summary>
    /// <returns>Its edges, last one first, and potentials that leave no residual edge a negative reduced cost once a unit has gone it. Null: there is none.</returns>
    public (List<int> Edges, T[] Potential)? Detour(int source, int target, int without)
    {
        var before = Potential();
        var start = first ??= LayOut();
        var distance = new T[nodeCount];
        var reached = new bool[nodeCount];
        var cameBy = new int[nodeCount];
        var settled = new List<int>();
        var queue = new NearestNodes(distance);
        reached[source] = true;
        queue.Bring(source);
        while (queue.Count > 0 && queue.Take() is var node)
        {
            if (node == target)
            {
                var path = new List<int>();
                for (var at = target; at != source; at = heads[cameBy[at] ^ 1])
                {
                    path.Add(cameBy[at]);
                }

                // What is as far as the target, or farther, keeps its potential; what is nearer falls behind by the difference.
                var after = before.AsSpan().ToArray();
                foreach (var near in settled)
                {
                    after[near] = before[near] + distance[near] - distance[target];
                }

                return (path, after);
            }

            settled.Add(node);
            var here = distance[node] + before[node];
            for (var i = start[node]; i < start[node + 1]; i++)
            {
                var edge = outgoing[i];
                if (free[edge] == 0 || edge == without)
                {
                    continue;
                }

                var head = heads[edge];
                var through = here + costs[edge] - before[head];
                if (!reached[head] || through < distance[head])
                {
                    (distance[head], reached[head], cameBy[head]) = (through, true, edge);
                    queue.Bring(head);
                }
            }
        }

        return null;
    }

    /// <summary>For the flow as it is: potentials that leave no residual edge a negative reduced cost, which is cost + potential of its tail - potential of its head.</summary>
    public T[] Potential()
    {
        if (currentPotential is null)
        {
            // From everywhere at once, so that every node has one.
            var all = new int[nodeCount];
            for (var node = 0; node < nodeCount; node++)
            {
                all[node] = node;
            }

            currentPotential = Correct(all, null).Distance;
        }

        return currentPotential;
    }

    private void Push(int edge, int units)
    {
        free[edge] -= units;
        free[edge ^ 1] += units;
        currentPotential = null;
        known = [];
    }

    private int[] LayOut()
    {
        var start = new int[nodeCount + 1];
        for (var edge = 0; edge < count; edge++)
        {
            start[heads[edge ^ 1] + 1]++;
        }

        for (var node = 0; node < nodeCount; node++)
        {
            start[node + 1] += start[node];
        }

        outgoing = new int[count];
        var next = start.AsSpan(0, nodeCount).ToArray();
        for (var edge = 0; edge < count; edge++)
        {
            outgoing[next[heads[edge ^ 1]]++] = edge;
        }

        return start;
    }

    /// <summary>Dijkstra's algorithm over reduced costs, which are not negative (Johnson 1977).</summary>
    private Distances Nearest(int source)
    {
        var potential = Potential();
        var start = first ??= LayOut();
        var found = new Distances(new T[nodeCount], new bool[nodeCount]);
        var (distance, reached) = (found.Distance, found.Reached);
        var queue = new NearestNodes(distance);
        reached[source] = true;
        queue.Bring(source);
        while (queue.Count > 0)
        {
            var node = queue.Take();
            var here = distance[node] + potential[node];
            for (var i = start[node]; i < start[node + 1]; i++)
            {
                var edge = outgoing[i];
                if (free[edge] == 0)
                {
                    continue;
                }

                var head = heads[edge];
                var through = here + costs[edge] - potential[head];
                if (!reached[head] || through < distance[head])
                {
                    distance[head] = through;
                    reached[head] = true;
                    queue.Bring(head);
                }
            }
        }

        var shift = potential[source];
        for (var node = 0; node < nodeCount; node++)
        {
            if (reached[node])
            {
                distance[node] = distance[node] + potential[node] - shift;
            }
        }

        return found;
    }

    // Queue-based Bellman-Ford: costs may be negative, cycles may not.
    private (T[] Distance, bool[] Reached) Correct(int[] sources, int[]? cameBy)
    {
        var start = first ??= LayOut();
        var distance = new T[nodeCount];
        var reached = new bool[nodeCount];
        var queued = new bool[nodeCount];
        // A node is queued once at a time: a ring of as many places is enough.
        var queue = new int[nodeCount];
        var (front, length) = (0, 0);
        foreach (var source in sources)
        {
            reached[source] = queued[source] = true;
            queue[length++] = source;
        }

        while (length > 0)
        {
            var node = queue[front];
            front = front + 1 == nodeCount ? 0 : front + 1;
            length--;
            queued[node] = false;
            var here = distance[node];
            for (var i = start[node]; i < start[node + 1]; i++)
            {
                var edge = outgoing[i];
                if (free[edge] == 0)
                {
                    continue;
                }

                var head = heads[edge];
                var through = here + costs[edge];
                if (reached[head] && !(through < distance[head]))
                {
                    continue;
                }

                distance[head] = through;
                reached[head] = true;
                if (cameBy is not null)
                {
                    cameBy[head] = edge;
                }

                if (!queued[head])
                {
                    queued[head] = true;
                    queue[(front + length++) % nodeCount] = head;
                }
            }
        }

        return (distance, reached);
    }

    private sealed record Distances(T[] Distance, bool[] Reached);

    /// <summary>A binary heap of nodes, the nearest on top; a node comes nearer where it stands.</summary>
    private sealed class NearestNodes(T[] distance)
    {
        private readonly int[] nodes = new int[distance.Length];

        // Place in the heap from 1; 0: not in it.
        private readonly int[] place = new int[distance.Length];

        public int Count { get; private set; }

        /// <summary>Puts a node in, or moves it where its smaller distance belongs.</summary>
        public void Bring(int node)
        {
            var i = place[node] > 0 ? place[node] - 1 : Count++;
            for (; i > 0 && distance[node] < distance[nodes[(i - 1) / 2]]; i = (i - 1) / 2)
            {
                Set(i, nodes[(i - 1) / 2]);
            }

            Set(i, node);
        }

        public int Take()
        {
            var top = nodes[0];
            place[top] = 0;
            var last = nodes[--Count];
            if (Count == 0)
            {
                return top;
            }

            var i = 0;
            while ((2 * i) + 1 < Count)
            {
                var child = (2 * i) + 1;
                if (child + 1 < Count && distance[nodes[child + 1]] < distance[nodes[child]])
                {
                    child++;
                }

                if (!(distance[nodes[child]] < distance[last]))
                {
                    break;
                }

                Set(i, nodes[child]);
                i = child;
            }

            Set(i, last);
            return top;
        }

        private void Set(int i, int node) => (nodes[i], place[node]) = (node, i + 1);
    }
}
