using System.Collections.Immutable;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>Hall violators in a flow that places the most: what an unplaced student can reach by exchanges is full, and holds one place too few.</summary>
internal sealed class BlockingGroups
{
    private readonly Instance instance;
    private readonly FlowFace face;
    private readonly PlacementNetwork network;
    private readonly NetworkPositions positions;
    private readonly List<int>[] studentsAt;
    private readonly List<int>[] below;
    private int[]? full;

    public BlockingGroups(Instance instance, Roster roster, FlowFace mostPlaced)
    {
        this.instance = instance;
        face = mostPlaced;
        network = mostPlaced.Network;
        positions = new(instance, roster);
        studentsAt = [.. Enumerable.Range(0, network.NodeCount).Select(_ => new List<int>())];
        below = [.. Enumerable.Range(0, network.NodeCount).Select(_ => new List<int>())];
        for (var s = 0; s < network.StudentCount; s++)
        {
            if (face.OptionOf(s) is { } option)
            {
                studentsAt[option.Offer].Add(s);
            }
        }

        for (var node = 0; node < network.Root; node++)
        {
            below[network.Above[node]].Add(node);
        }
    }

    /// <summary>The group of each unplaced student with a list, smallest first, equal ones once.</summary>
    public IReadOnlyList<BlockingGroup> All() => [.. Competing().Select(Tell)];

    /// <summary>The first of <see cref="All"/>; null: none.</summary>
    public BlockingGroup? Smallest() => Competing() is [var smallest, ..] ? Tell(smallest) : null;

    private List<Reached> Competing()
    {
        var groups = new List<Reached>();
        for (var s = 0; s < network.StudentCount; s++)
        {
            if (face.OptionOf(s) is null && network.Roster.HasList(s))
            {
                var group = From(s);
                // Whoever is reached reaches no more: the same number is the same group.
                if (!groups.Exists(known => known.Has[s] && known.Students.Count == group.Students.Count))
                {
                    groups.Add(group);
                }
            }
        }

        // Students stand in ordinal order of ids, and two groups of one size that begin with the same one stay as found.
        return [.. groups.OrderBy(group => group.Students.Count).ThenBy(group => group.Students[0])];
    }

    private Reached From(int student)
    {
        var seen = new bool[network.NodeCount];
        var seenStudent = new bool[network.StudentCount];
        var students = new List<int>();
        var queue = new Queue<int>();
        Reach(student);
        while (queue.TryDequeue(out var node))
        {
            if (node != network.Root && face.Flow[node] < network.Max[node])
            {
                Enter(network.Above[node]);
            }

            foreach (var child in below[node])
            {
                if (face.Flow[child] > network.Min[child])
                {
                    Enter(child);
                }
            }

            foreach (var other in studentsAt[node])
            {
                Reach(other);
            }
        }

        students.Sort();
        return new(student, seen, seenStudent, students);

        // Nobody of the group is to be left out instead: the arc to the root is not taken.
        void Reach(int other)
        {
            if (seenStudent[other])
            {
                return;
            }

            seenStudent[other] = true;
            students.Add(other);
            for (var a = network.First[other]; a < network.First[other + 1]; a++)
            {
                if (network.OptionAt[a] != PlacementNetwork.Unplaced)
                {
                    Enter(network.Head[a]);
                }
            }
        }

        void Enter(int node)
        {
            if (!seen[node])
            {
                seen[node] = true;
                queue.Enqueue(node);
            }
        }
    }

