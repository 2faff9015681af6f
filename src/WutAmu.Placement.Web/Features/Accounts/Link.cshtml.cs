using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.RateLimiting;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>
/// What a letter's link opens. Opening signs nobody in: mail scanners open links too. In the browser that asked there is a button; anywhere else the code to
/// type there. It shows no more than the letter did to whoever holds the link.
/// </summary>
[EnableRateLimiting(Policies.SignInForms)]
public sealed class LinkModel(EnterByMail enter, Sessions sessions, BrowserCookies cookies, Speech speech) : EntrancePage(sessions, cookies)
{
    [BindProperty(SupportsGet = true, Name = "t")]
    public string? Token { get; set; }

    /// <summary>Why the link is of no use any more.</summary>
    public string? LinkProblem { get; private set; }

    /// <summary>The code to type in the other browser; null: this is the one that asked.</summary>
    public string? CodeToType { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Show(await enter.LookAsync(Token, ReadPending(), cancellationToken));

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var entered = await enter.ByLinkAsync(HttpContext, Token, ReadPending(), cancellationToken);
        if (entered.TryGet(out var value, out _))
        {
            return Enter(value);
        }

        Show(await enter.LookAsync(Token, Pending, cancellationToken));
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    private void Show(Result<bool> look)
    {
        if (!look.TryGet(out var here, out var problem))
        {
            LinkProblem = speech.Of(problem);
        }
        else if (!here)
        {
            CodeToType = Secrets.Say(Secrets.CodeOf(Token ?? ""));
        }
    }
}
