using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Where somebody is signed in, and how to end it from here.</summary>
public sealed class MySessionsModel(PlacementDb db, Sessions sessions, Speech speech, TimeProvider clock) : PageModel
{
    public IReadOnlyList<SessionLine> Lines { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var me = await db.People.AsNoTracking().SingleAsync(p => p.Id == User.PersonId(), cancellationToken);
        var (here, now) = (User.SessionId(), clock.GetUtcNow());
        var open = (await db.Sessions.AsNoTracking().Where(s => s.Person == me.Id && s.EndedAt == null).ToListAsync(cancellationToken)).Where(s => sessions.IsOpen(s, me, now));
        Lines =
        [
            .. open.OrderByDescending(s => s.Id == here).ThenByDescending(s => s.LastSeenAt).ThenBy(s => s.Id.Value)
                .Select(s => new SessionLine(s.Id, s.Device, s.Network, s.Method, s.StartedAt, s.LastSeenAt, s.Id == here)),
        ];
    }

    public async Task<IActionResult> OnPostEndAsync(SessionId id, CancellationToken cancellationToken)
    {
        // Only one's own: another's id ends nothing.
        await sessions.EndAsync(User.PersonId(), id, null, User.PersonId(), cancellationToken);
        return id == User.SessionId() ? RedirectToPage("/Index") : RedirectToPage();
    }

    public async Task<IActionResult> OnPostOthersAsync(CancellationToken cancellationToken)
    {
        var count = await sessions.EndAsync(User.PersonId(), null, User.SessionId(), User.PersonId(), cancellationToken);
        TempData["Done"] = speech[count == 1 ? "sessions.ended.one" : "sessions.ended.many", count];
        return RedirectToPage();
    }

    /// <param name="Here">The session that reads the page.</param>
    public sealed record SessionLine(SessionId Id, string Device, string Network, SignInMethod Method, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, bool Here);
}
