using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Publication;

/// <summary>Takes a publication back before its first letter leaves; the page closes and the letters are withdrawn in the same transaction.</summary>
public sealed class RecallPublication(PlacementDb db, TimeProvider clock)
{
    /// <returns>Problem <c>publication.recalled</c>, <c>publication.letters-left</c>, <c>publication.recall-reason</c>.</returns>
    public Task<Result<Done>> HandleAsync(CampaignId campaignId, string? reason, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync(token => RecallAsync(campaignId, reason, by, token), cancellationToken);

    private async Task<Result<Done>> RecallAsync(CampaignId campaignId, string? reason, PersonId by, CancellationToken cancellationToken)
    {
        if (string.IsNullOrWhiteSpace(reason))
        {
            return Problem.On("reason", "publication.recall-reason");
        }

        var now = clock.GetUtcNow();
        var publication = await db.Publications.SingleOrDefaultAsync(p => p.Campaign == campaignId && p.RecalledAt == null, cancellationToken);
        if (publication is null)
        {
            return new Problem("publication.recalled");
        }

        if (!publication.Recall(reason, now).TryGet(out _, out var problem))
        {
            return problem;
        }

        var prefix = ResultLetters.KeyPrefix(publication.Id);
        // Those withdrawn by hand are withdrawn.
        var letters = await db.Outbox
            .Where(l => l.Campaign == campaignId && l.Key.StartsWith(prefix) && l.State != LetterState.Recalled)
            .OrderBy(l => l.Id).ToListAsync(cancellationToken);
        foreach (var letter in letters)
        {
            if (!letter.Recall(now).TryGet(out _, out var left))
            {
                return left;
            }
        }

        var campaign = await db.Campaigns.SingleAsync(c => c.Id == campaignId, cancellationToken);
        if (!campaign.Reopen().TryGet(out _, out var step))
        {
            return step;
        }

        db.Audit.Add(new(now, by, campaignId, "publication.recalled", publication.Id.ToString(), $"{letters.Count} letters withdrawn", reason));
        await db.SaveChangesAsync(cancellationToken);
        return default(Done);
    }
}
