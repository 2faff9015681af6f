using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>What every page of one host in one campaign begins with: only its head and coordinators enter.</summary>
public abstract class HostPage(PlacementDb db) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "campaign")]
    public CampaignId CampaignId { get; set; }

    [BindProperty(SupportsGet = true, Name = "host")]
    public HostId HostId { get; set; }

    public Campaign Campaign { get; private set; } = null!; // set before the page is drawn

    public Domain.Hosts.Host Laboratory { get; private set; } = null!; // set before the page is drawn

    /// <summary>Null: the host was not asked to declare in this campaign.</summary>
    public CapacityDeclaration? Declaration { get; private set; }

    /// <summary>False: a coordinator looks, or acts on the head's behalf.</summary>
    public bool IsHead { get; private set; }

    /// <summary>Address of this host's pages.</summary>
    public string Root => $"/Campaigns/{CampaignId}/Hosts/{HostId}";

    protected PlacementDb Db => db;

    /// <returns>The answer that ends the request (404, 403), or null: enter.</returns>
    protected async Task<IActionResult?> EnterAsync(CancellationToken cancellationToken)
    {
        var campaign = await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == CampaignId, cancellationToken);
        var host = await db.Hosts.AsNoTracking().SingleOrDefaultAsync(h => h.Id == HostId, cancellationToken);
        if (campaign is null || host is null || host.Track != campaign.Track)
        {
            return NotFound();
        }

        IsHead = host.Head == User.PersonId();
        if (!IsHead && !User.IsCoordinator())
        {
            return StatusCode(StatusCodes.Status403Forbidden);
        }

        (Campaign, Laboratory) = (campaign, host);
        await ReadDeclarationAsync(cancellationToken);
        return null;
    }

    protected async Task ReadDeclarationAsync(CancellationToken cancellationToken) =>
        Declaration = await db.Declarations.AsNoTracking().SingleOrDefaultAsync(d => d.Campaign == CampaignId && d.Host == HostId, cancellationToken);
}
