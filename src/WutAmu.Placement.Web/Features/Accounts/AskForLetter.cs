using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>
/// Somebody typed an address. Nothing here looks at who has that address, so that the answer and its time are the same for every address:
/// <see cref="SignInLetters"/> does, afterwards.
/// </summary>
public sealed class AskForLetter(PlacementDb db, IDataProtectionProvider protection, SignInLetters letters, IOptions<AccountsOptions> options, TimeProvider clock)
{
    private static readonly TimeSpan Near = TimeSpan.FromMinutes(15);
    private static readonly TimeSpan Anywhere = TimeSpan.FromHours(1);

    /// <param name="former">The sign-in this browser began before; it ends.</param>
    /// <param name="knownBrowser">Name of the browser if it has signed in with the address before; null: it has not.</param>
    /// <returns>The secret for the browser; or problem <c>signin.too-many</c> with the minutes to wait.</returns>
    public async Task<Result<PendingSignIn>> HandleAsync(EmailAddress address, PendingSignIn? former, string? knownBrowser, string network, string? returnTo, CancellationToken cancellationToken)
    {
        var (secret, token) = (Secrets.New(), Secrets.New());
        var code = Secrets.CodeOf(token);
        var addressHash = Secrets.Hash(address.Value);
        var limitKey = Secrets.Hash($"{address.Value}\n{knownBrowser ?? network}");
        var asked = await db.WriteAsync<Result<PendingSignIn>>(
            async stop =>
            {
                var now = clock.GetUtcNow();
                if (await WaitAsync(addressHash, limitKey, knownBrowser is not null, now, stop) is { } wait)
                {
                    return Problem.On("email", "signin.too-many", Math.Ceiling(wait.TotalMinutes));
                }

                if (former is not null)
                {
                    var formerHash = Secrets.Hash(former.Secret);
                    foreach (var request in await db.SignInRequests.Where(r => r.BrowserHash == formerHash).ToListAsync(stop))
                    {
                        request.Replace(now);
                    }
                }

                db.SignInRequests.Add(new(
                    new(Guid.CreateVersion7(now)),
                    Secrets.Hash(secret),
                    Secrets.Hash(token),
                    Secrets.HashCode(code, secret),
                    addressHash,
                    limitKey,
                    knownBrowser is not null,
                    network,
                    SignInLetters.Seal(protection, address, token),
                    returnTo,
                    now));
                await db.SaveChangesAsync(stop);
                return new PendingSignIn(secret, address);
            },
            cancellationToken);
        letters.Ring();
        return asked;
    }

    /// <returns>How long until another letter may be asked for; null: now.</returns>
    private async Task<TimeSpan?> WaitAsync(string addressHash, string limitKey, bool known, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var near = now - Near;
        var here = await db.SignInRequests.Where(r => r.LimitKey == limitKey && r.AddressHash == addressHash && r.CreatedAt > near)
            .OrderBy(r => r.CreatedAt).Select(r => r.CreatedAt).ToListAsync(cancellationToken);
        if (here.Count >= options.Value.LettersPerAddress)
        {
            return here[^options.Value.LettersPerAddress] + Near - now;
        }

        if (known)
        {
            return null;
        }

        var far = now - Anywhere;
        var everywhere = await db.SignInRequests.Where(r => r.AddressHash == addressHash && !r.KnownBrowser && r.CreatedAt > far)
            .OrderBy(r => r.CreatedAt).Select(r => r.CreatedAt).ToListAsync(cancellationToken);
        return everywhere.Count >= options.Value.LettersPerAddressAnywhere
            ? everywhere[^options.Value.LettersPerAddressAnywhere] + Anywhere - now
            : null;
    }
}
