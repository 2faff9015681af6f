using System.Collections.Immutable;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>One's own second factor: since when, how many recovery codes are left, new ones, another telephone.</summary>
[Authorize(Policies.Staff)]
public sealed class FactorModel(PlacementDb db, ShowSecondFactor show, StepUp stepUp, Speech speech) : PageModel
{
    public SecondFactor? Factor { get; private set; }

    /// <summary>To be shown this once; empty: no.</summary>
    public ImmutableArray<string> RecoveryCodes { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken) =>
        Factor = await db.SecondFactors.AsNoTracking().SingleOrDefaultAsync(f => f.Person == User.PersonId(), cancellationToken);

    public async Task<IActionResult> OnPostRecoveryAsync(CancellationToken cancellationToken)
    {
        if (stepUp.Ask(User, "/Accounts/Factor") is { } first)
        {
            return first;
        }

        if (!(await show.RenewRecoveryAsync(User.PersonId(), cancellationToken)).TryGet(out var codes, out var problem))
        {
            TempData["Problem"] = speech.Of(problem);
            return RedirectToPage();
        }

        RecoveryCodes = codes;
        return Page();
    }

    public IActionResult OnPostReplace() =>
        stepUp.Ask(User, "/Accounts/Factor") ?? RedirectToPage("/Accounts/SecondFactor", new { replace = true, returnUrl = "/Accounts/Factor" });
}
