namespace WutAmu.Placement.Solver.Flow;

/// <summary>
/// Serves students one after the other on a face. A student can move from one arc to another exactly if a residual path leads back, which is to say if both
/// nodes lie in one strongly connected component: what crosses components is closed once, and each search that fails splits one, from the side that is
/// exhausted first.
/// </summary>
internal sealed class OrderOfService
{
    private readonly PlacementNetwork network;
    private readonly FlowState state;
    private readonly bool[] closed;
    private readonly int[] studentOf;

    // Arcs into each node.
    private readonly int[] intoStart;
    private readonly int[] into;
    private readonly int[] countAt;
    private readonly SearchSide ahead;
    private readonly SearchSide back;
    private int round;

    public OrderOfService(PlacementNetwork network, FlowState state)
    {
        this.network = network;
        this.state = state;
        closed = new bool[state.Head.Length];
        studentOf = new int[state.Head.Length];
        countAt = new int[state.Root + 1];
        ahead = new(state.Root + 1);
        back = new(state.Root + 1);
        CloseBetweenComponents();

        intoStart = new int[state.Root + 2];
        for (var s = 0; s < state.StudentCount; s++)
        {
            countAt[state.NodeOf(s)]++;
            for (var a = state.First[s]; a < state.End[s]; a++)
            {
                studentOf[a] = s;
                intoStart[state.Head[a] + 1]++;
            }
        }

        for (var node = 0; node <= state.Root; node++)
        {
            intoStart[node + 1] += intoStart[node];
        }

        into = new int[intoStart[state.Root + 1]];
        var next = intoStart[..^1];
        for (var s = 0; s < state.StudentCount; s++)
        {
            for (var a = state.First[s]; a < state.End[s]; a++)
            {
                into[next[state.Head[a]]++] = a;
            }
        }
    }

    /// <summary>See <see cref="FlowFace.ServeInOrder"/>.</summary>
    public void Serve(IReadOnlyList<int> order, CancellationToken cancellationToken) => ServeUntilDecided(order, -1, cancellationToken);

    /// <summary>As <see cref="Serve"/>, until nothing of what one student gets is open any more.</summary>
    public void ServeUntilDecided(IReadOnlyList<int> order, int whom, CancellationToken cancellationToken)
    {
        if (IsDecided())
        {
            return;
        }

        var wanted = new List<int>();
        foreach (var student in order)
        {
            cancellationToken.ThrowIfCancellationRequested();
            Collect(student, arc => RankOf(student, arc) < RankOf(student, state.At[student]));
            wanted.Sort((a, b) => RankOf(student, a).CompareTo(RankOf(student, b)));
            ServeFirst(student);
            var served = RankOf(student, state.At[student]);
            CloseOthers(student, arc => RankOf(student, arc) != served);
            if (student == whom && IsDecided())
            {
                return;
            }
        }

        var offers = network.Instance.Offers;
        foreach (var student in order)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (state.NodeOf(student) == state.Root)
            {
                continue;
            }

            Collect(student, arc => string.CompareOrdinal(offers[state.Head[arc]].Id, offers[state.NodeOf(student)].Id) < 0);
            wanted.Sort((a, b) => string.CompareOrdinal(offers[state.Head[a]].Id, offers[state.Head[b]].Id));
            ServeFirst(student);
            CloseOthers(student, _ => true);
            if (student == whom)
            {
                return;
            }
        }

        bool IsDecided()
        {
            for (var a = whom < 0 ? 0 : state.First[whom]; whom >= 0 && a < state.End[whom]; a++)
            {
                if (a != state.At[whom] && !closed[a])
                {
                    return false;
                }
            }

            return whom >= 0;
        }

        void Collect(int student, Func<int, bool> isBetter)
        {
            wanted.Clear();
            for (var a = state.First[student]; a < state.End[student]; a++)
            {
                if (a != state.At[student] && !closed[a] && isBetter(a))
                {
                    wanted.Add(a);
                }
            }
        }

