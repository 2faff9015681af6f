using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>Instances with one bound changed. A minimum above the new maximum is kept: such an instance is infeasible.</summary>
internal static class InstanceChange
{
    public static Instance Max(Instance instance, LimitKind kind, string id, int? max) => kind switch
    {
        LimitKind.Offer => instance with { Offers = [.. instance.Offers.Select(offer => offer.Id == id ? offer with { Max = max ?? instance.Students.Length } : offer)] },
        LimitKind.Supervisor => instance with { Supervisors = [.. instance.Supervisors.Select(supervisor => supervisor.Id == id ? supervisor with { Max = max } : supervisor)] },
        LimitKind.Quota => instance with { Quotas = [.. instance.Quotas.Select(quota => quota.Id == id ? quota with { Max = max } : quota)] },
        _ => instance with { Hosts = [.. instance.Hosts.Select(host => host.Id == id ? host with { Max = max } : host)] },
    };

    public static Instance Min(Instance instance, LimitKind kind, string id, int min) => kind switch
    {
        LimitKind.Offer => instance with { Offers = [.. instance.Offers.Select(offer => offer.Id == id ? offer with { Min = min } : offer)] },
        LimitKind.Supervisor => instance with { Supervisors = [.. instance.Supervisors.Select(supervisor => supervisor.Id == id ? supervisor with { Min = min } : supervisor)] },
        LimitKind.Quota => instance with { Quotas = [.. instance.Quotas.Select(quota => quota.Id == id ? quota with { Min = min } : quota)] },
        _ => instance with { Hosts = [.. instance.Hosts.Select(host => host.Id == id ? host with { Min = min } : host)] },
    };
}
