using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>The head accepts or refuses a placed student until the deadline; a refusal tells the coordinators, who decide what follows.</summary>
public sealed class AnswerAsHost(PlacementDb db, CapacityLetters letters, LetterBell bell, TimeProvider clock)
{
    /// <returns>Problem <c>host-answer.closed</c>, <c>host-answer.reason</c> if a refusal has none, <c>host-answer.unknown</c> if the placement is not the host's or no longer published.</returns>
    public async Task<Result<Done>> HandleAsync(CampaignId campaignId, HostId hostId, PlacementId placementId, Answer answer, string? reason, PersonId by, CancellationToken cancellationToken)
    {
        var outcome = await db.WriteAsync(token => AnswerAsync(campaignId, hostId, placementId, answer, string.IsNullOrWhiteSpace(reason) ? null : PersonName.Clean(reason), by, token), cancellationToken);
        bell.Ring();
        return outcome;
    }

    private async Task<Result<Done>> AnswerAsync(CampaignId campaignId, HostId hostId, PlacementId placementId, Answer answer, string? reason, PersonId by, CancellationToken cancellationToken)
    {
        var campaign = await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaignId, cancellationToken);
        var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, cancellationToken);
        var found = await (
            from placement in db.Placements.Where(p => p.Id == placementId && p.Campaign == campaignId)
            join publication in db.Publications.Where(p => p.RecalledAt == null) on placement.Publication equals publication.Id
            join offer in db.Offers.Where(o => o.Host == hostId) on placement.Offer equals offer.Id
            select new { Placement = placement, Publication = publication }).SingleOrDefaultAsync(cancellationToken);
        if (found is null || answer == Answer.Pending || host.Head != by)
        {
            return new Problem("host-answer.unknown");
        }

        var placed = found.Placement;
        var now = clock.GetUtcNow();
        if (!campaign.AcceptsAnswers(now))
        {
            return new Problem("host-answer.closed");
        }

        if (answer == Answer.Refused && reason is null)
        {
            return Problem.On("reason", "host-answer.reason");
        }

        if (placed.HostAnswer == answer && placed.HostReason == (answer == Answer.Refused ? reason : null))
        {
            return default(Done);
        }

        if (!placed.AnswerAsHost(answer, reason, campaign, now).TryGet(out _, out var problem))
        {
            return problem;
        }

        db.Audit.Add(new(now, by, campaignId, "placement.host-answered", placed.Id.ToString(), answer.ToString(), answer == Answer.Refused ? reason : null));
        if (answer == Answer.Refused)
        {
            await db.TellCoordinatorsAsync(
                coordinator => letters.HostRefused($"{ResultLetters.KeyPrefix(found.Publication.Id)}host-refused:{placed.Id}:{placed.Version}:{coordinator.Id}", campaign, host, coordinator, reason ?? "", now, found.Publication.LettersNotBefore(now)),
                cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        return default(Done);
    }
}
