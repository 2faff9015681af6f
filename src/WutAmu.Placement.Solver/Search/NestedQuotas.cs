using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Search;

/// <summary>
/// Quotas that nest: those that count every student at exactly the offers of one host, of one supervisor, or at one offer. Such a quota is a bound of that host, supervisor or offer,
/// and an instance with no other side constraints is a flow.
/// </summary>
internal static class NestedQuotas
{
    /// <summary>The instance with each of these quotas taken as the bound it is; it has the same matchings. The very instance where there is none.</summary>
    public static Instance Fold(Instance instance)
    {
        foreach (var quota in instance.Quotas)
        {
            if (LimitOf(instance, quota) is not { } limit)
            {
                continue;
            }

            var (min, max) = (quota.Min, quota.Max);
            instance = limit.Kind switch
            {
                // Whoever must have somebody must be open.
                LimitKind.Offer => instance with { Offers = [.. instance.Offers.Select(offer => offer.Id != limit.Id ? offer : offer with { Min = MinOf(offer.Min, offer.Opening), Max = Math.Min(offer.Max, max ?? int.MaxValue), Opening = OpeningOf(offer.Opening) })] },
                LimitKind.Supervisor => instance with { Supervisors = [.. instance.Supervisors.Select(supervisor => supervisor.Id != limit.Id ? supervisor : supervisor with { Min = Math.Max(supervisor.Min, min), Max = Least(supervisor.Max, max) })] },
                _ => instance with { Hosts = [.. instance.Hosts.Select(host => host.Id != limit.Id ? host : host with { Min = MinOf(host.Min, host.Opening), Max = Least(host.Max, max), Opening = OpeningOf(host.Opening) })] },
            };
            instance = instance with { Quotas = instance.Quotas.Remove(quota) };

            int MinOf(int own, Opening opening) => min > 0 || opening == Opening.Always ? Math.Max(own, min) : own;
            Opening OpeningOf(Opening own) => min > 0 ? Opening.Always : own;
        }

        return instance;

        static int? Least(int? one, int? other) => one is { } a && other is { } b ? Math.Min(a, b) : one ?? other;
    }

    /// <summary>What the quota bounds; null: it does not nest.</summary>
    public static (LimitKind Kind, string Id)? LimitOf(Instance instance, Quota quota)
    {
        if (quota.Programmes is not null)
        {
            return null;
        }

        var counted = instance.Offers.Where(offer => SideConstraints.CountsAt(quota, offer)).ToList();
        if (counted.Count == 0)
        {
            return null;
        }

        if (counted.Count == 1)
        {
            return (LimitKind.Offer, counted[0].Id);
        }

        if (counted[0].Supervisor is { } supervisor && IsAll(offer => offer.Supervisor == supervisor))
        {
            return (LimitKind.Supervisor, supervisor);
        }

        return IsAll(offer => offer.Host == counted[0].Host) ? (LimitKind.Host, counted[0].Host) : null;

        bool IsAll(Func<InstanceOffer, bool> under) => counted.TrueForAll(offer => under(offer)) && instance.Offers.Count(under) == counted.Count;
    }
}
