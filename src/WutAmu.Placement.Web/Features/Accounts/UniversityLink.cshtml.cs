using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Shows the university account that somebody came back with and asks whether it is theirs; a button links it.</summary>
public sealed class UniversityLinkModel(PlacementDb db, LinkUniversityAccount link, BrowserCookies cookies, StepUp stepUp, IOptions<UniversityOptions> university, Speech speech) : PageModel
{
    public string University => university.Value.Name;

    /// <summary>Null: there is none to link.</summary>
    public PendingLink? Account { get; private set; }

    public string Person { get; private set; } = "";

    public string? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        // Begun in another session, it is not this one's.
        Account = cookies.ReadLink(HttpContext) is { } pending && pending.Session == User.SessionId() ? pending : null;
        var person = await db.People.AsNoTracking().SingleAsync(p => p.Id == User.PersonId(), cancellationToken);
        Person = speech.Name(person.Name, person.LatinName);
        if (Account is { } account && await link.WhyNotAsync(person.Id, account, cancellationToken) is { } problem)
        {
            Problem = speech.Of(problem);
        }

        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (await stepUp.AskStaffAsync(db, User, "/Accounts/University/Link", cancellationToken) is { } first)
        {
            return first;
        }

        await OnGetAsync(cancellationToken);
        if (Account is not { } account)
        {
            return Page();
        }

        if (!(await link.HandleAsync(User.PersonId(), account, cancellationToken)).TryGet(out _, out var problem))
        {
            Problem = speech.Of(problem);
            Response.StatusCode = StatusCodes.Status409Conflict;
            return Page();
        }

        cookies.DropLink(HttpContext);
        TempData["Done"] = speech["link.done"];
        return Redirect("/Accounts/Sessions");
    }
}
