using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>A bound on the students below a node of the network.</summary>
/// <param name="Min">0 where the minimum holds only if open.</param>
/// <param name="Max">Null: no limit.</param>
internal sealed record NetworkLimit(LimitKind Kind, string Id, int Tail, int Head, int Min, int? Max);

/// <summary>Node numbers of the network (students, offers, supervisors, hosts, root last) and its limits: offers, then supervisors, then hosts.</summary>
internal sealed class NetworkPositions
{
    public NetworkPositions(Instance instance, Roster roster)
    {
        OfferStart = instance.Students.Length;
        SupervisorStart = OfferStart + instance.Offers.Length;
        HostStart = SupervisorStart + instance.Supervisors.Length;
        Root = HostStart + instance.Hosts.Length;
        Limits =
        [
            .. instance.Offers.Select((offer, o) => new NetworkLimit(
                LimitKind.Offer,
                offer.Id,
                OfferStart + o,
                offer.Supervisor is { } supervisor ? SupervisorStart + roster.SupervisorIndex[supervisor] : HostStart + roster.HostIndex[offer.Host],
                offer.Opening == Opening.Always ? offer.Min : 0,
                offer.Max)),
            .. instance.Supervisors.Select((supervisor, v) => new NetworkLimit(
                LimitKind.Supervisor, supervisor.Id, SupervisorStart + v, HostStart + roster.HostIndex[supervisor.Host], supervisor.Min, supervisor.Max)),
            .. instance.Hosts.Select((host, h) => new NetworkLimit(
                LimitKind.Host, host.Id, HostStart + h, Root, host.Opening == Opening.Always ? host.Min : 0, host.Max)),
        ];
        StudentCount = instance.Students.Length;
    }

    public int StudentCount { get; }

    public int OfferStart { get; }

    public int SupervisorStart { get; }

    public int HostStart { get; }

    public int Root { get; }

    public int NodeCount => Root + 1;

    public ImmutableArray<NetworkLimit> Limits { get; }

    /// <summary>The limits an offer lies under: its own, its supervisor's if any, its host's.</summary>
    public IEnumerable<NetworkLimit> LimitsOver(int offer)
    {
        for (var node = OfferStart + offer; node != Root; node = Limits[node - StudentCount].Head)
        {
            yield return Limits[node - StudentCount];
        }
    }
}
