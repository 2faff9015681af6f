using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>Sets or removes the second address of whoever asks; a letter tells both addresses, so that a mistyped or foreign one is noticed.</summary>
public sealed class ChangeSecondAddress(PlacementDb db, LetterTemplates templates, LetterBell bell, IOptions<MailOptions> mail, TimeProvider clock)
{
    /// <param name="address">Empty: none any more.</param>
    /// <returns>Problem <c>second.address</c>, or <c>second.same</c> if it is the first one.</returns>
    public async Task<Result<Done>> HandleAsync(PersonId id, string? address, CancellationToken cancellationToken)
    {
        EmailAddress? second = null;
        if (!string.IsNullOrWhiteSpace(address) && !EmailAddress.TryCreate(address, out second))
        {
            return Problem.On("second", "second.address", SingleLine.Clean(address));
        }

        var outcome = await db.WriteAsync(token => ChangeAsync(id, second, token), cancellationToken);
        bell.Ring();
        return outcome;
    }

    private async Task<Result<Done>> ChangeAsync(PersonId id, EmailAddress? second, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var person = await db.People.SingleAsync(p => p.Id == id, cancellationToken);
        if (second == person.Email)
        {
            return Problem.On("second", "second.same");
        }

        if (second == person.SecondEmail)
        {
            return default(Done);
        }

        person.ChangeSecondAddress(second);
        var model = new Dictionary<string, object?>
        {
            ["name"] = person.Name,
            ["address"] = second?.Value,
            ["link"] = mail.Value.Address("/MyData"),
        };
        db.Outbox.Add(new(LetterId.New(now), LetterKind.Notice, null, person, $"second-address:{id}:{person.Version}", templates.Render("SecondAddress", person.Language, model), now, now));
        db.Audit.Add(new(now, id, null, "person.second-address", id.ToString(), second is null ? "removed" : "set"));
        await db.SaveChangesAsync(cancellationToken);
        return default(Done);
    }
}
