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
    public IReadOnlyList<BlockingGroup> All() =>
    [
        .. Enumerable.Range(0, network.StudentCount)
            .Where(s => face.OptionOf(s) is null && network.Roster.HasList(s))
            .Select(Of)
            .DistinctBy(group => string.Join('\n', group.Students))
            .OrderBy(group => group.Students.Length)
            .ThenBy(group => group.Students[0], StringComparer.Ordinal),
    ];

    private BlockingGroup Of(int student)
    {
        var seen = new bool[network.NodeCount];
        var seenStudent = new bool[network.StudentCount];
        var queue = new Queue<int>();
        Reach(student);
        while (queue.TryDequeue(out var node))
        {
            if (node != network.Root && face.Flow[node] < network.Max[node])
            {
                Enter(network.Above[node]);
            }

            foreach (var child in below[node].Where(child => face.Flow[child] > network.Min[child]))
            {
                Enter(child);
            }

            foreach (var other in studentsAt[node])
            {
                Reach(other);
            }
        }

        var limits = positions.Limits.Where(limit => Seen(limit.Tail) && !Seen(limit.Head)).ToList();
        var places = limits.Sum(limit => limit.Max ?? 0);
        ImmutableArray<string> students = [.. Enumerable.Range(0, network.StudentCount).Where(s => seenStudent[s]).Select(s => instance.Students[s].Id)];
        ImmutableArray<ReachedLimit> reached = [.. limits.Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Max ?? 0))];
        ImmutableArray<ReachedLimit> minima =
        [
            .. positions.Limits.Where((limit, l) => limit.Min > 0 && Seen(limit.Head) && !Seen(limit.Tail) && face.Flow[l] == limit.Min)
                .Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Min)),
        ];
        return new(students, reached, places, minima, Repair(limits, instance.Students[student].Id));

        // Positions count students first.
        bool Seen(int position) => seen[position - network.StudentCount];

        // Nobody of the group is to be left out instead: the arc to the root is not taken.
        void Reach(int other)
        {
            if (seenStudent[other])
            {
                return;
            }

            seenStudent[other] = true;
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
                    // Who has no list may be left out: that does not count.
                    if (network.OptionAt[a] != PlacementNetwork.Unplaced || !network.Roster.HasList(other))
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

        var ways = limits.Select(Raised).ToList();
        var fewest = ways.Min(way => way.Length);
        ways.RemoveAll(way => way.Length > fewest);
        if (fewest == 1)
        {
            var names = string.Join(", ", ways.Select(way => way[0]));
            return new(
                $"Une place de plus à l’un de\u00a0: {names}.",
                $"在以下任一处增加一个名额：{names}。",
                $"One place more at one of: {names}.");
        }

        return new(
            $"Une place de plus à chacun de\u00a0: {string.Join("\u202f; ou à chacun de\u00a0: ", ways.Select(way => string.Join(", ", way)))}.",
            $"在以下每一处各增加一个名额：{string.Join("；或：", ways.Select(way => string.Join("、", way)))}。",
            $"One place more at each of: {string.Join("; or at each of: ", ways.Select(way => string.Join(", ", way)))}.");
    }
}
