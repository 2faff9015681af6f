using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>A bound by its kind and its row in the instance.</summary>
internal readonly record struct Bound(LimitKind Kind, int At);

/// <summary>How many a result places under each bound, and which bounds lie over an offer.</summary>
internal sealed class Tally
{
    private readonly Claim claim;
    private readonly int[][] taken;
    private readonly QuotaSets[] quotas;
    private readonly Dictionary<string, int> quotaAt;

    public Tally(Claim claim)
    {
        this.claim = claim;
        var instance = claim.Instance;
        taken = [new int[instance.Offers.Length], new int[instance.Supervisors.Length], new int[instance.Hosts.Length], new int[instance.Quotas.Length]];
        quotas = [.. instance.Quotas.Select(quota => new QuotaSets(quota))];
        quotaAt = new(instance.Quotas.Length, StringComparer.Ordinal);
        for (var q = 0; q < quotas.Length; q++)
        {
            quotaAt.Add(instance.Quotas[q].Id, q);
        }

        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.Given[s] is var offer && offer == Claim.Unplaced)
            {
                continue;
            }

            foreach (var bound in Over(offer))
            {
                taken[(int)bound.Kind][bound.At]++;
            }

            for (var q = 0; q < quotas.Length; q++)
            {
                taken[(int)LimitKind.Quota][q] += Counts(q, s, offer) ? 1 : 0;
            }
        }
    }

    /// <summary>True: quotas, groups, or minima that hold only if open: whether the places of offers, supervisors and hosts suffice does not tell what is possible.</summary>
    public bool HasMoreThanPlaces =>
        claim.Instance.Quotas.Length + claim.Instance.Together.Length + claim.Instance.Apart.Length > 0
        || claim.Instance.Hosts.Any(host => host is { Opening: Opening.IfOpen, Min: > 1 })
        || claim.Instance.Offers.Any(offer => offer is { Opening: Opening.IfOpen, Min: > 1 });

    public bool HasMinima =>
        claim.Instance.Offers.Any(offer => offer.Min > 0) || claim.Instance.Supervisors.Any(supervisor => supervisor.Min > 0) || claim.Instance.Hosts.Any(host => host.Min > 0);

    public int Count(LimitKind kind) => taken[(int)kind].Length;

    public int Taken(Bound bound) => taken[(int)bound.Kind][bound.At];

    public string IdOf(Bound bound) => bound.Kind switch
    {
        LimitKind.Offer => claim.Instance.Offers[bound.At].Id,
        LimitKind.Supervisor => claim.Instance.Supervisors[bound.At].Id,
        LimitKind.Host => claim.Instance.Hosts[bound.At].Id,
        _ => claim.Instance.Quotas[bound.At].Id,
    };

    /// <summary>Null: no limit.</summary>
    public int? Max(Bound bound) => bound.Kind switch
    {
        LimitKind.Offer => claim.Instance.Offers[bound.At].Max,
        LimitKind.Supervisor => claim.Instance.Supervisors[bound.At].Max,
        LimitKind.Host => claim.Instance.Hosts[bound.At].Max,
        _ => claim.Instance.Quotas[bound.At].Max,
    };

    /// <summary>Of what is open, too; a minimum of 1 that holds only if open asks for nothing.</summary>
    public int Min(Bound bound) => bound.Kind switch
    {
        LimitKind.Offer => claim.Instance.Offers[bound.At] is { Opening: Opening.IfOpen, Min: <= 1 } ? 0 : claim.Instance.Offers[bound.At].Min,
        LimitKind.Supervisor => claim.Instance.Supervisors[bound.At].Min,
        LimitKind.Host => claim.Instance.Hosts[bound.At] is { Opening: Opening.IfOpen, Min: <= 1 } ? 0 : claim.Instance.Hosts[bound.At].Min,
        _ => claim.Instance.Quotas[bound.At].Min,
    };

    public bool TryFind(LimitKind kind, string id, out Bound bound)
    {
        var at = -1;
        var found = kind switch
        {
            LimitKind.Offer => claim.OfferAt.TryGetValue(id, out at),
            LimitKind.Supervisor => claim.SupervisorAt.TryGetValue(id, out at),
            LimitKind.Host => claim.HostAt.TryGetValue(id, out at),
            LimitKind.Quota => quotaAt.TryGetValue(id, out at),
            _ => false,
        };
        bound = new(kind, at);
        return found;
    }

    /// <summary>The offer, its supervisor if any, its host.</summary>
    public ImmutableArray<Bound> Over(int offer)
    {
        var host = new Bound(LimitKind.Host, claim.HostOf[offer]);
        return claim.Instance.Offers[offer].Supervisor is { } supervisor
            ? [new(LimitKind.Offer, offer), new(LimitKind.Supervisor, claim.SupervisorAt[supervisor]), host]
            : [new(LimitKind.Offer, offer), host];
    }

    /// <summary>Whether a quota counts a student at an offer; at none (<see cref="Claim.Unplaced"/>) never.</summary>
    public bool Counts(int quota, int student, int offer) =>
        offer != Claim.Unplaced && quotas[quota].Counts(claim.Instance.Students[student], claim.Instance.Offers[offer]);

    // A list is looked through once, not for every choice.
    private sealed class QuotaSets(Quota quota)
    {
        private readonly HashSet<string>? programmes = SetOf(quota.Programmes);
        private readonly HashSet<string>? hosts = SetOf(quota.Hosts);
        private readonly HashSet<string>? offers = SetOf(quota.Offers);

        public bool Counts(InstanceStudent student, InstanceOffer offer) =>
            programmes?.Contains(student.Programme ?? "") != false && hosts?.Contains(offer.Host) != false && offers?.Contains(offer.Id) != false;

        private static HashSet<string>? SetOf(ImmutableArray<string>? ids) => ids is { } some ? new(some, StringComparer.Ordinal) : null;
    }
}
