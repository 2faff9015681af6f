using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>A coordinator takes one offer back, with a reason: a new version of the declaration without it. A draft being written is kept, without the offer.</summary>
public sealed class WithdrawOffer(PlacementDb db, ReplaceCapacity replace, TimeProvider clock)
{
    /// <returns>The new version's number; or problem <c>declaration.closed</c>, <c>declaration.withdraw-reason</c>, <c>declaration.withdrawn</c> if it is not in force.</returns>
    public Task<Result<int>> HandleAsync(CampaignId campaignId, HostId hostId, string code, string? reason, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<int>>(
            async token =>
            {
                var campaign = await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaignId, token);
                var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, token);
                var declaration = await db.Declarations.SingleOrDefaultAsync(d => d.Campaign == campaignId && d.Host == hostId, token);
                if (!campaign.AcceptsDeclarationsOnBehalf)
                {
                    return new Problem("declaration.closed");
                }

                if (string.IsNullOrWhiteSpace(reason))
                {
                    return Problem.On("reason", "declaration.withdraw-reason");
                }

                if (declaration?.Declared is not { } declared || declared.Offers.All(offer => offer.Code != code))
                {
                    return new Problem("declaration.withdrawn");
                }

                var now = clock.GetUtcNow();
                var (draft, savedBy, savedAt) = (declaration.Draft?.Without(code), declaration.DraftSavedBy, declaration.DraftSavedAt);
                var replaced = await replace.HandleAsync(campaign, host, declaration, declared.Without(code), declaration.Version, by, reason.Trim(), now, token);
                if (replaced.TryGet(out _, out _) && draft is not null)
                {
                    declaration.SaveDraft(draft, declaration.Version, savedBy ?? by, savedAt ?? now);
                    await db.SaveChangesAsync(token);
                }

                return replaced;
            },
            cancellationToken);
}
