using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Letters;

[Authorize(Policies.Coordinator)]
public sealed class LetterModel(PlacementDb db, WithdrawLetter withdraw, Speech speech, IOptions<MailOptions> mail) : PageModel
{
    public OutboxLetter Letter { get; private set; } = null!; // set before the page is drawn

    public SendingState Sending { get; private set; } = null!; // set before the page is drawn

    public string MessageId => Letter.MessageId(mail.Value.Domain);

    public bool CanResend => Letter.State is not (LetterState.Queued or LetterState.Sending or LetterState.Recalled) && Letter.Kind != LetterKind.SignIn && Letter.TextBody.Length > 0;

    public async Task<IActionResult> OnGetAsync(LetterId id, CancellationToken cancellationToken)
    {
        if (await db.Outbox.AsNoTracking().SingleOrDefaultAsync(l => l.Id == id, cancellationToken) is not { } letter)
        {
            return NotFound();
        }

        Letter = letter;
        Sending = await db.Sending.AsNoTracking().SingleAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostWithdrawAsync(LetterId id, string? reason, CancellationToken cancellationToken)
    {
        if (!await db.Outbox.AnyAsync(l => l.Id == id, cancellationToken))
        {
            return NotFound();
        }

        if ((await withdraw.HandleAsync(id, reason, User.PersonId(), cancellationToken)).TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["letter.withdrawn"];
        }
        else
        {
            TempData["Problem"] = speech.Of(problem);
        }

        return Redirect($"/Letters/{id}");
    }
}
