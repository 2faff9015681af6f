using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Hosts;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <param name="Rank">From 1.</param>
/// <param name="Tied">True: equally good as the row above.</param>
/// <param name="Alone">True: no other row has this rank.</param>
/// <param name="Changes">What its host changed since the list was submitted.</param>
public sealed record RankingRow(OfferLine Offer, int Rank, bool Tied, bool Alone, string? Note, IReadOnlyList<ChangeLine> Changes)
{
    public static IReadOnlyList<RankingRow> Of(
        RankedChoices list, IReadOnlyDictionary<OfferId, OfferLine> offers, IReadOnlyDictionary<OfferId, IReadOnlyList<ChangeLine>> changes, Func<OfferId, string?> note) =>
        [.. list.Groups.SelectMany((group, i) => group.Select((offer, at) => new RankingRow(offers[offer], i + 1, at > 0, group.Length == 1, note(offer), changes.GetValueOrDefault(offer) ?? [])))];
}
