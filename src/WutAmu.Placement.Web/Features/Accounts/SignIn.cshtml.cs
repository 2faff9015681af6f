using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Asks for an address and promises a letter. In Development also the people of the sample campaign by role; one click signs in as them.</summary>
[EnableRateLimiting(Policies.SignInForms)]
public sealed class SignInModel(PlacementDb db, AskForLetter ask, Sessions sessions, BrowserCookies cookies, IOptions<UniversityOptions> university, IHostEnvironment environment, Speech speech) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "returnUrl")]
    public string? ReturnUrl { get; set; }

    /// <summary>Somebody was signed in and is no more.</summary>
    [BindProperty(SupportsGet = true, Name = "ended")]
    public bool Ended { get; set; }

    /// <summary>Why the university's answer did not sign in: <c>unknown</c>, <c>unverified</c>, <c>other</c>, <c>denied</c>, <c>unreachable</c> or <c>failed</c>.</summary>
    [BindProperty(SupportsGet = true, Name = "refused")]
    public string? Refused { get; set; }

    public string? Refusal => Refused switch
    {
        "unknown" => speech["refused.unknown"],
        "unverified" => speech["refused.unverified"],
        "other" => speech["refused.other"],
        "denied" => speech["refused.denied"],
        "unreachable" => speech["refused.unreachable"],
        "failed" => speech["refused.failed"],
        _ => null,
    };

    /// <summary>Who is signed in here already; null: nobody.</summary>
    public string? Me { get; private set; }

    /// <summary>Where the way goes on: what was wanted, or the first page.</summary>
    public string Next => Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/";

    /// <summary>Name of the university one may sign in at; null: none is configured.</summary>
    public string? University => university.Value.IsConfigured ? university.Value.Name : null;

    public string? Email { get; private set; }

    public string? EmailProblem { get; private set; }

    public bool IsDevelopment => environment.IsDevelopment();

    public IReadOnlyList<PersonLine> People { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (User.Identity?.IsAuthenticated == true)
        {
            var me = await db.People.AsNoTracking().SingleAsync(p => p.Id == User.PersonId(), cancellationToken);
            Me = speech.Name(me.Name, me.LatinName);
        }

        await ReadPeopleAsync(cancellationToken);
    }

    public async Task<IActionResult> OnPostLetterAsync(string? email, CancellationToken cancellationToken)
    {
        Email = email;
        if (!EmailAddress.TryCreate(email, out var address))
        {
            return await AgainAsync(StatusCodes.Status400BadRequest, speech["problem.signin.address"], cancellationToken);
        }

        var asked = await ask.HandleAsync(
            address,
            cookies.ReadPending(HttpContext),
            cookies.NameIfKnown(HttpContext, address),
            Network.Of(HttpContext.Connection.RemoteIpAddress),
            Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : null,
            cancellationToken);
        if (!asked.TryGet(out var pending, out var problem))
        {
            return await AgainAsync(StatusCodes.Status429TooManyRequests, speech.Of(problem), cancellationToken);
        }

        cookies.KeepPending(HttpContext, pending);
        return RedirectToPage("/Accounts/Code");
    }

    public async Task<IActionResult> OnPostAsync(PersonId person, CancellationToken cancellationToken)
    {
        if (!IsDevelopment || await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == person, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        var started = await sessions.AddAsync(HttpContext, found, SignInMethod.Development, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        sessions.Issue(HttpContext, started);
        return Url.IsLocalUrl(ReturnUrl) ? LocalRedirect(ReturnUrl) : RedirectToPage("/Index");
    }

    public async Task<IActionResult> OnPostOutAsync(CancellationToken cancellationToken)
    {
        await sessions.EndAsync(HttpContext, cancellationToken);
        return RedirectToPage("/Index");
    }

    private async Task<IActionResult> AgainAsync(int status, string problem, CancellationToken cancellationToken)
    {
        await ReadPeopleAsync(cancellationToken);
        EmailProblem = problem;
        Response.StatusCode = status;
        return Page();
    }

    private async Task ReadPeopleAsync(CancellationToken cancellationToken)
    {
        if (!IsDevelopment)
        {
            return;
        }

        // Roles are stored as words: flags are compared here, not in the database.
        var everybody = await db.People.AsNoTracking().OrderBy(p => p.Id).ToListAsync(cancellationToken);
        var coordinators = everybody.OrderBy(p => p.Name, speech.Order).Where(p => p.Roles.HasFlag(Roles.Coordinator)).Select(p => new PersonLine(p.Id, "coordinator", p.Name, ""));
        var heads = await (from host in db.Hosts
                           join person in db.People on host.Head equals person.Id
                           orderby host.Code, host.Id
                           select new PersonLine(person.Id, "head", person.Name, host.Code)).ToListAsync(cancellationToken);
        var students = await (from student in db.Students
                              join person in db.People on student.Person equals person.Id
                              orderby student.Code, student.Id
                              select new PersonLine(person.Id, "student", person.Name, student.Code)).ToListAsync(cancellationToken);
        People = [.. coordinators, .. heads, .. students];
    }

    public sealed record PersonLine(PersonId Id, string Role, string Name, string Detail);
}
