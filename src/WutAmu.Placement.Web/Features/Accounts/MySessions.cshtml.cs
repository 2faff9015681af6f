using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Where somebody is signed in, and how to end it from here.</summary>
public sealed class MySessionsModel(PlacementDb db, Sessions sessions, OpenSessions openSessions, LinkUniversityAccount link, StepUp stepUp, IOptions<UniversityOptions> university, Speech speech, TimeProvider clock) : PageModel
{
    /// <summary>Why the way to the university ended without an account: <c>failed</c>, <c>denied</c> or <c>unreachable</c>.</summary>
    [BindProperty(SupportsGet = true, Name = "refused")]
    public string? Refused { get; set; }

    /// <summary>Name of the university whose accounts may be linked; null: none is configured.</summary>
    public string? University => university.Value.IsConfigured ? university.Value.Name : null;

    public IReadOnlyList<AccountLine> Accounts { get; private set; } = [];

    public IReadOnlyList<SessionLine> Lines { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var me = await db.People.AsNoTracking().SingleAsync(p => p.Id == User.PersonId(), cancellationToken);
        Accounts = await db.ExternalAccounts.AsNoTracking().Where(a => a.Person == me.Id).OrderBy(a => a.Issuer).Select(a => new AccountLine(a.Issuer, a.LinkedAt)).ToListAsync(cancellationToken);
        var (here, now) = (User.SessionId(), clock.GetUtcNow());
        var open = (await db.Sessions.AsNoTracking().Where(s => s.Person == me.Id && s.EndedAt == null).ToListAsync(cancellationToken)).Where(s => openSessions.IsOpen(s, me, now));
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
        TempData["Done"] = speech["sessions.ended", count];
        return RedirectToPage();
    }

    public async Task<IActionResult> OnPostUnlinkAsync(string? issuer, CancellationToken cancellationToken)
    {
        if (await stepUp.AskStaffAsync(db, User, "/Accounts/Sessions", cancellationToken) is { } first)
        {
            return first;
        }

        var removed = (await link.RemoveAsync(User.PersonId(), issuer, cancellationToken)).TryGet(out _, out var problem);
        TempData[removed ? "Done" : "Problem"] = removed ? speech["link.removed"] : speech.Of(problem!); // not null where it was not removed
        return RedirectToPage();
    }

    public sealed record AccountLine(string Issuer, DateTimeOffset LinkedAt);

    /// <param name="Here">The session that reads the page.</param>
    public sealed record SessionLine(SessionId Id, string Device, string Network, SignInMethod Method, DateTimeOffset StartedAt, DateTimeOffset LastSeenAt, bool Here);
}
