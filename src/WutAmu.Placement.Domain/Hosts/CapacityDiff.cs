using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Hosts;

/// <summary>What a declaration changes against the one before.</summary>
/// <param name="Before">Null: it is the first.</param>
public sealed record CapacityDiff(DeclaredCapacity? Before, DeclaredCapacity After, ImmutableArray<CapacityChange> Changes)
{
    /// <summary>True if the host's total changed: that concerns whoever ranked any of its offers.</summary>
    public bool ChangesTotal => Changes.Any(change => change.Offer is null);

    public static CapacityDiff Between(DeclaredCapacity? before, DeclaredCapacity after)
    {
        var changes = ImmutableArray.CreateBuilder<CapacityChange>();
        if (before is null)
        {
            changes.AddRange(after.Offers.Select(offer => new CapacityChange(offer.Code, CapacityField.OfferAdded)));
            return new(before, after, changes.ToImmutable());
        }

        if (before.Max != after.Max)
        {
            changes.Add(new(null, CapacityField.Max));
        }

        if (before.Min != after.Min)
        {
            changes.Add(new(null, CapacityField.Min));
        }

        if (before.Opening != after.Opening)
        {
            changes.Add(new(null, CapacityField.Opening));
        }

        foreach (var offer in after.Offers)
        {
            if (before.Offers.FirstOrDefault(one => one.Code == offer.Code) is { } old)
            {
                changes.AddRange(offer.Differences(old).Select(field => new CapacityChange(offer.Code, field)));
            }
            else
            {
                changes.Add(new(offer.Code, CapacityField.OfferAdded));
            }
        }

        changes.AddRange(before.Offers.Where(old => after.Offers.All(offer => offer.Code != old.Code)).Select(old => new CapacityChange(old.Code, CapacityField.OfferWithdrawn)));
        return new(before, after, changes.ToImmutable());
    }

    /// <summary>The changes that concern somebody whose list names <paramref name="offers"/> (codes): those of these offers, and of the host's total if any of them is the host's.</summary>
    public IReadOnlyList<CapacityChange> Concerning(IReadOnlySet<string> offers)
    {
        var listed = After.Offers.Concat(Before?.Offers ?? []).Any(offer => offers.Contains(offer.Code));
        return [.. Changes.Where(change => change.Offer is { } code ? offers.Contains(code) : listed)];
    }
}

/// <param name="Offer">Code of the offer; null: the host's total.</param>
public sealed record CapacityChange(string? Offer, CapacityField Field);
