using Microsoft.AspNetCore.Mvc;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>One offer with all that is known of it, and whether it is in the reader's list.</summary>
public sealed class OfferModel(PlacementDb db, ListOffer list, CapacityWords words, OfferChanges changes, Speech speech, TimeProvider clock) : StudentPage(db, clock)
{
    public OfferLine Offer { get; private set; } = null!; // set before the page is drawn

    public CapacityWords Words => words;

    public IReadOnlyList<ChangeLine> Changes { get; private set; } = [];

    public bool IsFull => Draft.Count >= Campaign.ChoiceLimit;

    public async Task<IActionResult> OnGetAsync(OfferId offer, CancellationToken cancellationToken)
    {
        if (await EnterAsync(coordinators: true, cancellationToken) is { } end)
        {
            return end;
        }

        if (!Offers.TryGetValue(offer, out var found))
        {
            return NotFound();
        }

        Offer = found;
        await words.LearnAsync(cancellationToken);
        if (Ranking?.Submitted is { } submitted && submitted.Choices.RankOf(offer) is not null)
        {
            Changes = (await changes.SinceAsync(CampaignId, submitted.SubmittedAt, [found], speech.Language, cancellationToken)).GetValueOrDefault(offer) ?? [];
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAsync(OfferId offer, bool listed, CancellationToken cancellationToken)
    {
        if (await EnterAsync(coordinators: false, cancellationToken) is { } end)
        {
            return end;
        }

        if (!Offers.TryGetValue(offer, out var found))
        {
            return NotFound();
        }

        if ((await list.HandleAsync(CampaignId, User.PersonId(), offer, listed, cancellationToken)).TryGet(out var count, out var problem))
        {
            TempData["Done"] = speech[listed ? "offers.added" : "offers.removed", found.Code, count, Campaign.ChoiceLimit];
        }
        else
        {
            TempData["Problem"] = speech.Of(problem);
        }

        return LocalRedirect($"/Offers/{CampaignId}/{offer}");
    }
}
