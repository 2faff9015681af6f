using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Who coordinates and who operates. Nobody changes their own standing; every change is told to whom it concerns and stands in the journal.</summary>
public sealed class StaffRoles(PlacementDb db, Sessions sessions, LetterTemplates templates, LetterBell bell, Texts texts, IOptions<MailOptions> mail, TimeProvider clock)
{
    public const int MaxReasonLength = 500;

    /// <summary>Gives somebody a role and writes to them; the letter leads to the sign-in page and carries nothing to sign in with.</summary>
    /// <param name="by">Null: the service itself, for the first coordinator.</param>
    /// <returns>Whom; or problem <c>staff.address</c>, <c>staff.name</c>, <c>staff.self</c>, <c>staff.already</c>.</returns>
    public async Task<Result<PersonId>> InviteAsync(string? name, string? email, Language language, Roles role, PersonId? by, CancellationToken cancellationToken)
    {
        if (!EmailAddress.TryCreate(email, out var address))
        {
            return Problem.On("email", "staff.address");
        }

        if (string.IsNullOrWhiteSpace(name) || name.Length > Person.MaxNameLength)
        {
            return Problem.On("name", "staff.name");
        }

        var invited = await db.WriteAsync<Result<PersonId>>(
            async stop =>
            {
                var now = clock.GetUtcNow();
                var person = await db.People.SingleOrDefaultAsync(p => p.Email == address, stop);
                if (person is null)
                {
                    person = new(PersonId.New(now), name, null, address, language, role);
                    db.People.Add(person);
                }
                else if (person.Id == by)
                {
                    return new Problem("staff.self");
                }
                else if (person.Roles.HasFlag(role))
                {
                    return Problem.On("email", "staff.already");
                }
                else
                {
                    person.Grant(role);
                }

                db.Audit.Add(new(now, by, null, "role.granted", person.Id.ToString(), role.ToString()));
                db.Outbox.Add(Write(LetterKind.Invitation, "StaffInvitation", person, role, $"staff:{person.Id}:{role}:{now:yyyyMMddHHmmss}", now));
                await db.SaveChangesAsync(stop);
                return person.Id;
            },
            cancellationToken);
        bell.Ring();
        return invited;
    }

    /// <summary>Takes all roles away; open sessions end.</summary>
    /// <returns>Problem <c>staff.self</c>, <c>staff.reason</c> or <c>staff.none</c>.</returns>
    public Task<Result<Done>> RevokeAsync(PersonId id, string? reason, PersonId by, CancellationToken cancellationToken) =>
        ChangeAsync(
            id,
            reason,
            by,
            (person, why, now) =>
            {
                db.Audit.Add(new(now, by, null, "role.revoked", id.ToString(), person.Roles.ToString(), why));
                person.Revoke(person.Roles);
                return Task.FromResult<Problem?>(null);
            },
            cancellationToken);

    /// <summary>For a telephone that is lost: the next sign-in sets another one up. Open sessions end, and the person is told.</summary>
    /// <returns>Problem <c>staff.self</c>, <c>staff.reason</c>, <c>staff.none</c> or <c>factor.none</c>.</returns>
    public async Task<Result<Done>> ResetSecondFactorAsync(PersonId id, string? reason, PersonId by, CancellationToken cancellationToken)
    {
        var done = await ChangeAsync(
            id,
            reason,
            by,
            async (person, why, now) =>
            {
                if (await db.SecondFactors.SingleOrDefaultAsync(f => f.Person == id, cancellationToken) is not { } factor)
                {
                    return new Problem("factor.none");
                }

                db.SecondFactors.Remove(factor);
                db.Audit.Add(new(now, by, null, "factor.reset", id.ToString(), null, why));
                db.Outbox.Add(Write(LetterKind.Notice, "SecondFactorReset", person, person.Roles, $"factor-reset:{id}:{now:yyyyMMddHHmmss}", now));
                return null;
            },
            cancellationToken);
        bell.Ring();
        return done;
    }

    private Task<Result<Done>> ChangeAsync(PersonId id, string? reason, PersonId by, Func<Person, string, DateTimeOffset, Task<Problem?>> change, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Done>>(
            async stop =>
            {
                if (id == by)
                {
                    return new Problem("staff.self");
                }

                if (string.IsNullOrWhiteSpace(reason) || reason.Length > MaxReasonLength)
                {
                    return Problem.On("reason", "staff.reason");
                }

                if (await db.People.SingleOrDefaultAsync(p => p.Id == id, stop) is not { } person || person.Roles == Roles.None)
                {
                    return new Problem("staff.none");
                }

                if (await change(person, reason.Trim(), clock.GetUtcNow()) is { } problem)
                {
                    return problem;
                }

                await db.SaveChangesAsync(stop);
                await sessions.EndAsync(id, null, null, by, stop);
                return default(Done);
            },
            cancellationToken);

    private OutboxLetter Write(LetterKind kind, string template, Person person, Roles role, string key, DateTimeOffset now)
    {
        var roles = ImmutableArray.CreateRange(Enum.GetValues<Roles>().Where(one => one != Roles.None && role.HasFlag(one)));
        var model = new Dictionary<string, object?>
        {
            ["name"] = person.Name,
            ["role"] = string.Join(", ", roles.Select(one => texts.Get(person.Language, $"Roles.{one}"))),
            ["at"] = BothClocks.Say(texts, person.Language, now),
            ["email"] = person.Email.Value,
            ["link"] = mail.Value.Address("/Accounts/SignIn"),
        };
        return new(LetterId.New(now), kind, null, person, key, templates.Render(template, person.Language, model), now, now);
    }
}
