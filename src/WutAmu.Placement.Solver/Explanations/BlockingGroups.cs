using System.Collections.Immutable;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>Hall violators in a flow that places the most: what an unplaced student can reach by exchanges is full, and holds one place too few.</summary>
internal sealed class BlockingGroups
{
    private readonly PlacementNetwork network;
    private readonly NetworkPositions positions;
    private readonly IReadOnlyList<int> flow;
    private readonly List<int>[] incident;

    public BlockingGroups(Instance instance, Roster roster, FlowFace mostPlaced)
    {
        network = mostPlaced.Network;
        flow = mostPlaced.Flow;
        positions = new(instance, roster);
        incident = [.. Enumerable.Range(0, network.NodeCount).Select(_ => new List<int>())];
        for (var a = 0; a < network.Arcs.Count; a++)
        {
            incident[network.Arcs[a].From].Add(a);
            incident[network.Arcs[a].To].Add(a);
        }
    }

    /// <summary>The group of each unplaced student with a list, smallest first, equal ones once.</summary>
    public IReadOnlyList<BlockingGroup> All() =>
    [
        .. Enumerable.Range(0, network.StudentArcCount)
            .Where(a => flow[a] == 1 && network.Arcs[a].Option is null && network.Roster.HasList(network.Arcs[a].From))
            .Select(a => Of(network.Arcs[a].From))
            .DistinctBy(group => string.Join('\n', group.Students))
            .OrderBy(group => group.Students.Length)
            .ThenBy(group => group.Students[0], StringComparer.Ordinal),
    ];

    private BlockingGroup Of(int student)
    {
        var seen = new bool[network.NodeCount];
        seen[student] = true;
        var queue = new Queue<int>([student]);
        while (queue.TryDequeue(out var node))
        {
            foreach (var a in incident[node])
            {
                var arc = network.Arcs[a];
                var forward = arc.From == node;
                // Nobody of the group is to be left out instead.
                var unplaced = a < network.StudentArcCount && arc.Option is null;
                var next = forward ? arc.To : arc.From;
                if (!seen[next] && !unplaced && (forward ? flow[a] < arc.Max : flow[a] > arc.Min))
                {
                    seen[next] = true;
                    queue.Enqueue(next);
                }
            }
        }

        var limits = positions.Limits.Where(limit => seen[limit.Tail] && !seen[limit.Head]).ToList();
        var places = limits.Sum(limit => limit.Max ?? 0);
        ImmutableArray<string> students = [.. Enumerable.Range(0, network.StudentCount).Where(s => seen[s]).Select(s => network.Instance.Students[s].Id)];
        ImmutableArray<ReachedLimit> reached = [.. limits.Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Max ?? 0))];
        ImmutableArray<ReachedLimit> minima =
        [
            .. positions.Limits.Where((limit, l) => limit.Min > 0 && seen[limit.Head] && !seen[limit.Tail] && flow[network.StudentArcCount + l] == limit.Min)
                .Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Min)),
        ];
        return new(students, reached, places, minima, Repair(reached, network.Instance.Students[student].Id));
    }

    private static LocalizedText Repair(ImmutableArray<ReachedLimit> limits, string student)
    {
        if (limits.Length == 0)
        {
            return new(
                $"Proposer à {student} un autre choix que son programme admet.",
                $"请 {student} 补充其专业可申请的志愿。",
                $"Ask {student} for a further choice that admits their programme.");
        }

        var names = string.Join(", ", limits.Select(limit => limit.Id));
        return new(
            $"Une place de plus à l’un de\u00a0: {names}.",
            $"在以下任一处增加一个名额：{names}。",
            $"One place more at one of: {names}.");
    }
}