    private BlockingGroup Tell(Reached group)
    {
        var limits = positions.Limits.Where(limit => Seen(limit.Tail) && !Seen(limit.Head)).ToList();
        var places = 0;
        limits.ForEach(limit => places += limit.Max ?? 0);
        ImmutableArray<ReachedLimit> reached = [.. limits.Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Max ?? 0))];
        ImmutableArray<ReachedLimit> minima =
        [
            .. positions.Limits.Where((limit, l) => limit.Min > 0 && Seen(limit.Head) && !Seen(limit.Tail) && face.Flow[l] == limit.Min)
                .Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Min)),
        ];
        return new([.. group.Students.ConvertAll(s => instance.Students[s].Id)], reached, places, minima, Repair(limits, instance.Students[group.First].Id));

        // Positions count students first.
        bool Seen(int position) => group.Nodes[position - network.StudentCount];
    }

    /// <summary>By node: how many full limits lie on the way to the root that has the fewest, all ways found in one search back from the root.</summary>
    private int[] FullOnTheWay()
    {
        var into = new List<int>?[network.NodeCount];
        for (var node = 0; node < network.Root; node++)
        {
            foreach (var other in studentsAt[node])
            {
                for (var a = network.First[other]; a < network.First[other + 1]; a++)
                {
                    if (IsOpen(other, a))
                    {
                        (into[network.Head[a]] ??= []).Add(node);
                    }
                }
            }
        }

        var full = new int[network.NodeCount];
        Array.Fill(full, int.MaxValue);
        var (now, next) = (new Stack<int>([network.Root]), new Stack<int>());
        for (var count = 0; now.Count > 0; count++, (now, next) = (next, now))
        {
            while (now.TryPop(out var node))
            {
                if (full[node] <= count)
                {
                    continue;
                }

                full[node] = count;
                foreach (var child in below[node])
                {
                    (face.Flow[child] < network.Max[child] ? now : next).Push(child);
                }

                if (node != network.Root && face.Flow[node] > network.Min[node])
                {
                    now.Push(network.Above[node]);
                }

                foreach (var from in into[node] ?? [])
                {
                    now.Push(from);
                }
            }
        }

        return full;
    }

    // Who has no list may be left out: that does not count.
    private bool IsOpen(int student, int arc) => network.OptionAt[arc] != PlacementNetwork.Unplaced || !network.Roster.HasList(student);

    /// <summary>The fewest limits that one place more at each of them opens a way from here: what lies over a full offer may be full as well.</summary>
    private ImmutableArray<string> Raised(NetworkLimit limit)
    {
        // Nodes by how many full ones had to be raised on the way: those that cost nothing first.
        var cameFrom = new Dictionary<int, (int From, bool Raised)>();
        var nodes = new LinkedList<(int Node, int From, bool Raised)>([(limit.Head - network.StudentCount, -1, false)]);
        while (nodes.First is { Value: var (node, from, raised) })
        {
            nodes.RemoveFirst();
            if (!cameFrom.TryAdd(node, (from, raised)))
            {
                continue;
            }

            if (node == network.Root)
            {
                break;
            }

            if (face.Flow[node] < network.Max[node])
            {
                nodes.AddFirst((network.Above[node], node, false));
            }
            else
            {
                nodes.AddLast((network.Above[node], node, true));
            }

            foreach (var child in below[node].Where(child => face.Flow[child] > network.Min[child]))
            {
                nodes.AddFirst((child, node, false));
            }

            foreach (var other in studentsAt[node])
            {
                for (var a = network.First[other]; a < network.First[other + 1]; a++)
                {
                    if (IsOpen(other, a))
                    {
                        nodes.AddFirst((network.Head[a], node, false));
                    }
                }
            }
        }

        var ids = new List<string> { limit.Id };
        for (var node = network.Root; cameFrom[node] is var (from, raised) && from >= 0; node = from)
        {
            if (raised)
            {
                ids.Add(positions.Limits[from].Id);
            }
        }

        // From the offer up.
        ids.Reverse(1, ids.Count - 1);
        return [.. ids];
    }

    private LocalizedText Repair(List<NetworkLimit> limits, string student)
    {
        if (limits.Count == 0)
        {
            return new(
                $"Proposer à {student} un autre choix que son programme admet.",
                $"请 {student} 补充其专业可申请的志愿。",
                $"Ask {student} for a further choice that admits their programme.");
        }

        full ??= FullOnTheWay();
        var fewest = int.MaxValue;
        limits.ForEach(limit => fewest = Math.Min(fewest, full[limit.Head - network.StudentCount]));
        var nearest = limits.FindAll(limit => full[limit.Head - network.StudentCount] == fewest);
        if (fewest == 0)
        {
            var names = string.Join(", ", nearest.Select(limit => limit.Id));
            return new(
                $"Une place de plus à l’un de\u00a0: {names}.",
                $"在以下任一处增加一个名额：{names}。",
                $"One place more at one of: {names}.");
        }

        var ways = nearest.ConvertAll(Raised);
        return new(
            $"Une place de plus à chacun de\u00a0: {string.Join("\u202f; ou à chacun de\u00a0: ", ways.Select(way => string.Join(", ", way)))}.",
            $"在以下每一处各增加一个名额：{string.Join("；或：", ways.Select(way => string.Join("、", way)))}。",
            $"One place more at each of: {string.Join("; or at each of: ", ways.Select(way => string.Join(", ", way)))}.");
    }

    /// <param name="First">Who could not be placed.</param>
    /// <param name="Nodes">What they reach by exchanges.</param>
    /// <param name="Students">In order, and <paramref name="Has"/> by student.</param>
    private sealed record Reached(int First, bool[] Nodes, bool[] Has, List<int> Students);
}
