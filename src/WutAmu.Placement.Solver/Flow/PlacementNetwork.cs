using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Flow;

/// <summary>
/// The laminar matching problem as a network: student → offer → supervisor → host → root, and student → root for "unplaced". Every student sends one unit.
/// Students are no nodes here: a student is one unit at the node of the arc in use. Nodes: offers, then supervisors, hosts, the root last, so that every
/// node lies before the node above it. Flat arrays: an instance may have millions of choices.
/// </summary>
internal sealed class PlacementNetwork
{
    /// <summary>In <see cref="OptionAt"/>: the arc to the root, which leaves the student unplaced.</summary>
    public const int Unplaced = -1;

    /// <param name="worstRank">Choices of greater rank are left out, for students with a list (off-list placements count as the greatest rank + 1); null: all.</param>
    public PlacementNetwork(Instance instance, Roster roster, int? worstRank)
    {
        Instance = instance;
        Roster = roster;
        StudentCount = instance.Students.Length;
        SupervisorStart = instance.Offers.Length;
        HostStart = SupervisorStart + instance.Supervisors.Length;
        Root = HostStart + instance.Hosts.Length;

        First = new int[StudentCount + 1];
        Head = new int[roster.OptionCount + StudentCount];
        OptionAt = new int[Head.Length];
        var options = roster.Options;
        var arc = 0;
        for (var s = 0; s < StudentCount; s++)
        {
            First[s] = arc;
            var bounded = worstRank is not null && roster.HasList(s) && !roster.IsPinned(s);
            var from = roster.Start[s];
            for (var i = from; i < roster.Start[s + 1]; i++)
            {
                if (!bounded || options.RankOrOffList[i] <= worstRank)
                {
                    Head[arc] = options.Offer[i];
                    OptionAt[arc++] = i - from;
                }
            }

            if (!roster.IsPinned(s))
            {
                Head[arc] = Root;
                OptionAt[arc++] = Unplaced;
            }
        }

        First[StudentCount] = arc;
        Above = new int[Root];
        Min = new int[Root];
        Max = new int[Root];
        for (var o = 0; o < instance.Offers.Length; o++)
        {
            var offer = instance.Offers[o];
            Above[o] = offer.Supervisor is { } supervisor ? SupervisorStart + roster.SupervisorIndex[supervisor] : HostStart + roster.HostOf[o];
            (Min[o], Max[o]) = (offer.Min, offer.Max);
        }

        for (var v = 0; v < instance.Supervisors.Length; v++)
        {
            var supervisor = instance.Supervisors[v];
            Above[SupervisorStart + v] = HostStart + roster.HostIndex[supervisor.Host];
            (Min[SupervisorStart + v], Max[SupervisorStart + v]) = (supervisor.Min, supervisor.Max ?? StudentCount);
        }

        for (var h = 0; h < instance.Hosts.Length; h++)
        {
            Above[HostStart + h] = Root;
            (Min[HostStart + h], Max[HostStart + h]) = (instance.Hosts[h].Min, instance.Hosts[h].Max ?? StudentCount);
        }

        for (var node = 0; node < Root; node++)
        {
            Max[node] = Math.Min(Max[node], StudentCount);
        }
    }

    public Instance Instance { get; }

    public Roster Roster { get; }

    public int StudentCount { get; }

    public int SupervisorStart { get; }

    public int HostStart { get; }

    public int Root { get; }

    public int NodeCount => Root + 1;

    /// <summary>Arcs of student s: from <c>First[s]</c> to before <c>First[s + 1]</c>.</summary>
    public int[] First { get; }

    /// <summary>Node an arc leads to.</summary>
    public int[] Head { get; }

    /// <summary>Position among the student's options, or <see cref="Unplaced"/>.</summary>
    public int[] OptionAt { get; }

    /// <summary>Node above each node but the root.</summary>
    public int[] Above { get; }

    /// <summary>Least number of students through each node but the root.</summary>
    public int[] Min { get; }

    /// <summary>Most students through each node but the root; never above the number of students, so it may lie below <see cref="Min"/>.</summary>
    public int[] Max { get; }

    public Option? Option(int student, int arc) => OptionAt[arc] is var option && option < 0 ? null : Roster.OptionsOf(student)[option];
}
