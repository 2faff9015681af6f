using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Leads to the university's sign-in. A link, not a form: the page's policy lets forms go nowhere else.</summary>
public sealed class UniversityModel(PlacementDb db, StepUp stepUp, IOptions<UniversityOptions> university) : PageModel
{
    public IActionResult OnGet(string? returnUrl) =>
        university.Value.IsConfigured
            ? Challenge(new AuthenticationProperties { RedirectUri = Url.IsLocalUrl(returnUrl) ? returnUrl : "/" }, UniversitySetup.SchemeName)
            : NotFound();

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

        return await stepUp.AskStaffAsync(db, User, "/Accounts/Sessions", cancellationToken)
            ?? Challenge(new AuthenticationProperties { RedirectUri = "/Accounts/University/Link", Items = { [UniversitySetup.Link] = User.SessionId().ToString() } }, UniversitySetup.SchemeName);
    }
}
