using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Somebody signed in at their university: by the account that is linked to them, or the first time by an address that the university vouches for.</summary>
public sealed class EnterByUniversity(PlacementDb db, Sessions sessions, TimeProvider clock)
{
    /// <returns>The session to issue; or problem <c>university.unknown</c>, <c>university.unverified</c>, <c>university.other</c> (the person is linked to another account of the same provider).</returns>
    public Task<Result<Sessions.Started>> HandleAsync(HttpContext context, UniversityAccount account, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Sessions.Started>>(
            async stop =>
            {
                if (!(await FindAsync(account, stop)).TryGet(out var person, out var problem))
                {
                    return problem;
                }

                var started = await sessions.AddAsync(context, person, SignInMethod.University, stop);
                await db.SaveChangesAsync(stop);
                return started;
            },
            cancellationToken);

    private async Task<Result<Person>> FindAsync(UniversityAccount account, CancellationToken cancellationToken)
    {
        if (account.Issuer.Length == 0 || account.Subject.Length == 0)
        {
            return new Problem("university.unknown");
        }

        var linked = await db.ExternalAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Issuer == account.Issuer && a.Subject == account.Subject, cancellationToken);
        if (linked is not null)
        {
            return await db.People.AsNoTracking().SingleAsync(p => p.Id == linked.Person, cancellationToken);
        }

        if (!EmailAddress.TryCreate(account.Email, out var address))
        {
            return new Problem("university.unknown");
        }

        if (!account.IsVerified)
        {
            return new Problem("university.unverified");
        }

        if (await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Email == address, cancellationToken) is not { } person)
        {
            return new Problem("university.unknown");
        }

        if (await db.ExternalAccounts.AnyAsync(a => a.Issuer == account.Issuer && a.Person == person.Id, cancellationToken))
        {
            // Addresses are given to others when their owner leaves; the account is not.
            return new Problem("university.other");
        }

        var now = clock.GetUtcNow();
        db.ExternalAccounts.Add(new(account.Issuer, account.Subject, person.Id, now));
        db.Audit.Add(new(now, person.Id, null, "account.linked", person.Id.ToString(), account.Issuer));
        return person;
    }
}
