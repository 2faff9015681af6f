using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Letters;

/// <summary>Queues an ended letter again, to another address if one is given; that address can be kept for the person.</summary>
public sealed partial class ResendLetter(PlacementDb db, LetterBell bell, TimeProvider clock, ILogger<ResendLetter> logger)
{
    /// <param name="address">Empty or the same as before: no other address.</param>
    /// <param name="keep">True: from now on everything for this person goes there.</param>
    /// <returns>
    /// Problem <c>letter.waiting</c>, <c>letter.recalled</c>, <c>letter.sign-in</c>, <c>letter.address</c>; <c>letter.address-taken</c> if it is to be kept and is somebody else's.
    /// </returns>
    public async Task<Result<Done>> HandleAsync(LetterId id, string? address, bool keep, string? reason, PersonId by, CancellationToken cancellationToken)
    {
        EmailAddress? to = null;
        if (!string.IsNullOrWhiteSpace(address) && !EmailAddress.TryCreate(address, out to))
        {
            return Problem.On("address", "letter.address", SingleLine.Clean(address));
        }

        var outcome = await db.WriteAsync(token => ResendAsync(id, to, keep, reason, by, token), cancellationToken);
        if (outcome.TryGet(out _, out _))
        {
            bell.Ring();
            LogResent(id);
        }

        return outcome;
    }

    private async Task<Result<Done>> ResendAsync(LetterId id, EmailAddress? to, bool keep, string? reason, PersonId by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var letter = await db.Outbox.SingleAsync(l => l.Id == id, cancellationToken);
        var (first, second) = (letter.To, letter.Copy);
        if (!letter.Resend(to, now).TryGet(out _, out var problem))
        {
            return problem;
        }

        var changed = letter.To != first || letter.Copy != second;
        var kept = changed && keep;
        if (kept && to is not null)
        {
            if (await db.People.AnyAsync(p => p.Email == to && p.Id != letter.Person, cancellationToken))
            {
                return Problem.On("address", "letter.address-taken");
            }

            var person = await db.People.SingleAsync(p => p.Id == letter.Person, cancellationToken);
            if (letter.To != first)
            {
                person.ChangeAddress(to);
            }
            else
            {
                person.ChangeSecondAddress(to);
            }
        }

        var detail = kept ? $"to another address, kept for person {letter.Person}" : changed ? "to another address" : null;
        db.Audit.Add(new(now, by, letter.Campaign, "letter.resent", id.ToString(), detail, string.IsNullOrWhiteSpace(reason) ? null : SingleLine.Clean(reason)));
        await db.SaveChangesAsync(cancellationToken);
        return default(Done);
    }

    [LoggerMessage(EventId = 4020, Level = LogLevel.Information, Message = "Letter {Letter} is queued again.")]
    private partial void LogResent(LetterId letter);
}
