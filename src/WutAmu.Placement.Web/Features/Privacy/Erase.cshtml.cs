using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>Says what would go, what would stay and why, and what is in the way; then erases.</summary>
[Authorize(Policies.Coordinator)]
public sealed class EraseModel(PlacementDb db, ErasePerson erase, StepUp stepUp, Speech speech, IOptions<BackupOptions> backups) : PageModel
{
    public HeldData Held { get; private set; } = null!; // set before the page is drawn

    public ErasePerson.Outlook Outlook { get; private set; } = null!; // set before the page is drawn

    public int BackupDays => backups.Value.KeepDays;

    public string? Cause { get; private set; }

    public string? Problem { get; private set; }

    public async Task<IActionResult> OnGetAsync(PersonId id, CancellationToken cancellationToken)
    {
        if (await HeldData.ReadAsync(db, id, cancellationToken) is not { } held)
        {
            return NotFound();
        }

        if (held.Person.ErasedAt is not null)
        {
            return Redirect($"/People/{id}");
        }

        Held = held;
        Outlook = await erase.LookAsync(id, User.PersonId(), cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(PersonId id, string? cause, bool sure, CancellationToken cancellationToken)
    {
        if (stepUp.Ask(User, $"/People/{id}/Erase") is { } first)
        {
            return first;
        }

        if (await OnGetAsync(id, cancellationToken) is not PageResult page)
        {
            // Gone meanwhile, or pressed twice.
            return await HeldData.ReadAsync(db, id, cancellationToken) is null ? NotFound() : Redirect($"/People/{id}");
        }

        var erased = sure ? await erase.HandleAsync(id, cause, User.PersonId(), cancellationToken) : new Problem("erase.sure");
        if (erased.TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["erase.finished"];
            return Redirect($"/People/{id}");
        }

        (Cause, Problem) = (cause, speech.Of(problem));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return page;
    }
}
