namespace WutAmu.Placement.Solver.Flow;

/// <summary>Exchanges along residual cycles of a face; the arrays are the face's own.</summary>
internal sealed class ResidualSearch
{
    private readonly PlacementNetwork network;
    private readonly int[] min;
    private readonly int[] max;
    private readonly int[] flow;
    private readonly List<int>[] incident;
    private readonly int[] cameBy;
    private readonly int[] seen;
    private int round;

    public ResidualSearch(PlacementNetwork network, int[] min, int[] max, int[] flow)
    {
        this.network = network;
        this.min = min;
        this.max = max;
        this.flow = flow;
        cameBy = new int[network.NodeCount];
        seen = new int[network.NodeCount];
        incident = new List<int>[network.NodeCount];
        for (var node = 0; node < incident.Length; node++)
        {
            incident[node] = [];
        }

        for (var a = 0; a < network.Arcs.Count; a++)
        {
            incident[network.Arcs[a].From].Add(a);
            incident[network.Arcs[a].To].Add(a);
        }
    }

    /// <summary>Moves a student's unit from arc <paramref name="from"/> to arc <paramref name="to"/>, rearranging others inside the face.</summary>
    /// <returns>False, with nothing changed, if no flow of the face has it.</returns>
    public bool TryMove(int from, int to)
    {
        if (flow[to] >= max[to] || flow[from] <= min[from])
        {
            return false;
        }

        var student = network.Arcs[from].From;
        var start = network.Arcs[to].To;
        var goal = network.Arcs[from].To;
        round++;
        seen[start] = round;
        seen[student] = round;
        cameBy[start] = -1;
        var queue = new Queue<int>();
        queue.Enqueue(start);
        while (seen[goal] != round && queue.TryDequeue(out var node))
        {
            foreach (var arc in incident[node])
            {
                var forward = network.Arcs[arc].From == node;
                var next = forward ? network.Arcs[arc].To : network.Arcs[arc].From;
                if (seen[next] != round && (forward ? flow[arc] < max[arc] : flow[arc] > min[arc]))
                {
                    seen[next] = round;
                    cameBy[next] = arc;
                    queue.Enqueue(next);
                }
            }
        }

        if (seen[goal] != round)
        {
            return false;
        }

        for (var node = goal; node != start;)
        {
            var arc = cameBy[node];
            var forward = network.Arcs[arc].To == node;
            flow[arc] += forward ? 1 : -1;
            node = forward ? network.Arcs[arc].From : network.Arcs[arc].To;
        }

        flow[from]--;
        flow[to]++;
        return true;
    }
}
