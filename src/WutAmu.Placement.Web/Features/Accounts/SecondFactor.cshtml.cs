using System.Collections.Immutable;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Asks staff for their second factor, or helps them to one.</summary>
[EnableRateLimiting(Policies.SignInForms)]
public sealed class SecondFactorModel(PlacementDb db, ShowSecondFactor show, StepUp stepUp, TimeCodes codes, Speech speech) : PageModel
{
    [BindProperty(SupportsGet = true, Name = "returnUrl")]
    public string? ReturnUrl { get; set; }

    /// <summary>True: another telephone is to take the place of the present one.</summary>
    [BindProperty(SupportsGet = true, Name = "replace")]
    public bool Replace { get; set; }

    public string To => Url.IsLocalUrl(ReturnUrl) ? ReturnUrl : "/";

    /// <summary>True: the second factor was shown in this session, only too long ago.</summary>
    public bool IsAgain => User.SecondFactorAt() is not null;

    public bool Enrols { get; private set; }

    public string? CodeProblem { get; private set; }

    public byte[] Secret { get; private set; } = [];

    public string ProtectedSecret { get; private set; } = "";

    public string Account { get; private set; } = "";

    /// <summary>To be shown this once; empty: no.</summary>
    public ImmutableArray<string> RecoveryCodes { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is not { } staff)
        {
            return LocalRedirect(To);
        }

        return Enrols ? Offer(staff) : stepUp.IsFresh(User) ? LocalRedirect(To) : Page();
    }

    public async Task<IActionResult> OnPostAsync(string? code, CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is null)
        {
            return LocalRedirect(To);
        }

        if (!(await show.HandleAsync(HttpContext, code, cancellationToken)).TryGet(out var left, out var problem))
        {
            CodeProblem = speech.Of(problem);
            Enrols = false;
            Response.StatusCode = StatusCodes.Status400BadRequest;
            return Page();
        }

        if (left <= 2)
        {
            TempData["Problem"] = speech["factor.few", left];
        }

        return LocalRedirect(To);
    }

    public async Task<IActionResult> OnPostEnrolAsync(string? secret, string? code, CancellationToken cancellationToken)
    {
        if (await ReadAsync(cancellationToken) is not { } staff)
        {
            return LocalRedirect(To);
        }

        if (Replace && stepUp.Ask(User, "/Accounts/Factor") is { } first)
        {
            return first;
        }

        if ((await show.EnrolAsync(HttpContext, secret, code, Replace, cancellationToken)).TryGet(out var recovery, out var problem))
        {
            RecoveryCodes = recovery;
            return Page();
        }

        CodeProblem = speech.Of(problem);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        // The same secret again: the telephone has it already.
        return Enrols ? Offer(staff, codes.Unprotect(secret, staff.Id)) : Page();
    }

    /// <summary>The person, if of the staff; and whether a factor is to be set up.</summary>
    private async Task<Person?> ReadAsync(CancellationToken cancellationToken)
    {
        var person = await db.People.AsNoTracking().SingleAsync(p => p.Id == User.PersonId(), cancellationToken);
        if (person.Roles == Roles.None)
        {
            return null;
        }

        var has = await db.SecondFactors.AnyAsync(f => f.Person == person.Id, cancellationToken);
        Enrols = !has || (Replace && stepUp.IsFresh(User));
        return person;
    }

    private PageResult Offer(Person staff, byte[]? secret = null)
    {
        Secret = secret ?? TimeCodes.NewSecret();
        ProtectedSecret = codes.Protect(Secret, staff.Id);
        Account = staff.Email.Value;
        return Page();
    }
}
