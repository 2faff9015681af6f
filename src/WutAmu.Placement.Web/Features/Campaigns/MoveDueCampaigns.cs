using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>
/// Moves campaigns whose deadline has passed: from declaring to ranking, from ranking to matching. Driven by what stands in the rows, so that an instant missed
/// is made up for. With an open readiness item that nobody accepted the campaign waits, and its coordinators are told once.
/// </summary>
public sealed partial class MoveDueCampaigns(PlacementDb db, CampaignsInTurn inTurn, DeadlineLetters letters, LetterBell bell, TimeProvider clock, ILogger<MoveDueCampaigns> logger)
{
    /// <returns>How many moved.</returns>
    public async Task<int> HandleAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = (await db.Campaigns.AsNoTracking().OrderBy(c => c.Id).ToListAsync(cancellationToken)).Where(c => c.MovesByItself(now)).Select(c => c.Id).ToList();
        var turns = await inTurn.EachAsync("move", due, (campaign, token) => MoveAsync(campaign, now, token), cancellationToken);
        if (turns.Count > 0)
        {
            bell.Ring();
        }

        return turns.Count(moved => moved);
    }

    private async Task<bool> MoveAsync(CampaignId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var campaign = await db.Campaigns.SingleAsync(c => c.Id == id, cancellationToken);
        if (!campaign.MovesByItself(now))
        {
            return false;
        }

        var from = campaign.State;
        var open = (await CampaignNumbers.ReadAsync(db, campaign, cancellationToken)).Readiness(campaign, now)
            .Where(item => item.Blocks && !campaign.AcceptedItems.Contains(item.Problem.Code, StringComparer.Ordinal)).ToList();
        var reason = campaign.AcceptedReason;
        if (open.Count == 0 && campaign.MoveTo(from + 1).TryGet(out _, out _))
        {
            db.Audit.Add(new(now, null, id, "campaign.moved", id.ToString(), $"{from} to {campaign.State}, at the deadline", reason));
            await db.TellCoordinatorsAsync(person => letters.Moved(campaign, from, person, now), cancellationToken);
        }
        else
        {
            await db.TellCoordinatorsAsync(person => letters.Waits(campaign, open, person, now), cancellationToken);
        }

        await db.SaveChangesAsync(cancellationToken);
        if (campaign.State == from)
        {
            return false;
        }

        LogMoved(id, from, campaign.State);
        return true;
    }

    [LoggerMessage(EventId = 1010, Level = LogLevel.Information, Message = "Campaign {Campaign} moved from {From} to {To} at its deadline.")]
    private partial void LogMoved(CampaignId campaign, CampaignState from, CampaignState to);
}
