using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>A coordinator asks the track's hosts to declare, or reminds those who have not. Each host is written to once for the invitation and at most once a day as a reminder.</summary>
public sealed class AskHosts(PlacementDb db, CapacityLetters letters, LetterBell bell, TimeProvider clock)
{
    /// <summary>Adds every host of the track to the campaign and writes to the head.</summary>
    /// <returns>How many were asked; or problem <c>hosts.not-open</c>.</returns>
    public Task<Result<int>> InviteAsync(CampaignId campaignId, PersonId by, CancellationToken cancellationToken) =>
        AskAsync(
            campaignId,
            by,
            "hosts.invited",
            async (campaign, now, token) =>
            {
                var present = await db.Declarations.Where(d => d.Campaign == campaignId).Select(d => d.Host).ToListAsync(token);
                var asked = new List<OutboxLetter>();
                foreach (var host in (await db.Hosts.AsNoTracking().Where(h => h.Track == campaign.Track).ToListAsync(token)).Where(h => !present.Contains(h.Id)).OrderBy(h => h.Code, StringComparer.Ordinal))
                {
                    db.Declarations.Add(new CapacityDeclaration(DeclarationId.New(now), campaignId, host.Id));
                    asked.Add(await letters.AskAsync(LetterKind.Invitation, "HostInvitation", $"host-invitation:{campaignId}:{host.Id}", campaign, host, now, token));
                }

                return asked;
            },
            cancellationToken);

    /// <summary>Writes to the heads of hosts that have not declared.</summary>
    /// <param name="only">This host; null: all.</param>
    /// <returns>How many were written to; or problem <c>hosts.not-open</c>.</returns>
    public Task<Result<int>> RemindAsync(CampaignId campaignId, HostId? only, PersonId by, CancellationToken cancellationToken) =>
        AskAsync(
            campaignId,
            by,
            "hosts.reminded",
            async (campaign, now, token) =>
            {
                var silent = (await db.Declarations.AsNoTracking().Where(d => d.Campaign == campaignId).ToListAsync(token)).Where(d => d.Declared is null && (only is null || d.Host == only)).Select(d => d.Host).ToList();
                var asked = new List<OutboxLetter>();
                foreach (var host in await db.Hosts.AsNoTracking().Where(h => silent.Contains(h.Id)).OrderBy(h => h.Code).ThenBy(h => h.Id).ToListAsync(token))
                {
                    var key = $"host-reminder:{campaignId}:{host.Id}:{now:yyyyMMdd}";
                    if (!await db.Outbox.AnyAsync(l => l.Key == key, token))
                    {
                        asked.Add(await letters.AskAsync(LetterKind.Reminder, "HostReminder", key, campaign, host, now, token));
                    }
                }

                return asked;
            },
            cancellationToken);

    private async Task<Result<int>> AskAsync(CampaignId campaignId, PersonId by, string action, Func<Campaign, DateTimeOffset, CancellationToken, Task<List<OutboxLetter>>> write, CancellationToken cancellationToken)
    {
        var outcome = await db.WriteAsync<Result<int>>(
            async token =>
            {
                var campaign = await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaignId, token);
                var now = clock.GetUtcNow();
                if (!campaign.AcceptsDeclarations(now))
                {
                    return new Problem("hosts.not-open");
                }

                var asked = await write(campaign, now, token);
                db.Outbox.AddRange(asked);
                if (asked.Count > 0)
                {
                    db.Audit.Add(new(now, by, campaignId, action, campaignId.ToString(), $"{asked.Count} hosts"));
                }

                await db.SaveChangesAsync(token);
                return asked.Count;
            },
            cancellationToken);
        bell.Ring();
        return outcome;
    }
}
