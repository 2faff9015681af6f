using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>The hosts somebody heads, campaign by campaign, and what each waits for.</summary>
public sealed class MineModel(PlacementDb db, TimeProvider clock) : PageModel
{
    public IReadOnlyList<MyHost> Hosts { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Hosts = await MyHost.ReadAsync(db, User.PersonId(), clock.GetUtcNow(), cancellationToken);
}

/// <param name="MustDeclare">Declaring is open and nothing is declared.</param>
public sealed record MyHost(Campaign Campaign, Domain.Hosts.Host Host, CapacityDeclaration Declaration, bool MustDeclare, bool MayChange)
{
    /// <summary>True: something is begun that is not declared, and still may be.</summary>
    public bool HasDraft => MayChange && Declaration.Draft is not null;

    public static async Task<IReadOnlyList<MyHost>> ReadAsync(PlacementDb db, PersonId head, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var rows = await (
            from host in db.Hosts.AsNoTracking().Where(h => h.Head == head)
            join declaration in db.Declarations.AsNoTracking() on host.Id equals declaration.Host
            join campaign in db.Campaigns.AsNoTracking() on declaration.Campaign equals campaign.Id
            orderby campaign.AcademicYear descending, host.Code, host.Id
            select new { Campaign = campaign, Host = host, Declaration = declaration }).ToListAsync(cancellationToken);
        return [.. rows.Select(row => new MyHost(row.Campaign, row.Host, row.Declaration, row.Declaration.Declared is null && row.Campaign.AcceptsDeclarations(now), row.Campaign.AcceptsDeclarations(now)))];
    }
}
