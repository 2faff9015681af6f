using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence.Plain;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Who is signed in where. Every request asks it, and asks the database: a session that was ended is ended at once.</summary>
public sealed partial class OpenSessions(PlainDb db, SafeCookies cookies, IOptions<AccountsOptions> options, IHostEnvironment environment, TimeProvider clock, ILogger<OpenSessions> logger)
{
    public bool HasCookie(HttpContext context) => context.Request.Cookies.ContainsKey(cookies.Name(Sessions.Cookie));

    /// <summary>The open session of the browser that asks, and its person; null: there is none.</summary>
    public async Task<Open?> FindAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.Cookies[cookies.Name(Sessions.Cookie)] is not { Length: > 0 and < 100 } secret)
        {
            return null;
        }

        var hash = Secrets.Hash(secret);
        var found = db.Read(rows => rows.Find<Session>(nameof(Session.SecretHash), hash) is { } session && rows.Find<Person>(nameof(Person.Id), session.Person) is { } person ? new Open(session, person) : null);
        var now = clock.GetUtcNow();
        if (found is null || !IsOpen(found.Session, found.Person, now))
        {
            return null;
        }

        if (now - found.Session.LastSeenAt >= LimitsOf(found.Session, found.Person).Precision)
        {
            await SeeAsync(found.Session.Id, now, cancellationToken);
        }

        return found;
    }

    public bool IsOpen(Session session, Person person, DateTimeOffset now) =>
        session.IsOpen(now, LimitsOf(session, person)) && (session.Method != SignInMethod.Development || environment.IsDevelopment());

    /// <summary>A coordinator's session is short, also if they became one while it ran.</summary>
    public SessionLimits LimitsOf(Session session, Person person) =>
        options.Value.LimitsOf(person.Roles == Roles.None ? session.Kind : SessionKind.Staff);

    private async Task SeeAsync(SessionId id, DateTimeOffset now, CancellationToken cancellationToken)
    {
        try
        {
            await db.WriteAsync(
                rows =>
                {
                    var seen = rows.Find<Session>(nameof(Session.Id), id) is { } session && session.See(now) ? session : null;
                    if (seen is not null)
                    {
                        rows.Update(seen);
                    }

                    return seen is not null;
                },
                cancellationToken);
        }
        catch (SqliteException e)
        {
            // A full disk must not keep people from reading their page.
            LogNotTouched(e, id);
        }
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Warning, Message = "Session {Session} could not be marked as seen; it goes on.")]
    private partial void LogNotTouched(Exception exception, SessionId session);

    public sealed record Open(Session Session, Person Person);
}
