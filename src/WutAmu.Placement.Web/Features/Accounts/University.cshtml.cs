using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Leads to the university's sign-in. A link, not a form: the page's policy lets forms go nowhere else.</summary>
public sealed class UniversityModel(PlacementDb db, StepUp stepUp, UniversityReach reach, IOptions<UniversityOptions> university) : PageModel
{
    public async Task<IActionResult> OnGetAsync(string? returnUrl, CancellationToken cancellationToken)
    {
        if (!university.Value.IsConfigured)
        {
            return NotFound();
        }

        var to = Url.IsLocalUrl(returnUrl) ? returnUrl : "/";
        return await reach.WhyNotAsync(cancellationToken) is null
            ? Challenge(new AuthenticationProperties { RedirectUri = to }, UniversitySetup.SchemeName)
            : Redirect(UniversitySetup.Refused("unreachable", to));
    }

    /// <summary>To come back with an account that is to be linked to whoever is signed in here.</summary>
    public async Task<IActionResult> OnGetLinkAsync(CancellationToken cancellationToken)
    {
        if (!university.Value.IsConfigured)
        {
            return NotFound();
        }

        if (User.Identity?.IsAuthenticated != true)
        {
            return Redirect("/Accounts/SignIn?returnUrl=/Accounts/Sessions");
        }

        if (await stepUp.AskStaffAsync(db, User, "/Accounts/Sessions", cancellationToken) is { } first)
        {
            return first;
        }

        return await reach.WhyNotAsync(cancellationToken) is null
            ? Challenge(new AuthenticationProperties { RedirectUri = "/Accounts/University/Link", Items = { [UniversitySetup.Link] = User.SessionId().ToString() } }, UniversitySetup.SchemeName)
            : Redirect("/Accounts/Sessions?refused=unreachable");
    }
}
