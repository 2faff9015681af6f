using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>Declares the draft that was checked: it becomes the host's next version.</summary>
public sealed partial class DeclareCapacity(PlacementDb db, ReplaceCapacity replace, TimeProvider clock, ILogger<DeclareCapacity> logger)
{
    /// <param name="version">The one the checked page showed.</param>
    /// <param name="reason">Needed from a coordinator who declares on the head's behalf.</param>
    /// <returns>
    /// The version in force: a new one, or the present one if it says the same already (pressed twice, nothing changed). Or problem
    /// <c>declaration.closed</c>, <c>declaration.stale</c>, <c>declaration.no-draft</c>, <c>declaration.behalf-reason</c>, one of <see cref="DeclaredCapacity.Problems"/> or of <see cref="DeclaredCapacity.Contradictions"/>.
    /// </returns>
    public async Task<Result<int>> HandleAsync(CampaignId campaignId, HostId hostId, int version, PersonId by, string? reason, CancellationToken cancellationToken)
    {
        var outcome = await db.WriteAsync(token => DeclareAsync(campaignId, hostId, version, by, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), token), cancellationToken);
        if (outcome.TryGet(out var number, out _))
        {
            LogDeclared(number, hostId, campaignId);
        }

        return outcome;
    }

    private async Task<Result<int>> DeclareAsync(CampaignId campaignId, HostId hostId, int version, PersonId by, string? reason, CancellationToken cancellationToken)
    {
        var campaign = await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaignId, cancellationToken);
        var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, cancellationToken);
        var declaration = await db.Declarations.SingleOrDefaultAsync(d => d.Campaign == campaignId && d.Host == hostId, cancellationToken);
        var now = clock.GetUtcNow();
        var isHead = host.Head == by;
        if (!(isHead ? campaign.AcceptsDeclarations(now) : campaign.AcceptsDeclarationsOnBehalf))
        {
            return new Problem("declaration.closed");
        }

        if (declaration?.Draft is not { } draft)
        {
            return declaration is { DeclaredNumber: > 0 } ? declaration.DeclaredNumber : new Problem("declaration.no-draft");
        }

        if (declaration.Declared?.ShortHash() == draft.ShortHash())
        {
            if (!declaration.DiscardDraft(version).TryGet(out _, out var stale))
            {
                return stale;
            }

            await db.SaveChangesAsync(cancellationToken);
            return declaration.DeclaredNumber;
        }

        if (!isHead && reason is null)
        {
            return Problem.On("reason", "declaration.behalf-reason");
        }

        if (draft.Contradictions() is [var contradiction, ..])
        {
            return contradiction;
        }

        return await replace.HandleAsync(campaign, host, declaration, draft, version, by, isHead ? null : reason, now, cancellationToken);
    }

    [LoggerMessage(EventId = 1510, Level = LogLevel.Information, Message = "Version {Number} of the declaration of host {Host} is in force in campaign {Campaign}.")]
    private partial void LogDeclared(int number, HostId host, CampaignId campaign);
}
