using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;

namespace WutAmu.Placement.Solver.Search;

/// <summary>Constraints that do not nest offer in supervisor in host: quotas, together, apart, and minima that hold only if open.</summary>
internal static class SideConstraints
{
    public static bool Has(Instance instance) => !PolicyEffects.Nests(instance);

    /// <summary>The instance without them: every matching of the instance is one of this.</summary>
    public static Instance Without(Instance instance) => instance with
    {
        Quotas = [],
        Together = [],
        Apart = [],
        Hosts = [.. instance.Hosts.Select(host => host.Opening == Opening.IfOpen ? host with { Min = 0, Opening = Opening.Always } : host)],
        Offers = [.. instance.Offers.Select(offer => offer.Opening == Opening.IfOpen ? offer with { Min = 0, Opening = Opening.Always } : offer)],
    };

    public static bool Counts(Quota quota, InstanceStudent student, InstanceOffer offer) =>
        (quota.Programmes is not { } programmes || (student.Programme is { } programme && programmes.Contains(programme, StringComparer.Ordinal)))
        && CountsAt(quota, offer);

    /// <summary>Whoever it counts.</summary>
    public static bool CountsAt(Quota quota, InstanceOffer offer) =>
        (quota.Hosts is not { } hosts || hosts.Contains(offer.Host, StringComparer.Ordinal))
        && (quota.Offers is not { } offers || offers.Contains(offer.Id, StringComparer.Ordinal));

    /// <summary>What "together" and "apart" compare: the host's id or the offer's.</summary>
    public static string PlaceOf(GroupLevel level, InstanceOffer offer) => level == GroupLevel.Host ? offer.Host : offer.Id;

    /// <param name="given">Offer by student of the sorted instance, or <see cref="Matched.Unplaced"/>.</param>
    public static bool Hold(Instance instance, Roster roster, int[] given)
    {
        bool Within(int count, int min, int? max, Opening opening) => (count >= min || (count == 0 && opening == Opening.IfOpen)) && !(count > max);
        int Count(Func<int, InstanceOffer, bool> counts) => Enumerable.Range(0, given.Length).Count(s => given[s] != Matched.Unplaced && counts(s, instance.Offers[given[s]]));
        IEnumerable<string?> Places(IEnumerable<string> students, GroupLevel level) =>
            students.Select(id => given[roster.StudentIndex[id]] is var offer && offer == Matched.Unplaced ? null : PlaceOf(level, instance.Offers[offer]));

        return instance.Quotas.All(quota => Within(Count((s, offer) => Counts(quota, instance.Students[s], offer)), quota.Min, quota.Max, Opening.Always))
            && instance.Hosts.All(host => host.Min == 0 || Within(Count((_, offer) => offer.Host == host.Id), host.Min, host.Max, host.Opening))
            && instance.Offers.All(own => own.Min == 0 || Within(Count((_, offer) => offer.Id == own.Id), own.Min, own.Max, own.Opening))
            && instance.Together.All(group => Places(group.Students, group.Level).Distinct().Count() <= 1)
            && instance.Apart.All(group => Places(group.Students, group.Level).OfType<string>() is var places && places.Distinct().Count() == places.Count());
    }
}
