using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WutAmu.Placement.Domain.Accounts;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>A page on which somebody brings back what a letter said.</summary>
public abstract class EntrancePage(Sessions sessions, BrowserCookies cookies) : PageModel
{
    /// <summary>The sign-in this browser began; null: none.</summary>
    public PendingSignIn? Pending { get; private set; }

    protected PendingSignIn? ReadPending() => Pending = cookies.ReadPending(HttpContext);

    protected IActionResult Enter(Entered entered)
    {
        sessions.Issue(HttpContext, entered.Session);
        cookies.DropPending(HttpContext);
        cookies.Remember(HttpContext, entered.Address);
        // Checked when it was stored, and once more: it is what a stranger's link would choose.
        var to = Url.IsLocalUrl(entered.ReturnTo) ? entered.ReturnTo : "/";
        return entered.Session.Kind == SessionKind.Staff ? RedirectToPage("/Accounts/SecondFactor", new { returnUrl = to }) : LocalRedirect(to);
    }
}
