using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Search;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>Effects where every quota nests: those of the instance in which each is a bound of what it counts. One place more at a quota or at that bound changes what is the lesser of both.</summary>
/// <param name="instance">With its quotas.</param>
/// <param name="folded">Of <see cref="NestedQuotas.Fold"/>.</param>
/// <param name="effects">Of the folded instance.</param>
internal sealed class NestedQuotaEffects(Instance instance, Instance folded, Roster roster, IPolicyEffects effects) : IPolicyEffects
{
    private readonly Dictionary<(LimitKind, string), NetworkLimit> limits = new NetworkPositions(folded, roster).Limits.ToDictionary(limit => (limit.Kind, limit.Id));

    public Outcome Base => effects.Base;

    public Outcome Forced(int student, int? offer) => effects.Forced(student, offer);

    public (int? Offer, Outcome Outcome) Without(int student, int? offer) => effects.Without(student, offer);

    public Outcome More(NetworkLimit limit) => Changed(limit, 1, out var bound) ? effects.More(bound) : Base;

    public Outcome Fewer(NetworkLimit limit) => Changed(limit, -1, out var bound) ? effects.Fewer(bound) : Base;

    private bool Changed(NetworkLimit limit, int change, out NetworkLimit bound)
    {
        var changed = NestedQuotas.Fold(InstanceChange.Max(instance, limit.Kind, limit.Id, limit.Max + change));
        var key = limit.Kind == LimitKind.Quota
            ? NestedQuotas.LimitOf(instance, instance.Quotas.Single(quota => quota.Id == limit.Id)) ?? throw new InvalidOperationException($"Quota {limit.Id} does not nest.")
            : (limit.Kind, limit.Id);
        bound = limits[key];
        return new NetworkPositions(changed, roster).Limits.Single(other => (other.Kind, other.Id) == key).Max != bound.Max;
    }
}
