namespace WutAmu.Placement.Solver.Flow;

/// <summary>Strongly connected components of the residual network of a face (Tarjan 1972, without recursion).</summary>
internal sealed class ResidualComponents(FlowState state)
{
    private readonly int[] component = new int[state.Root + 1];
    private readonly int[] index = new int[state.Root + 1];
    private readonly int[] low = new int[state.Root + 1];
    private readonly Stack<int> open = new();
    private readonly Stack<(int Node, int Step, int Student, int Position)> frames = new();
    private int next = 1;
    private int found;

    /// <returns>Number of its component by node, from 1.</returns>
    public int[] Find()
    {
        for (var node = 0; node <= state.Root; node++)
        {
            if (index[node] == 0)
            {
                Visit(node);
            }
        }

        return component;
    }

    private void Visit(int start)
    {
        Enter(start);
        while (frames.TryPop(out var frame))
        {
            var to = Next(ref frame);
            if (to >= 0)
            {
                frames.Push(frame);
                if (index[to] == 0)
                {
                    Enter(to);
                }
                else if (component[to] == 0)
                {
                    low[frame.Node] = Math.Min(low[frame.Node], index[to]);
                }

                continue;
            }

            if (low[frame.Node] == index[frame.Node])
            {
                found++;
                int member;
                do
                {
                    member = open.Pop();
                    component[member] = found;
                }
                while (member != frame.Node);
            }

            if (frames.TryPeek(out var below))
            {
                low[below.Node] = Math.Min(low[below.Node], low[frame.Node]);
            }
        }
    }

    private void Enter(int node)
    {
        index[node] = low[node] = next++;
        open.Push(node);
        frames.Push((node, 0, -1, 0));
    }

    /// <returns>The next node that a residual arc leads to; -1: none is left.</returns>
    private int Next(ref (int Node, int Step, int Student, int Position) frame)
    {
        var node = frame.Node;
        if (frame.Step == 0)
        {
            frame = (node, 1, state.FirstAt[node], state.FirstAt[node] is var s && s >= 0 ? state.First[s] : 0);
            if (node != state.Root && state.Flow[node] < state.Max[node])
            {
                return state.Above[node];
            }
        }

        while (frame is { Step: 1, Student: >= 0 })
        {
            var s = frame.Student;
            while (frame.Position < state.End[s])
            {
                var arc = frame.Position++;
                if (arc != state.At[s])
                {
                    return state.Head[arc];
                }
            }

            frame.Student = state.NextAt[s];
            frame.Position = frame.Student >= 0 ? state.First[frame.Student] : 0;
        }

        if (frame.Step == 1)
        {
            frame.Step = 2;
            frame.Position = state.ChildStart[node];
        }

        while (frame.Position < state.ChildStart[node + 1])
        {
            var child = state.Children[frame.Position++];
            if (state.Flow[child] > state.Min[child])
            {
                return child;
            }
        }

        return -1;
    }
}
