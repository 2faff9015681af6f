using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Shared;

/// <summary>The main links of whoever reads: a coordinator's, a host head's, a student's.</summary>
public sealed class Navigation(PlacementDb db) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync()
    {
        var links = new List<NavigationLink> { new("/", "site.home") };
        if (UserClaimsPrincipal.IsCoordinator())
        {
            links.Add(new("/Campaigns", "campaigns.title", "/Runs"));
            links.Add(new("/Letters", "letters.title"));
            links.Add(new("/People", "people.title"));
            links.Add(new("/Journal", "journal.title"));
        }

        if (UserClaimsPrincipal.IsCoordinator() || UserClaimsPrincipal.IsOperator())
        {
            links.Add(new("/Accounts/Staff", "staff.nav"));
        }

        if (User.Identity?.IsAuthenticated == true)
        {
            var person = UserClaimsPrincipal.PersonId();
            if (await db.Hosts.AnyAsync(host => host.Head == person, HttpContext.RequestAborted))
            {
                links.Add(new("/Hosts", "hosts.mine", UserClaimsPrincipal.IsCoordinator() ? null : "/Campaigns"));
            }
        }

        return View("/Features/Shared/_Navigation.cshtml", links);
    }
}

/// <param name="Also">Pages below this path belong to the link, too.</param>
public sealed record NavigationLink(string Path, string Text, string? Also = null)
{
    public bool Holds(PathString page) =>
        Path == "/" ? page == "/" : page.StartsWithSegments(Path, StringComparison.OrdinalIgnoreCase) || (Also is not null && page.StartsWithSegments(Also, StringComparison.OrdinalIgnoreCase));
}
