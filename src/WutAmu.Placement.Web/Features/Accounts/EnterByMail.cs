using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>The link or the code of a letter, brought back by the browser that asked for it.</summary>
public sealed partial class EnterByMail(PlacementDb db, Sessions sessions, TimeProvider clock, ILogger<EnterByMail> logger)
{
    /// <summary>What a link is good for, without using it.</summary>
    /// <returns>True if <paramref name="pending"/> is of the browser that asked; or the problem.</returns>
    public async Task<Result<bool>> LookAsync(string? token, PendingSignIn? pending, CancellationToken cancellationToken)
    {
        var request = await FindByTokenAsync(token, cancellationToken);
        return request is null ? new Problem("signin.expired")
            : request.WhyNot(clock.GetUtcNow()) is { } problem ? problem
            : pending is not null && Secrets.AreEqual(request.BrowserHash, Secrets.Hash(pending.Secret));
    }

    /// <returns>The session to issue, and where to go; or problem <c>signin.expired</c>, <c>.used</c>, <c>.replaced</c>, <c>.guessed</c>, <c>.elsewhere</c>.</returns>
    public Task<Result<Entered>> ByLinkAsync(HttpContext context, string? token, PendingSignIn? pending, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Entered>>(
            async stop =>
            {
                if (await FindByTokenAsync(token, stop) is not { } request)
                {
                    return new Problem("signin.expired");
                }

                return pending is not null && Secrets.AreEqual(request.BrowserHash, Secrets.Hash(pending.Secret))
                    ? await EnterAsync(context, request, stop)
                    : new Problem("signin.elsewhere");
            },
            cancellationToken);

    /// <param name="typed">As typed: spaces and dashes do not matter.</param>
    /// <returns>As by link, and <c>signin.wrong</c> with the tries that are left.</returns>
    public Task<Result<Entered>> ByCodeAsync(HttpContext context, string? typed, PendingSignIn? pending, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Entered>>(
            async stop =>
            {
                if (pending is null)
                {
                    return new Problem("signin.nothing");
                }

                if (Secrets.ReadDigits(typed) is not { } code)
                {
                    // Not a guess: eight digits were asked for.
                    return Problem.On("code", "signin.digits");
                }

                var browser = Secrets.Hash(pending.Secret);
                if (await db.SignInRequests.SingleOrDefaultAsync(r => r.BrowserHash == browser, stop) is not { } request)
                {
                    return new Problem("signin.expired");
                }

                if (request.WhyNot(clock.GetUtcNow()) is { } problem)
                {
                    return problem;
                }

                return Secrets.AreEqual(request.CodeHash, Secrets.HashCode(code, pending.Secret))
                    ? await EnterAsync(context, request, stop)
                    : await MissAsync(request, stop);
            },
            cancellationToken);

    private async Task<Result<Entered>> EnterAsync(HttpContext context, SignInRequest request, CancellationToken cancellationToken)
    {
        if (!request.Use(clock.GetUtcNow()).TryGet(out var id, out var problem))
        {
            return problem;
        }

        var person = await db.People.AsNoTracking().SingleAsync(p => p.Id == id, cancellationToken);
        var started = await sessions.AddAsync(context, person, SignInMethod.Mail, cancellationToken);
        await db.SaveChangesAsync(cancellationToken);
        return new Entered(started, person.Email, request.ReturnTo);
    }

    private async Task<Result<Entered>> MissAsync(SignInRequest request, CancellationToken cancellationToken)
    {
        var last = request.Miss();
        if (last)
        {
            db.Audit.Add(new(clock.GetUtcNow(), null, null, "signin.guessed", request.Id.ToString(), $"{SignInRequest.MaxWrongCodes} wrong codes from {request.Network}"));
            LogGuessed(request.Id);
        }

        await db.SaveChangesAsync(cancellationToken);
        return last ? new Problem("signin.guessed") : Problem.On("code", "signin.wrong", SignInRequest.MaxWrongCodes - request.WrongCodes);
    }

    private async Task<SignInRequest?> FindByTokenAsync(string? token, CancellationToken cancellationToken)
    {
        if (token is not { Length: > 0 and < 100 })
        {
            return null;
        }

        var hash = Secrets.Hash(token);
        return await db.SignInRequests.SingleOrDefaultAsync(r => r.TokenHash == hash, cancellationToken);
    }

    [LoggerMessage(EventId = 5020, Level = LogLevel.Warning, Message = "Sign-in request {Request} is closed after too many wrong codes.")]
    private partial void LogGuessed(SignInRequestId request);
}
