using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Begins and ends sessions. A session begins with a secret of its own, whatever the browser sent before, and is a row: ending it works at once.</summary>
public sealed class Sessions(PlacementDb db, SafeCookies cookies, IOptions<AccountsOptions> options, TimeProvider clock)
{
    public const string Cookie = "placement";

    /// <summary>Adds a session to what is saved next, and ends the one this browser had. Issue it once it is saved.</summary>
    public async Task<Started> AddAsync(HttpContext context, Person person, SignInMethod method, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        if (context.Request.Cookies[cookies.Name(Cookie)] is { Length: > 0 and < 100 } former)
        {
            var hash = Secrets.Hash(former);
            (await db.Sessions.SingleOrDefaultAsync(s => s.SecretHash == hash, cancellationToken))?.End(now);
        }

        var kind = person.Roles != Roles.None ? SessionKind.Staff
            : await db.Hosts.AnyAsync(h => h.Head == person.Id, cancellationToken) ? SessionKind.Head
            : SessionKind.Student;
        var secret = Secrets.New();
        var session = new Session(new(Guid.CreateVersion7(now)), person.Id, kind, method, Secrets.Hash(secret), DeviceWords.Of(context.Request.Headers.UserAgent.ToString()), Network.Of(context.Connection.RemoteIpAddress), now);
        if (method == SignInMethod.Development)
        {
            // There is no telephone behind an invented person.
            session.StepUp(session.SecretHash, now);
        }
        else
        {
            db.Audit.Add(new(now, person.Id, null, "session.started", session.Id.ToString(), method.ToString()));
        }

        db.Sessions.Add(session);
        return new(session.Id, kind, secret);
    }

    public void Issue(HttpContext context, Started started) => Issue(context, started.Kind, started.Secret);

    /// <summary>The second factor was shown: the session goes on under a new secret.</summary>
    public async Task StepUpAsync(HttpContext context, Session session, CancellationToken cancellationToken)
    {
        var secret = Secrets.New();
        session.StepUp(Secrets.Hash(secret), clock.GetUtcNow());
        await db.SaveChangesAsync(cancellationToken);
        Issue(context, session.Kind, secret);
    }

    /// <summary>Ends the session of this browser, if there is one.</summary>
    public async Task EndAsync(HttpContext context, CancellationToken cancellationToken)
    {
        if (context.Request.Cookies[cookies.Name(Cookie)] is { Length: > 0 and < 100 } secret)
        {
            var hash = Secrets.Hash(secret);
            if (await db.Sessions.SingleOrDefaultAsync(s => s.SecretHash == hash && s.EndedAt == null, cancellationToken) is { } session)
            {
                session.End(clock.GetUtcNow());
                db.Audit.Add(new(clock.GetUtcNow(), session.Person, null, "session.ended", session.Id.ToString()));
                await db.SaveChangesAsync(cancellationToken);
            }
        }

        context.Response.Cookies.Delete(cookies.Name(Cookie), cookies.Options(null));
    }

    /// <summary>Ends sessions of one person: this one, or all but one.</summary>
    /// <param name="only">Null: all.</param>
    /// <param name="except">Null: none is spared.</param>
    /// <returns>How many were ended.</returns>
    public Task<int> EndAsync(PersonId person, SessionId? only, SessionId? except, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync(
            async token =>
            {
                var now = clock.GetUtcNow();
                var ended = await db.Sessions
                    .Where(s => s.Person == person && s.EndedAt == null && (only == null || s.Id == only) && (except == null || s.Id != except))
                    .ToListAsync(token);
                foreach (var session in ended)
                {
                    session.End(now);
                    db.Audit.Add(new(now, by, null, "session.ended", session.Id.ToString()));
                }

                await db.SaveChangesAsync(token);
                return ended.Count;
            },
            cancellationToken);

    private void Issue(HttpContext context, SessionKind kind, string secret) =>
        context.Response.Cookies.Append(cookies.Name(Cookie), secret, cookies.Options(kind == SessionKind.Staff ? null : options.Value.LimitsOf(kind).Absolute));

    /// <param name="Secret">For the browser alone.</param>
    public sealed record Started(SessionId Id, SessionKind Kind, string Secret);
}
