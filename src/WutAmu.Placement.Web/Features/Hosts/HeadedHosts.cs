using Microsoft.AspNetCore.Mvc;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>On the home page of somebody who heads a host: what each waits for. Nothing for others.</summary>
public sealed class HeadedHosts(PlacementDb db, TimeProvider clock) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync()
    {
        var hosts = User.Identity?.IsAuthenticated == true ? await MyHost.ReadAsync(db, UserClaimsPrincipal.PersonId(), clock.GetUtcNow(), HttpContext.RequestAborted) : [];
        return hosts.Count == 0 ? Content("") : View("/Features/Hosts/_MyHosts.cshtml", hosts);
    }
}
