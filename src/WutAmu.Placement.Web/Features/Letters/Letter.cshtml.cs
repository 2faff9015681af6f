using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Letters;

[Authorize(Policies.Coordinator)]
public sealed class LetterModel(PlacementDb db) : PageModel
{
    public OutboxLetter Letter { get; private set; } = null!; // set before the page is drawn

    public async Task<IActionResult> OnGetAsync(LetterId id, CancellationToken cancellationToken)
    {
        if (await db.Outbox.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is not { } letter)
        {
            return NotFound();
        }

        Letter = letter;
        return Page();
    }
}
