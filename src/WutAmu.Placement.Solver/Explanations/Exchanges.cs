using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>A matching of most placed, moved by exchanges among those that place as many: who is left out takes a place, and somebody on the way is left out instead.</summary>
internal sealed class Exchanges
{
    private const int None = -1;

    private readonly PlacementNetwork network;
    private readonly int[] given;
    private readonly int[] flow;
    private readonly List<int>[] below;

    public Exchanges(FlowFace mostPlaced)
    {
        network = mostPlaced.Network;
        given = [.. Enumerable.Range(0, network.StudentCount).Select(s => mostPlaced.OptionOf(s)?.Offer ?? None)];
        flow = [.. mostPlaced.Flow];
        StudentsAt = [.. Enumerable.Range(0, network.NodeCount).Select(_ => new List<int>())];
        below = [.. Enumerable.Range(0, network.NodeCount).Select(_ => new List<int>())];
        for (var s = 0; s < given.Length; s++)
        {
            if (given[s] != None)
            {
                StudentsAt[given[s]].Add(s);
            }
        }

        for (var node = 0; node < network.Root; node++)
        {
            below[network.Above[node]].Add(node);
        }
    }

    public PlacementNetwork Network => network;

    /// <summary>By node: who has their place there.</summary>
    public List<int>[] StudentsAt { get; }

    public IReadOnlyList<int> Below(int node) => below[node];

    public int FlowOf(int node) => flow[node];

    /// <summary>True: with a list, and no place.</summary>
    public bool IsLeftOut(int student) => given[student] == None && network.Roster.HasList(student);

    /// <summary>Whom one left out could have placed instead of, and everything that lies on the way. Nobody is to be left out for nothing: without a way out all of it is full.</summary>
    public Reached From(params int[] leftOut)
    {
        var reached = new Reached(leftOut, network);
        var queue = new Queue<int>();
        foreach (var student in leftOut)
        {
            Reach(student, None);
        }

        while (queue.TryDequeue(out var node))
        {
            if (node != network.Root && flow[node] < network.Max[node])
            {
                Enter(network.Above[node], node, Way.Up);
            }

            foreach (var child in below[node])
            {
                if (flow[child] > network.Min[child])
                {
                    Enter(child, node, Way.Down);
                }
            }

            foreach (var other in StudentsAt[node])
            {
                Reach(other, node);
            }
        }

        reached.Students.Sort();
        return reached;

        void Reach(int student, int node)
        {
            if (reached.Has[student])
            {
                return;
            }

            reached.Has[student] = true;
            reached.Students.Add(student);
            for (var a = network.First[student]; a < network.First[student + 1]; a++)
            {
                if (network.OptionAt[a] != PlacementNetwork.Unplaced)
                {
                    Enter(network.Head[a], student, Way.Student);
                }
            }
        }

        void Enter(int node, int from, Way way)
        {
            if (!reached.Nodes[node])
            {
                reached.Nodes[node] = true;
                reached.CameFrom[node] = (from, way);
                queue.Enqueue(node);
            }
        }
    }

    /// <summary>The one left out is placed, and the other left out instead: everybody on the way moves one on.</summary>
    /// <param name="reached">From the one left out, in this very matching.</param>
    public void LeaveOutInstead(Reached reached, int other)
    {
        var node = given[other];
        Leave(other);
        while (true)
        {
            var (from, way) = reached.CameFrom[node];
            switch (way)
            {
                case Way.Up:
                    flow[from]++;
                    node = from;
                    break;
                case Way.Down:
                    flow[node]--;
                    node = from;
                    break;
                default:
                    var before = given[from];
                    if (before != None)
                    {
                        Leave(from);
                    }

                    given[from] = node;
                    StudentsAt[node].Add(from);
                    StudentsAt[node].Sort();
                    if (before == None)
                    {
                        return;
                    }

                    node = before;
                    break;
            }
        }
    }

    private void Leave(int student)
    {
        StudentsAt[given[student]].Remove(student);
        given[student] = None;
    }

    /// <summary>How a node was reached: by a student's choice, from below where there is room, or from above where somebody may go.</summary>
    internal enum Way
    {
        Student,
        Up,
        Down,
    }

    /// <summary>What is reached by exchanges from those left out.</summary>
    internal sealed class Reached(int[] from, PlacementNetwork network)
    {
        public int[] LeftOut => from;

        /// <summary>In order, and <see cref="Has"/> by student; with those left out themselves, and with pins on the way.</summary>
        public List<int> Students { get; } = [];

        public bool[] Has { get; } = new bool[network.StudentCount];

        public bool[] Nodes { get; } = new bool[network.NodeCount];

        public (int From, Way Way)[] CameFrom { get; } = new (int, Way)[network.NodeCount];
    }
}
