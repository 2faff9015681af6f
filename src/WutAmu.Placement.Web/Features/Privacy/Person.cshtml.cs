using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>What is kept about one person, for a coordinator who answers their request; all of it as one file.</summary>
[Authorize(Policies.Coordinator)]
public sealed class PersonModel(PlacementDb db, OwnData ownData, FinishErasures finish, StepUp stepUp, TimeProvider clock) : PageModel
{
    public HeldData Held { get; private set; } = null!; // set before the page is drawn

    /// <summary>False: files may still hold traces of somebody erased.</summary>
    public bool IsScrubbed => !finish.IsDue;

    public async Task<IActionResult> OnGetAsync(PersonId id, CancellationToken cancellationToken)
    {
        if (await HeldData.ReadAsync(db, id, cancellationToken) is not { } held)
        {
            return NotFound();
        }

        Held = held;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(PersonId id, CancellationToken cancellationToken)
    {
        if (stepUp.Ask(User, $"/People/{id}") is { } first)
        {
            return first;
        }

        if (await HeldData.ReadAsync(db, id, cancellationToken) is not { Person.ErasedAt: null })
        {
            return NotFound();
        }

        var file = await ownData.ReadAsync(id, withJudgements: true, cancellationToken);
        db.Audit.Add(new AuditEntry(clock.GetUtcNow(), User.PersonId(), null, "person.exported", id.ToString()));
        await db.SaveChangesAsync(cancellationToken);
        return File(file, "application/json; charset=utf-8", $"placement-data-{id.Value.ToString("N")[^6..]}.json");
    }
}
