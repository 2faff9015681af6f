using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Hall violators in a flow that places the most: what an unplaced student can reach by exchanges is full, and holds one place too few. Each such group is irreducible: who of it is
/// left out could be any one of them. Which groups there are depends on who is left out; the matching is therefore moved so that the smallest group found is among them.
/// </summary>
internal sealed class BlockingGroups
{
    private readonly Instance instance;
    private readonly PlacementNetwork network;
    private readonly NetworkPositions positions;
    private readonly Exchanges exchanges;
    private readonly GroupRepair repair;
    private readonly int[] pins;
    private readonly long mostSteps;

    /// <param name="mostSteps">For the search of the smallest: see <see cref="SmallestGroup"/>.</param>
    public BlockingGroups(Instance instance, Roster roster, FlowFace mostPlaced, long mostSteps = ReportLimits.StepsForTheSmallestGroup)
    {
        this.instance = instance;
        this.mostSteps = mostSteps;
        network = mostPlaced.Network;
        positions = new(instance, roster);
        exchanges = new(mostPlaced);
        repair = new(exchanges, positions);
        pins = new int[network.NodeCount];
        for (var node = 0; node < network.Root; node++)
        {
            pins[node] = exchanges.StudentsAt[node].Count(roster.IsPinned);
        }
    }

    /// <summary>The group of each unplaced student with a list, smallest first, equal ones once.</summary>
    public IReadOnlyList<BlockingGroup> All()
    {
        var (groups, smallest) = Competing();
        return [.. groups.Select(group => Tell(group, smallest))];
    }

    /// <summary>The first of <see cref="All"/>; null: none.</summary>
    public BlockingGroup? First() => Competing() is { Groups: [var first, ..] } found ? Tell(first, found.Smallest) : null;

    /// <returns>The groups, and the size of which it is proven that no group is smaller; 0: nothing is proven.</returns>
    private (List<Exchanges.Reached> Groups, int Smallest) Competing()
    {
        var groups = Groups();
        if (groups.Count == 0)
        {
            return (groups, 0);
        }

        var least = SizeOf(groups[0]);
        int[] leftOut = [.. Enumerable.Range(0, network.StudentCount).Where(exchanges.IsLeftOut)];
        // Who can never be placed is a group in every matching: without one nothing is smaller than two. And one student too many compete in one group alone.
        if (least <= 2 || leftOut.Length == 1)
        {
            return (groups, least);
        }

        var all = exchanges.From(leftOut);
        var (within, proven) = new SmallestGroup(network, [.. all.Students.Where(IsCounted)], all.Nodes, pins, mostSteps).Find(least);
        if (within is not null)
        {
            Gather([.. within]);
            groups = Groups();
        }

        return (groups, proven ? SizeOf(groups[0]) : 0);
    }

    private List<Exchanges.Reached> Groups()
    {
        var groups = new List<Exchanges.Reached>();
        for (var s = 0; s < network.StudentCount; s++)
        {
            if (exchanges.IsLeftOut(s))
            {
                var group = exchanges.From(s);
                // Whoever is reached reaches no more: the same number is the same group.
                if (!groups.Exists(known => known.Has[s] && known.Students.Count == group.Students.Count))
                {
                    groups.Add(group);
                }
            }
        }

        // Students stand in ordinal order of ids, and two groups of one size that begin with the same one stay as found.
        return [.. groups.OrderBy(SizeOf).ThenBy(group => group.Students.First(IsCounted))];
    }

    // A pin takes its place in every matching: its student does not compete.
    private bool IsCounted(int student) => !network.Roster.IsPinned(student);

    private int SizeOf(Exchanges.Reached group) => group.Students.Count(IsCounted);

    /// <summary>Places as many of these students as can be, instead of others: who of them is then left out competes with some of them alone.</summary>
    private void Gather(HashSet<int> within)
    {
        while (true)
        {
            var found = within.Where(exchanges.IsLeftOut).Order().Select(student => exchanges.From(student))
                .Select(group => (group, Other: group.Students.Where(other => IsCounted(other) && !within.Contains(other)).DefaultIfEmpty(-1).First()))
                .FirstOrDefault(pair => pair.Other >= 0);
            if (found.group is null)
            {
                return;
            }

            exchanges.LeaveOutInstead(found.group, found.Other);
        }
    }

    private BlockingGroup Tell(Exchanges.Reached group, int smallest)
    {
        var limits = positions.Limits.Where(limit => Seen(limit.Tail) && !Seen(limit.Head)).ToList();
        ImmutableArray<ReachedLimit> reached = [.. limits.Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Max ?? 0))];
        ImmutableArray<ReachedLimit> minima =
        [
            .. positions.Limits.Where((limit, l) => limit.Min > 0 && Seen(limit.Head) && !Seen(limit.Tail) && exchanges.FlowOf(l) == limit.Min)
                .Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Min)),
        ];
        var pinned = group.Nodes.Select((seen, node) => seen ? pins[node] : 0).Sum();
        return new(
            [.. group.Students.Where(IsCounted).Select(s => instance.Students[s].Id)],
            reached,
            reached.Sum(limit => limit.Places) - pinned,
            minima,
            repair.Of(limits, instance.Students[group.LeftOut[0]].Id),
            SizeOf(group) == smallest);

        // Positions count students first.
        bool Seen(int position) => group.Nodes[position - network.StudentCount];
    }
}
