using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Letters;

/// <summary>Asks before a letter is sent again: to whom, and what is known of the first time.</summary>
[Authorize(Policies.Coordinator)]
public sealed class ResendModel(PlacementDb db, ResendLetter resend, StepUp stepUp, Speech speech) : PageModel
{
    public OutboxLetter Letter { get; private set; } = null!; // set before the page is drawn

    public string Address { get; private set; } = "";

    public bool Keep { get; private set; }

    public string? Reason { get; private set; }

    public string? Problem { get; private set; }

    /// <summary>The address that another one would replace.</summary>
    public EmailAddress Replaced => Letter is { IsPartial: true, ToState: RecipientState.Accepted, Copy: { } copy } ? copy : Letter.To;

    public async Task<IActionResult> OnGetAsync(LetterId id, CancellationToken cancellationToken)
    {
        if (await db.Outbox.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is not { } letter)
        {
            return NotFound();
        }

        Letter = letter;
        Address = Replaced.Value;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(LetterId id, string? address, bool keep, string? reason, CancellationToken cancellationToken)
    {
        if (await OnGetAsync(id, cancellationToken) is NotFoundResult missing)
        {
            return missing;
        }

        // Whoever reads the letters of one of the staff can sign in as them, but for their telephone.
        if (keep && await stepUp.AskForAsync(db, Letter.Person, User, $"/Letters/{id}/Resend", cancellationToken) is { } first)
        {
            return first;
        }

        if ((await resend.HandleAsync(id, address, keep, reason, User.PersonId(), cancellationToken)).TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["letter.resent"];
            return Redirect($"/Letters/{id}");
        }

        (Address, Keep, Reason, Problem) = (address ?? "", keep, reason, speech.Of(problem));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }
}
