using System.Collections.Immutable;
using WutAmu.Placement.Domain.Hosts;

namespace WutAmu.Placement.Domain.Rankings;

/// <summary>What changed from one list to another.</summary>
public static class RankingDiff
{
    /// <returns>Every offer whose rank differs: those of the later list in its order, then those that it no longer has.</returns>
    public static ImmutableArray<RankingChange> Between(RankedChoices before, RankedChoices after) =>
    [
        .. after.Offers.Select(offer => new RankingChange(offer, before.RankOf(offer), after.RankOf(offer))).Where(change => change.Before != change.After),
        .. before.Offers.Where(offer => after.RankOf(offer) is null).Select(offer => new RankingChange(offer, before.RankOf(offer), null)),
    ];
}

/// <param name="Before">Rank from 1; null: was not listed.</param>
/// <param name="After">Rank from 1; null: is not listed any more.</param>
public sealed record RankingChange(OfferId Offer, int? Before, int? After);
