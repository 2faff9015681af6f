using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>Keeps what the head wrote so far, or drops it; what is in force stays in force.</summary>
public sealed class SaveDeclarationDraft(PlacementDb db, TimeProvider clock)
{
    /// <param name="draft">Null: drop what was kept.</param>
    /// <returns>Problem <c>declaration.closed</c>, <c>declaration.stale</c>, <c>declaration.not-invited</c>, <c>declaration.code-taken</c>.</returns>
    public Task<Result<Done>> HandleAsync(CampaignId campaignId, HostId hostId, DeclaredCapacity? draft, int version, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Done>>(
            async token =>
            {
                var campaign = await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaignId, token);
                var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, token);
                if (await db.Declarations.SingleOrDefaultAsync(d => d.Campaign == campaignId && d.Host == hostId, token) is not { } declaration)
                {
                    return new Problem("declaration.not-invited");
                }

                var now = clock.GetUtcNow();
                if (!(host.Head == by ? campaign.AcceptsDeclarations(now) : campaign.AcceptsDeclarationsOnBehalf))
                {
                    return new Problem("declaration.closed");
                }

                if (draft is not null && (await OfferBook.ReadAsync(db, campaignId, token)).Refuses(draft, hostId) is { } taken)
                {
                    return taken;
                }

                var kept = draft is null ? declaration.DiscardDraft(version) : declaration.SaveDraft(draft, version, by, now);
                await db.SaveChangesAsync(token);
                return kept;
            },
            cancellationToken);
}
