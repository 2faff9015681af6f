using System.Numerics;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// A flow of least cost and its residual network: edges in pairs, edge e and its reverse e ^ 1. Least cost means no cycle of negative cost, so that
/// one unit more or less anywhere changes the optimum by a shortest path (successive shortest paths: Ahuja, Magnanti, Orlin 1993, ch. 9.7).
/// </summary>
/// <typeparam name="T">Integers wide enough for the packed levels.</typeparam>
internal sealed class ResidualNetwork<T>(int nodeCount)
    where T : struct, IBinaryInteger<T>
{
    private readonly List<int> heads = [];
    private readonly List<int> free = [];
    private readonly List<T> costs = [];
    private readonly List<int>[] outgoing = [.. Enumerable.Range(0, nodeCount).Select(_ => new List<int>())];
    private readonly Dictionary<int, (T[] Distance, bool[] Reached)> distances = [];

    public int NodeCount => nodeCount;

    public T Total { get; private set; } = T.Zero;

    /// <returns>The edge's number; its flow starts at 0.</returns>
    public int Add(int from, int to, int capacity, T cost)
    {
        var edge = heads.Count;
        heads.Add(to);
        free.Add(capacity);
        costs.Add(cost);
        heads.Add(from);
        free.Add(0);
        costs.Add(-cost);
        outgoing[from].Add(edge);
        outgoing[to].Add(edge + 1);
        return edge;
    }

    public int FlowOf(int edge) => free[edge ^ 1];

    public int FreeOf(int edge) => free[edge];

    public int HeadOf(int edge) => heads[edge];

    public T CostOf(int edge) => costs[edge];

    public IReadOnlyList<int> EdgesFrom(int node) => outgoing[node];

    /// <summary>Sends units over one edge, whatever that costs; for a flow that is known to be of least cost.</summary>
    public void Send(int edge, int units)
    {
        free[edge] -= units;
        free[edge ^ 1] += units;
        Total += costs[edge] * T.CreateChecked(units);
    }

    /// <summary>Sends one unit more from <paramref name="source"/> to <paramref name="target"/> on a cheapest path; such a path must exist.</summary>
    public void Augment(int source, int target)
    {
        var cameBy = new int[nodeCount];
        var (distance, reached) = Search(source, cameBy);
        if (!reached[target])
        {
            throw new InvalidOperationException($"Node {target} cannot be reached from {source}.");
        }

        Total += distance[target];
        for (var node = target; node != source;)
        {
            var edge = cameBy[node];
            free[edge]--;
            free[edge ^ 1]++;
            node = heads[edge ^ 1];
        }

        distances.Clear();
    }

    /// <summary>Cost of the cheapest residual path; null: none.</summary>
    public T? Distance(int source, int target)
    {
        if (!distances.TryGetValue(source, out var known))
        {
            known = Search(source, null);
            distances.Add(source, known);
        }

        return known.Reached[target] ? known.Distance[target] : null;
    }

    // Queue-based Bellman-Ford: costs may be negative, cycles may not.
    private (T[] Distance, bool[] Reached) Search(int source, int[]? cameBy)
    {
        var distance = new T[nodeCount];
        var reached = new bool[nodeCount];
        var queued = new bool[nodeCount];
        var queue = new Queue<int>([source]);
        reached[source] = true;
        while (queue.TryDequeue(out var node))
        {
            queued[node] = false;
            var here = distance[node];
            foreach (var edge in outgoing[node])
            {
                if (free[edge] == 0)
                {
                    continue;
                }

                var head = heads[edge];
                var through = here + costs[edge];
                if (reached[head] && distance[head] <= through)
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
                    queue.Enqueue(head);
                }
            }
        }

        return (distance, reached);
    }
}
