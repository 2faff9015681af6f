using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>After an address was typed: where the letter is, and the field for its code. It says the same for every address.</summary>
[EnableRateLimiting(Policies.SignInForms)]
public sealed class CodeModel(EnterByMail enter, Sessions sessions, BrowserCookies cookies, Speech speech) : EntrancePage(sessions, cookies)
{
    public string? CodeProblem { get; private set; }

    public IActionResult OnGet() => ReadPending() is null ? RedirectToPage("/Accounts/SignIn") : Page();

    public async Task<IActionResult> OnPostAsync(string? code, CancellationToken cancellationToken)
    {
        var entered = await enter.ByCodeAsync(HttpContext, code, ReadPending(), cancellationToken);
        if (entered.TryGet(out var value, out var problem))
        {
            return Enter(value);
        }

        if (Pending is null)
        {
            TempData["Problem"] = speech.Of(problem);
            return RedirectToPage("/Accounts/SignIn");
        }

        CodeProblem = speech.Of(problem);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }
}
