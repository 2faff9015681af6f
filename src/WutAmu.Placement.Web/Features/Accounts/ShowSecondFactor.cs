using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Sets a second factor up, and takes its codes. A right code gives the session a new secret and the person's roles.</summary>
public sealed partial class ShowSecondFactor(PlacementDb db, Sessions sessions, TimeCodes codes, TimeProvider clock, ILogger<ShowSecondFactor> logger)
{
    /// <summary>Shows that the telephone has the secret, and keeps it; also in the place of a former one.</summary>
    /// <param name="protectedSecret">As the page was given it.</param>
    /// <param name="replace">True: with a fresh code of the former one; a page asks for that first. False: only where there is none.</param>
    /// <returns>The recovery codes, never to be read again; or problem <c>factor.again</c>, <c>factor.digits</c>, <c>factor.wrong</c>, <c>factor.exists</c>.</returns>
    public async Task<Result<ImmutableArray<string>>> EnrolAsync(HttpContext context, string? protectedSecret, string? typed, bool replace, CancellationToken cancellationToken)
    {
        var person = context.User.PersonId();
        if (codes.Unprotect(protectedSecret, person) is not { } secret)
        {
            return new Problem("factor.again");
        }

        if (Secrets.ReadDigits(typed, TimeCodes.Digits) is not { } code)
        {
            return Problem.On("code", "factor.digits");
        }

        if (TimeCodes.FindStep(secret, code, clock.GetUtcNow()) is not { } step)
        {
            return Problem.On("code", "factor.wrong");
        }

        var recovery = NewRecovery();
        var done = await db.WriteAsync<Result<Session>>(
            async stop =>
            {
                var now = clock.GetUtcNow();
                var kept = codes.Protect(secret, person);
                var former = await db.SecondFactors.SingleOrDefaultAsync(f => f.Person == person, stop);
                if (former is not null && !replace)
                {
                    // Two windows at once: the first one counts, or a stolen session could put another telephone in its place.
                    return new Problem("factor.exists");
                }

                if (former is null)
                {
                    db.SecondFactors.Add(new(person, kept, step, Hashes(recovery, person), now));
                }
                else
                {
                    former.Replace(kept, step, Hashes(recovery, person), now);
                }

                db.Audit.Add(new(now, person, null, former is null ? "factor.enrolled" : "factor.replaced", person.ToString()));
                return await SessionAsync(context, stop);
            },
            cancellationToken);
        if (!done.TryGet(out var session, out var problem))
        {
            return problem;
        }

        await sessions.StepUpAsync(context, session, cancellationToken);
        LogEnrolled(person);
        return recovery;
    }

    /// <param name="typed">Six digits of the app, or a recovery code.</param>
    /// <returns>How many recovery codes are left; or problem <c>factor.closed</c>, <c>.wrong</c>, <c>.replayed</c>, <c>.digits</c>, <c>.none</c>.</returns>
    public async Task<Result<int>> HandleAsync(HttpContext context, string? typed, CancellationToken cancellationToken)
    {
        var person = context.User.PersonId();
        var (code, recovery) = (Secrets.ReadDigits(typed, TimeCodes.Digits), RecoveryCode.Read(typed));
        if (code is null && recovery is null)
        {
            return Problem.On("code", "factor.digits");
        }

        var left = 0;
        var shown = await db.WriteAsync<Result<Session>>(
            async stop =>
            {
                var now = clock.GetUtcNow();
                if (await db.SecondFactors.SingleOrDefaultAsync(f => f.Person == person, stop) is not { } factor)
                {
                    return new Problem("factor.none");
                }

                var answer = recovery is not null
                    ? factor.Recover(RecoveryCode.Hash(recovery, person), now)
                    // Not null: one of the two was read.
                    : factor.Accept(codes.Unprotect(factor.ProtectedSecret, person) is { } secret ? TimeCodes.FindStep(secret, code!, now) : null, now);
                left = factor.RecoveryHashes.Length;
                if (!answer.TryGet(out _, out var problem))
                {
                    if (problem.Code == "factor.closed" && factor.ClosedUntil == now + SecondFactor.Pause)
                    {
                        db.Audit.Add(new(now, null, null, "factor.closed", person.ToString(), $"{SecondFactor.MaxFailures} wrong codes"));
                        LogClosed(person);
                    }

                    await db.SaveChangesAsync(stop);
                    return problem;
                }

                if (recovery is not null)
                {
                    db.Audit.Add(new(now, person, null, "factor.recovered", person.ToString(), $"{left} recovery codes left"));
                }

                return await SessionAsync(context, stop);
            },
            cancellationToken);
        if (!shown.TryGet(out var session, out var why))
        {
            return why;
        }

        await sessions.StepUpAsync(context, session, cancellationToken);
        return left;
    }

    /// <summary>Ten new recovery codes; the old ones are worth nothing. A page asks for a fresh code first.</summary>
    /// <returns>The codes, never to be read again; or problem <c>factor.none</c>.</returns>
    public Task<Result<ImmutableArray<string>>> RenewRecoveryAsync(PersonId person, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<ImmutableArray<string>>>(
            async stop =>
            {
                if (await db.SecondFactors.SingleOrDefaultAsync(f => f.Person == person, stop) is not { } factor)
                {
                    return new Problem("factor.none");
                }

                var recovery = NewRecovery();
                factor.RenewRecovery(Hashes(recovery, person));
                db.Audit.Add(new(clock.GetUtcNow(), person, null, "factor.recovery-renewed", person.ToString()));
                await db.SaveChangesAsync(stop);
                return recovery;
            },
            cancellationToken);

    private static ImmutableArray<string> NewRecovery() => [.. Enumerable.Range(0, SecondFactor.RecoveryCodeCount).Select(_ => RecoveryCode.New())];

    private static ImmutableArray<string> Hashes(ImmutableArray<string> recovery, PersonId person) =>
        [.. recovery.Select(code => RecoveryCode.Hash(code.Replace("-", "", StringComparison.Ordinal), person))];

    // Saved with what was changed before: a code is used up even if the session ended meanwhile.
    private async Task<Result<Session>> SessionAsync(HttpContext context, CancellationToken cancellationToken)
    {
        await db.SaveChangesAsync(cancellationToken);
        var id = context.User.SessionId();
        return await db.Sessions.SingleOrDefaultAsync(s => s.Id == id && s.EndedAt == null, cancellationToken) is { } session ? session : new Problem("factor.again");
    }

    [LoggerMessage(EventId = 5030, Level = LogLevel.Information, Message = "Person {Person} has a second factor.")]
    private partial void LogEnrolled(PersonId person);

    [LoggerMessage(EventId = 5031, Level = LogLevel.Warning, Message = "The second factor of person {Person} is closed for a while after too many wrong codes.")]
    private partial void LogClosed(PersonId person);
}
