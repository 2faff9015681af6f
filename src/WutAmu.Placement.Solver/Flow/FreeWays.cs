namespace WutAmu.Placement.Solver.Flow;

/// <summary>
/// The ways along which units go from where they are too many to where they are missing without costing more than the prices say: arcs of reduced cost 0, as many ways as there are
/// in one phase of <see cref="PrimalDual"/>.
/// </summary>
/// <param name="costs">By arc.</param>
/// <param name="price">By node, kept by the caller.</param>
/// <param name="excess">By node: too much, or, below 0, missing.</param>
/// <param name="sources">Nodes with too much, kept by the caller.</param>
internal sealed class FreeWays(FlowState state, int[] costs, int[] price, int[] excess, List<int> sources)
{
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
    private readonly int[] price = price;
    private readonly int[] excess = excess;
    private readonly int[] costs = costs;

    private readonly int[] seen = new int[state.Root + 1];
    private readonly int[] layer = new int[state.Root + 1];
    private readonly List<int> layered = [];
    private readonly Pointer[] pointers = new Pointer[state.Root + 1];
    private int[] path = new int[256];
    private bool layersHold;
    private int round;

    private enum Step
    {
        Up,
        Student,
        Down,
    }

    /// <summary>Sends as many units as find a way.</summary>
    /// <param name="alongLayers">True: each step a layer deeper.</param>
    public void AugmentAll(bool alongLayers)
    {
        layersHold = alongLayers;
        round++;
        foreach (var source in sources)
        {
            while (excess[source] > 0 && Augment(source))
            {
            }
        }
    }

    /// <summary>Fewest arcs of reduced cost 0 from any source (Dinic 1970): without it a depth-first path wanders through half the network.</summary>
    public void Layer()
    {
        foreach (var node in layered)
        {
            layer[node] = 0;
        }

        layered.Clear();
        foreach (var source in sources)
        {
            layer[source] = 1;
            layered.Add(source);
        }

        for (var i = 0; i < layered.Count; i++)
        {
            var node = layered[i];
            if (excess[node] < 0)
            {
                continue;
            }

            var here = price[node];
            if (node != root && flow[node] < max[node] && price[above[node]] == here)
            {
                Enter(above[node], node);
            }

            for (var s = firstAt[node]; s >= 0; s = nextAt[s])
            {
                var level = costs[at[s]] + here;
                for (var a = first[s]; a < end[s]; a++)
                {
                    if (costs[a] + price[head[a]] == level)
                    {
                        Enter(head[a], node);
                    }
                }
            }

            for (var c = state.ChildStart[node]; c < state.ChildStart[node + 1]; c++)
            {
                var child = state.Children[c];
                if (flow[child] > min[child] && price[child] == here)
                {
                    Enter(child, node);
                }
            }
        }

        void Enter(int node, int from)
        {
            if (layer[node] == 0)
            {
                layer[node] = layer[from] + 1;
                layered.Add(node);
            }
        }
    }

    /// <summary>Sends one unit along arcs of reduced cost 0, each a layer deeper, depth first. Nodes that lead nowhere are not entered again in this round.</summary>
    private bool Augment(int source)
    {
        var top = 0;
        path[0] = source;
        Enter(source);
        while (top >= 0)
        {
            var node = path[top];
            var to = Advance(ref pointers[node], node);
            if (to < 0)
            {
                top--;
                continue;
            }

            if (excess[to] < 0)
            {
                excess[to]++;
                excess[source]--;
                for (var f = 0; f <= top; f++)
                {
                    Apply(ref pointers[path[f]], path[f]);
                }

                return true;
            }

            Enter(to);
            if (++top == path.Length)
            {
                Array.Resize(ref path, top * 2);
            }

            path[top] = to;
        }

        return false;
    }

    private void Enter(int node)
    {
        seen[node] = round;
        if (pointers[node].Round != round)
        {
            pointers[node] = new() { Round = round };
        }
    }

    /// <summary>Every arc is looked at once a round; one that still can take a unit stays the node's current arc.</summary>
    /// <returns>The next node that the node can hand a unit to; -1: none.</returns>
    private int Advance(ref Pointer current, int node)
    {
        var here = price[node];
        var deeper = layer[node] + 1;
        if (current.Step == Step.Up)
        {
            if (node != root && flow[node] < max[node] && above[node] is var up && price[up] == here && IsOpen(up))
            {
                return up;
            }

            current.Step = Step.Student;
            current.Student = firstAt[node];
            current.Arc = current.Student >= 0 ? first[current.Student] : 0;
        }

        if (current.Step == Step.Student)
        {
            while (current.Student >= 0)
            {
                var s = current.Student;
                var level = costs[at[s]] + here;
                for (var a = current.Arc; a < end[s]; a++)
                {
                    var to = head[a];
                    if (costs[a] + price[to] == level && IsOpen(to))
                    {
                        current.Arc = a;
                        return to;
                    }
                }

                current.Student = nextAt[s];
                current.Arc = current.Student >= 0 ? first[current.Student] : 0;
            }

            current.Step = Step.Down;
            current.Arc = state.ChildStart[node];
        }

        for (; current.Arc < state.ChildStart[node + 1]; current.Arc++)
        {
            var child = state.Children[current.Arc];
            if (flow[child] > min[child] && price[child] == here && IsOpen(child))
            {
                return child;
            }
        }

        return -1;

        bool IsOpen(int to) => seen[to] != round && (!layersHold || layer[to] == deeper);
    }

    private void Apply(ref Pointer current, int node)
    {
        // It led somewhere: others may come through.
        seen[node] = 0;
        switch (current.Step)
        {
            case Step.Up:
                flow[node]++;
                break;
            case Step.Student:
                var (student, arc) = (current.Student, current.Arc);
                current.Student = nextAt[student];
                current.Arc = current.Student >= 0 ? first[current.Student] : 0;
                state.Move(student, arc);
                break;
            default:
                flow[state.Children[current.Arc]]--;
                break;
        }
    }

    /// <summary>The arc at which a node's look for a way goes on.</summary>
    private struct Pointer
    {
        public int Round;
        public Step Step;
        public int Student;
        public int Arc;
    }
}
