using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>For coordinators: the campaign's hosts and how far each is. Who has not declared stands first, as "not declared", never as zero.</summary>
[Authorize(Policies.Coordinator)]
public sealed class HostsModel(PlacementDb db, AskHosts ask, Speech speech, TimeProvider clock) : PageModel
{
    public Campaign Campaign { get; private set; } = null!; // set before the page is drawn

    public IReadOnlyList<HostLine> Hosts { get; private set; } = [];

    /// <summary>Hosts of the track that this campaign has not asked.</summary>
    public int NotAsked { get; private set; }

    public bool MayAsk { get; private set; }

    public async Task<IActionResult> OnGetAsync(CampaignId campaign, CancellationToken cancellationToken)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == campaign, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        Campaign = found;
        MayAsk = found.AcceptsDeclarations(clock.GetUtcNow());
        var rows = await (
            from declaration in db.Declarations.AsNoTracking().Where(d => d.Campaign == campaign)
            join host in db.Hosts on declaration.Host equals host.Id
            join head in db.People on host.Head equals head.Id
            select new { Declaration = declaration, host.Id, host.Code, host.Name, Head = head.Name, head.Email }).ToListAsync(cancellationToken);
        var ranked = await db.HostRankings.AsNoTracking().Where(r => r.Campaign == campaign && r.Versions.Any()).Select(r => r.Host).ToListAsync(cancellationToken);
        Hosts = [.. rows
            .OrderBy(row => row.Declaration.Declared is not null).ThenBy(row => row.Code, StringComparer.Ordinal)
            .Select(row => new HostLine(row.Id, row.Code, row.Name, row.Head, row.Email, row.Declaration.DeclaredNumber, row.Declaration.DeclaredAt, row.Declaration.Draft is not null, row.Declaration.Declared?.CountPlaces(), row.Declaration.Declared?.Offers.Length, ranked.Contains(row.Id)))];
        NotAsked = await db.Hosts.CountAsync(h => h.Track == found.Track, cancellationToken) - Hosts.Count;
        return Page();
    }

    public async Task<IActionResult> OnPostInviteAsync(CampaignId campaign, CancellationToken cancellationToken) =>
        Say(campaign, await ask.InviteAsync(campaign, User.PersonId(), cancellationToken));

    public async Task<IActionResult> OnPostRemindAsync(CampaignId campaign, HostId? host, CancellationToken cancellationToken) =>
        Say(campaign, await ask.RemindAsync(campaign, host, User.PersonId(), cancellationToken));

    private LocalRedirectResult Say(CampaignId campaign, Result<int> asked)
    {
        if (asked.TryGet(out var count, out var problem))
        {
            TempData["Done"] = speech["hosts.asked", count];
        }
        else
        {
            TempData["Problem"] = speech.Of(problem);
        }

        return LocalRedirect($"/Campaigns/{campaign}/Hosts");
    }

    /// <param name="Number">Version in force; 0: not declared.</param>
    /// <param name="Places">Null: not declared.</param>
    public sealed record HostLine(HostId Id, string Code, string Name, string Head, EmailAddress Email, int Number, DateTimeOffset? DeclaredAt, bool HasDraft, int? Places, int? Offers, bool HasRanked);
}
