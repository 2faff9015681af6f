using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Links a university account to whoever is signed in, or takes the link away; a letter tells them, so that a foreign hand is noticed.</summary>
public sealed class LinkUniversityAccount(PlacementDb db, LetterTemplates templates, LetterBell bell, IOptions<MailOptions> mail, IOptions<UniversityOptions> university, TimeProvider clock)
{
    /// <summary>Why the account cannot be linked to this person: <c>link.taken</c> (it is another's), <c>link.other</c> (they have another account there), <c>link.already</c>; null: it can.</summary>
    public async Task<Problem?> WhyNotAsync(PersonId id, PendingLink account, CancellationToken cancellationToken)
    {
        var same = await db.ExternalAccounts.AsNoTracking().SingleOrDefaultAsync(a => a.Issuer == account.Issuer && a.Subject == account.Subject, cancellationToken);
        if (same is not null)
        {
            return new(same.Person == id ? "link.already" : "link.taken");
        }

        return await db.ExternalAccounts.AnyAsync(a => a.Issuer == account.Issuer && a.Person == id, cancellationToken) ? new("link.other") : null;
    }

    /// <returns>Problem of <see cref="WhyNotAsync"/>.</returns>
    public async Task<Result<Done>> HandleAsync(PersonId id, PendingLink account, CancellationToken cancellationToken)
    {
        var linked = await db.WriteAsync<Result<Done>>(
            async stop =>
            {
                if (await WhyNotAsync(id, account, stop) is { } problem)
                {
                    return problem;
                }

                var now = clock.GetUtcNow();
                db.ExternalAccounts.Add(new(account.Issuer, account.Subject, id, now));
                await TellAsync(id, linked: true, account.Issuer, now, stop);
                return default(Done);
            },
            cancellationToken);
        bell.Ring();
        return linked;
    }

    /// <returns>Problem <c>link.none</c> if there is no such link.</returns>
    public async Task<Result<Done>> RemoveAsync(PersonId id, string? issuer, CancellationToken cancellationToken)
    {
        var removed = await db.WriteAsync<Result<Done>>(
            async stop =>
            {
                // Only one's own, whatever the form says.
                if (await db.ExternalAccounts.SingleOrDefaultAsync(a => a.Issuer == issuer && a.Person == id, stop) is not { } account)
                {
                    return new Problem("link.none");
                }

                db.ExternalAccounts.Remove(account);
                await TellAsync(id, linked: false, account.Issuer, clock.GetUtcNow(), stop);
                return default(Done);
            },
            cancellationToken);
        bell.Ring();
        return removed;
    }

    private async Task TellAsync(PersonId id, bool linked, string issuer, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var person = await db.People.SingleAsync(p => p.Id == id, cancellationToken);
        var model = new Dictionary<string, object?>
        {
            ["name"] = person.Name,
            ["linked"] = linked,
            ["university"] = university.Value.Name,
            ["link"] = mail.Value.Address("/Accounts/Sessions"),
        };
        var letter = LetterId.New(now);
        db.Outbox.Add(new(letter, LetterKind.Notice, null, person, $"university:{letter}", templates.Render("UniversityLink", person.Language, model), now, now));
        db.Audit.Add(new(now, id, null, linked ? "account.linked" : "account.unlinked", id.ToString(), issuer));
        await db.SaveChangesAsync(cancellationToken);
    }
}
