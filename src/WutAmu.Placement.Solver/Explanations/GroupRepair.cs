using System.Collections.Immutable;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>The limits at which one place more each lets one more student of a group be placed.</summary>
internal sealed class GroupRepair(Exchanges exchanges, NetworkPositions positions)
{
    private readonly PlacementNetwork network = exchanges.Network;
    private int[]? full;

    /// <param name="limits">What is full on the way out of what the group reaches.</param>
    /// <param name="student">One of the group.</param>
    public LocalizedText Of(List<NetworkLimit> limits, string student)
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

    /// <summary>By node: how many full limits lie on the way to the root that has the fewest, all ways found in one search back from the root.</summary>
    private int[] FullOnTheWay()
    {
        var into = new List<int>?[network.NodeCount];
        for (var node = 0; node < network.Root; node++)
        {
            foreach (var other in exchanges.StudentsAt[node])
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
                foreach (var child in exchanges.Below(node))
                {
                    (exchanges.FlowOf(child) < network.Max[child] ? now : next).Push(child);
                }

                if (node != network.Root && exchanges.FlowOf(node) > network.Min[node])
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

            if (exchanges.FlowOf(node) < network.Max[node])
            {
                nodes.AddFirst((network.Above[node], node, false));
            }
            else
            {
                nodes.AddLast((network.Above[node], node, true));
            }

            foreach (var child in exchanges.Below(node).Where(child => exchanges.FlowOf(child) > network.Min[child]))
            {
                nodes.AddFirst((child, node, false));
            }

            foreach (var other in exchanges.StudentsAt[node])
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
}
