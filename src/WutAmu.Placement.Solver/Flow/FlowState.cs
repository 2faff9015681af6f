namespace WutAmu.Placement.Solver.Flow;

/// <summary>A flow of a <see cref="PlacementNetwork"/> and the bounds it may still move in. Shared by the algorithms that change it; no checks of its own.</summary>
internal sealed class FlowState
{
    public FlowState(PlacementNetwork network)
    {
        StudentCount = network.StudentCount;
        Root = network.Root;
        First = network.First;
        End = network.First[1..];
        Head = [.. network.Head];
        OptionAt = [.. network.OptionAt];
        Above = network.Above;
        Min = [.. network.Min];
        Max = [.. network.Max];
        Flow = new int[Root];
        At = new int[StudentCount];
        FirstAt = new int[Root + 1];
        NextAt = new int[StudentCount];
        PreviousAt = new int[StudentCount];
        Array.Fill(At, -1);
        Array.Fill(FirstAt, -1);

        ChildStart = new int[Root + 2];
        foreach (var above in Above)
        {
            ChildStart[above + 1]++;
        }

        for (var node = 0; node <= Root; node++)
        {
            ChildStart[node + 1] += ChildStart[node];
        }

        Children = new int[Root];
        var next = ChildStart[..^1];
        for (var node = 0; node < Root; node++)
        {
            Children[next[Above[node]]++] = node;
        }
    }

    public int StudentCount { get; }

    public int Root { get; }

    public int[] First { get; }

    /// <summary>Open arcs of student s lie from <c>First[s]</c> to before <c>End[s]</c>; those after are decided against.</summary>
    public int[] End { get; }

    public int[] Head { get; }

    public int[] OptionAt { get; }

    public int[] Above { get; }

    public int[] ChildStart { get; }

    /// <summary>Nodes right below node v: from <c>ChildStart[v]</c> to before <c>ChildStart[v + 1]</c>.</summary>
    public int[] Children { get; }

    /// <summary>Bounds of the flow from each node to the one above, narrowed level by level.</summary>
    public int[] Min { get; }

    public int[] Max { get; }

    public int[] Flow { get; }

    /// <summary>The arc in use by each student; -1: none yet.</summary>
    public int[] At { get; }

    /// <summary>Students whose arc in use leads to a node: a doubly linked list.</summary>
    public int[] FirstAt { get; }

    public int[] NextAt { get; }

    public int[] PreviousAt { get; }

    public int NodeOf(int student) => Head[At[student]];

    /// <summary>Changes the arc in use; flows of nodes are the caller's.</summary>
    public void Move(int student, int arc)
    {
        if (At[student] >= 0)
        {
            var (before, after) = (PreviousAt[student], NextAt[student]);
            if (before >= 0)
            {
                NextAt[before] = after;
            }
            else
            {
                FirstAt[Head[At[student]]] = after;
            }

            if (after >= 0)
            {
                PreviousAt[after] = before;
            }
        }

        At[student] = arc;
        var node = Head[arc];
        var first = FirstAt[node];
        NextAt[student] = first;
        PreviousAt[student] = -1;
        if (first >= 0)
        {
            PreviousAt[first] = student;
        }

        FirstAt[node] = student;
    }

    /// <summary>Decides against an arc that is not in use: the last open arc takes its place.</summary>
    public void Close(int student, int arc)
    {
        var last = --End[student];
        (Head[arc], Head[last]) = (Head[last], Head[arc]);
        (OptionAt[arc], OptionAt[last]) = (OptionAt[last], OptionAt[arc]);
        if (At[student] == last)
        {
            At[student] = arc;
        }
    }
}
