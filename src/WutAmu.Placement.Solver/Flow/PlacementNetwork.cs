using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Flow;

/// <summary>
/// The laminar matching problem as a network: student → offer → supervisor → host → root, and student → root for "unplaced". Every student sends one unit.
/// Nodes: students 0..n−1, then offers, supervisors, hosts, the root last.
/// </summary>
internal sealed class PlacementNetwork
{
    private readonly List<PlacementArc> arcs = [];

    /// <param name="worstRank">Choices of greater rank are left out, for students with a list (off-list placements count as the greatest rank + 1); null: all.</param>
    public PlacementNetwork(Instance instance, Roster roster, int? worstRank)
    {
        Instance = instance;
        Roster = roster;
        StudentCount = instance.Students.Length;
        OfferStart = StudentCount;
        SupervisorStart = OfferStart + instance.Offers.Length;
        HostStart = SupervisorStart + instance.Supervisors.Length;
        Root = HostStart + instance.Hosts.Length;

        for (var s = 0; s < StudentCount; s++)
        {
            foreach (var choice in roster.OptionsOf(s))
            {
                if (worstRank is not { } worst || choice.Pinned || choice.RankOrOffList <= worst || !roster.HasList(s))
                {
                    arcs.Add(new(s, OfferStart + choice.Offer, 0, 1, choice));
                }
            }

            if (!roster.IsPinned(s))
            {
                arcs.Add(new(s, Root, 0, 1, null));
            }
        }

        StudentArcCount = arcs.Count;
        for (var o = 0; o < instance.Offers.Length; o++)
        {
            var offer = instance.Offers[o];
            var above = offer.Supervisor is { } supervisor ? SupervisorStart + roster.SupervisorIndex[supervisor] : HostStart + roster.HostIndex[offer.Host];
            arcs.Add(new(OfferStart + o, above, offer.Min, Math.Min(offer.Max, StudentCount), null));
        }

        for (var v = 0; v < instance.Supervisors.Length; v++)
        {
            var supervisor = instance.Supervisors[v];
            arcs.Add(new(SupervisorStart + v, HostStart + roster.HostIndex[supervisor.Host], supervisor.Min, Math.Min(supervisor.Max ?? StudentCount, StudentCount), null));
        }

        for (var h = 0; h < instance.Hosts.Length; h++)
        {
            var host = instance.Hosts[h];
            arcs.Add(new(HostStart + h, Root, host.Min, Math.Min(host.Max ?? StudentCount, StudentCount), null));
        }
    }

    public Instance Instance { get; }

    public Roster Roster { get; }

    public int StudentCount { get; }

    public int OfferStart { get; }

    public int SupervisorStart { get; }

    public int HostStart { get; }

    public int Root { get; }

    public int NodeCount => Root + 1;

    /// <summary>The first so many arcs leave students; the rest carry capacities.</summary>
    public int StudentArcCount { get; }

    public IReadOnlyList<PlacementArc> Arcs => arcs;
}

/// <param name="Min">Least flow.</param>
/// <param name="Max">Most flow.</param>
/// <param name="Option">The choice a student's arc stands for; null: unplaced, or a capacity.</param>
internal sealed record PlacementArc(int From, int To, int Min, int Max, Option? Option);
