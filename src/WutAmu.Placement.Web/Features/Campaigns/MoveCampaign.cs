using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>Moves a campaign to its next state; with open readiness items only with a reason.</summary>
public sealed class MoveCampaign(PlacementDb db, TimeProvider clock)
{
    /// <param name="from">The state the coordinator saw: two clicks move one step.</param>
    /// <returns>Problem <c>campaign.stale</c>, <c>campaign.step</c>, <c>readiness.reason</c>.</returns>
    public Task<Result<Done>> HandleAsync(CampaignId id, CampaignState from, string? reason, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Done>>(
            async token =>
            {
                var campaign = await db.Campaigns.SingleAsync(c => c.Id == id, token);
                if (campaign.State != from)
                {
                    return new Problem("campaign.stale");
                }

                var now = clock.GetUtcNow();
                var open = (await CampaignNumbers.ReadAsync(db, campaign, token)).Readiness(campaign, now).Where(item => item.Blocks).ToList();
                if (open.Count > 0 && string.IsNullOrWhiteSpace(reason))
                {
                    return Problem.On("reason", "readiness.reason", open.Count);
                }

                // From matching to published goes by a publication alone.
                if (from == CampaignState.Matching || !campaign.MoveTo(from + 1).TryGet(out _, out _))
                {
                    return Problem.Of("campaign.step", from, from);
                }

                db.Audit.Add(new(now, by, id, "campaign.moved", id.ToString(), $"{from} to {campaign.State}", reason));
                await db.SaveChangesAsync(token);
                return default(Done);
            },
            cancellationToken);
}
