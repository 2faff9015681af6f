using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Leads to the university's sign-in. A link, not a form: the page's policy lets forms go nowhere else.</summary>
public sealed class UniversityModel(IOptions<UniversityOptions> university) : PageModel
{
    public IActionResult OnGet(string? returnUrl) =>
        university.Value.IsConfigured
            ? Challenge(new Microsoft.AspNetCore.Authentication.AuthenticationProperties { RedirectUri = Url.IsLocalUrl(returnUrl) ? returnUrl : "/" }, UniversitySetup.SchemeName)
            : NotFound();
}