        void ServeFirst(int student)
        {
            foreach (var arc in wanted)
            {
                // A search that failed may have closed it.
                if (!closed[arc] && TryMove(student, arc))
                {
                    return;
                }
            }
        }
    }

    private int RankOf(int student, int arc) => state.OptionAt[arc] is var option && option < 0 ? int.MaxValue : network.Roster.OptionsOf(student)[option].RankOrOffList;

    private void CloseOthers(int student, Func<int, bool> isClosed)
    {
        for (var a = state.First[student]; a < state.End[student]; a++)
        {
            if (a != state.At[student] && isClosed(a))
            {
                closed[a] = true;
            }
        }
    }

    /// <summary>Moves a student's unit to <paramref name="arc"/>, rearranging others inside the face: from the wanted node forward and from the present node backward in turn.</summary>
    private bool TryMove(int student, int arc)
    {
        var (start, goal) = (state.Head[arc], state.NodeOf(student));
        round++;
        ahead.Start(start, round);
        back.Start(goal, round);
        var meeting = start == goal ? start : -1;
        while (meeting < 0)
        {
            if (ahead.Queue.Count == 0 || back.Queue.Count == 0)
            {
                CloseAround(ahead.Queue.Count == 0);
                return false;
            }

            if (ahead.Work + AheadOf(ahead.Queue.Peek()) <= back.Work + BackOf(back.Queue.Peek()))
            {
                meeting = Forward(student);
            }
            else
            {
                meeting = Backward(student);
            }
        }

        Exchange(student, arc, meeting, start, goal);
        return true;
    }

    private int AheadOf(int node) => 1 + (10 * countAt[node]) + state.ChildStart[node + 1] - state.ChildStart[node];

    private int BackOf(int node) => 1 + intoStart[node + 1] - intoStart[node] + state.ChildStart[node + 1] - state.ChildStart[node];

    // An edge is told by what it changes: a student's arc ≥ 0, or a node's flow up (-1 - 2·node) or down (-2 - 2·node).
    private int Forward(int student)
    {
        var node = ahead.Queue.Dequeue();
        ahead.Work += AheadOf(node);
        if (node != state.Root && state.Flow[node] < state.Max[node] && Enter(state.Above[node], -1 - (2 * node)))
        {
            return state.Above[node];
        }

        for (var s = state.FirstAt[node]; s >= 0; s = state.NextAt[s])
        {
            if (s == student)
            {
                continue;
            }

            for (var a = state.First[s]; a < state.End[s]; a++)
            {
                if (!closed[a] && a != state.At[s] && Enter(state.Head[a], a))
                {
                    return state.Head[a];
                }
            }
        }

        for (var c = state.ChildStart[node]; c < state.ChildStart[node + 1]; c++)
        {
            var child = state.Children[c];
            if (state.Flow[child] > state.Min[child] && Enter(child, -2 - (2 * child)))
            {
                return child;
            }
        }

        return -1;

        bool Enter(int to, int edge) => ahead.Enter(to, edge, round) && back.Has(to, round);
    }

    private int Backward(int student)
    {
        var node = back.Queue.Dequeue();
        back.Work += BackOf(node);
        if (node != state.Root && state.Flow[node] > state.Min[node] && Enter(state.Above[node], -2 - (2 * node)))
        {
            return state.Above[node];
        }

        for (var i = intoStart[node]; i < intoStart[node + 1]; i++)
        {
            var a = into[i];
            var s = studentOf[a];
            if (!closed[a] && s != student && a != state.At[s] && Enter(state.NodeOf(s), a))
            {
                return state.NodeOf(s);
            }
        }

        for (var c = state.ChildStart[node]; c < state.ChildStart[node + 1]; c++)
        {
            var child = state.Children[c];
            if (state.Flow[child] < state.Max[child] && Enter(child, -1 - (2 * child)))
            {
                return child;
            }
        }

        return -1;

        bool Enter(int from, int edge) => back.Enter(from, edge, round) && ahead.Has(from, round);
    }

    private void Exchange(int student, int arc, int meeting, int start, int goal)
    {
        // Tails first: a student's node changes when they move.
        var edges = new List<int>();
        for (var node = meeting; node != start;)
        {
            var edge = ahead.CameBy(node);
            edges.Add(edge);
            node = Tail(edge);
        }

        for (var node = meeting; node != goal;)
        {
            var edge = back.CameBy(node);
            edges.Add(edge);
            node = HeadOf(edge);
        }

        foreach (var edge in edges)
        {
            if (edge >= 0)
            {
                Move(studentOf[edge], edge);
            }
            else
            {
                var node = (-1 - edge) / 2;
                state.Flow[node] += (-1 - edge) % 2 == 0 ? 1 : -1;
            }
        }

        Move(student, arc);
    }

    private void Move(int student, int arc)
    {
        countAt[state.NodeOf(student)]--;
        countAt[state.Head[arc]]++;
        state.Move(student, arc);
    }

    private int Tail(int edge) => edge >= 0 ? state.NodeOf(studentOf[edge]) : (-1 - edge) % 2 == 0 ? (-1 - edge) / 2 : state.Above[(-1 - edge) / 2];

    private int HeadOf(int edge) => edge >= 0 ? state.Head[edge] : (-1 - edge) % 2 == 0 ? state.Above[(-1 - edge) / 2] : (-1 - edge) / 2;

    /// <summary>The exhausted side is closed in one direction: no cycle passes its border, so that what crosses it can never change.</summary>
    private void CloseAround(bool exhaustedAhead)
    {
        var side = exhaustedAhead ? ahead : back;
        foreach (var node in side.Entered)
        {
            if (node != state.Root && !side.Has(state.Above[node], round))
            {
                Fix(node);
            }

            for (var c = state.ChildStart[node]; c < state.ChildStart[node + 1]; c++)
            {
                if (!side.Has(state.Children[c], round))
                {
                    Fix(state.Children[c]);
                }
            }

            if (exhaustedAhead)
            {
                for (var i = intoStart[node]; i < intoStart[node + 1]; i++)
                {
                    if (into[i] is var a && a != state.At[studentOf[a]] && !side.Has(state.NodeOf(studentOf[a]), round))
                    {
                        closed[a] = true;
                    }
                }

                continue;
            }

            for (var s = state.FirstAt[node]; s >= 0; s = state.NextAt[s])
            {
                for (var a = state.First[s]; a < state.End[s]; a++)
                {
                    if (!side.Has(state.Head[a], round))
                    {
                        closed[a] = true;
                    }
                }
            }
        }
    }

    private void Fix(int node)
    {
        state.Min[node] = state.Flow[node];
        state.Max[node] = state.Flow[node];
    }

    /// <summary>Strongly connected components of the residual network (Tarjan 1972, without recursion).</summary>
    private void CloseBetweenComponents()
    {
        var component = new ResidualComponents(state).Find();
        for (var s = 0; s < state.StudentCount; s++)
        {
            var mine = component[state.NodeOf(s)];
            for (var a = state.End[s] - 1; a >= state.First[s]; a--)
            {
                if (component[state.Head[a]] != mine)
                {
                    state.Close(s, a);
                }
            }
        }

        for (var node = 0; node < state.Root; node++)
        {
            if (component[node] != component[state.Above[node]])
            {
                Fix(node);
            }
        }
    }
}
