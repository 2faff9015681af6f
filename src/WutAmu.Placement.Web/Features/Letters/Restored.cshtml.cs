using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Letters;

/// <summary>After a restore: which letters of the backup may have left already, and which left that it does not know.</summary>
[Authorize(Policies.Coordinator)]
public sealed class RestoredModel(PlacementDb db, AfterRestore after, ResumeSending resume, Speech speech) : PageModel
{
    public SendingState Sending { get; private set; } = null!; // set before the page is drawn

    public IReadOnlyList<AfterRestore.Doubtful> Doubtful { get; private set; } = [];

    public IReadOnlyList<AfterRestore.Lost> Lost { get; private set; } = [];

    public DateTimeOffset? JournalUntil { get; private set; }

    public bool IsPaused => Sending.Paused == PauseCause.Restored;

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        Sending = await db.Sending.AsNoTracking().SingleAsync(cancellationToken);
        JournalUntil = after.JournalUntil;
        if (IsPaused)
        {
            Doubtful = await after.DoubtfulAsync(cancellationToken);
            Lost = await after.LostAsync(cancellationToken);
        }
    }

    public async Task<IActionResult> OnPostMarkAsync(List<LetterId> letter, CancellationToken cancellationToken)
    {
        var marked = await after.MarkAcceptedAsync(letter, User.PersonId(), cancellationToken);
        TempData["Done"] = speech["restored.marked", marked];
        return Redirect("/Letters/Restored");
    }

    public async Task<IActionResult> OnPostResumeAsync(CancellationToken cancellationToken)
    {
        if ((await resume.HandleAsync(User.PersonId(), cancellationToken)).TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["letters.resumed.done"];
        }
        else
        {
            TempData["Problem"] = speech.Of(problem);
        }

        return Redirect("/Letters");
    }
}
