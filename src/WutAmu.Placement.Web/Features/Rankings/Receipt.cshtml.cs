using Microsoft.AspNetCore.Mvc;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>One submitted list: its order, when, its hash, and what hosts changed of it since. Readable for ever.</summary>
public sealed class ReceiptModel(PlacementDb db, OfferChanges changes, Speech speech, TimeProvider clock) : StudentPage(db, clock)
{
    public RankingVersion Version { get; private set; } = null!; // set before the page is drawn

    public RankingVersion? Before { get; private set; }

    public IReadOnlyList<RankingRow> Rows { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(int number, CancellationToken cancellationToken)
    {
        if (await EnterAsync(coordinators: false, cancellationToken) is { } end)
        {
            return end;
        }

        if (Ranking?.Versions.SingleOrDefault(v => v.Number == number) is not { } version)
        {
            return NotFound();
        }

        Version = version;
        Before = Ranking.Versions.SingleOrDefault(v => v.Number == number - 1);
        var inForce = Ranking.Submitted == version;
        var changed = inForce
            ? await changes.SinceAsync(CampaignId, version.SubmittedAt, [.. version.Choices.Offers.Select(offer => Offers[offer])], speech.Language, cancellationToken)
            : new Dictionary<OfferId, IReadOnlyList<ChangeLine>>();
        Rows = RankingRow.Of(version.Choices, Offers, changed, _ => null);
        return Page();
    }
}
