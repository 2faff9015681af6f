using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Mail;

internal static class TellCoordinators
{
    /// <summary>Adds a letter to each coordinator, within the caller's transaction; one whose key stands in the outbox already is not written again.</summary>
    public static async Task TellCoordinatorsAsync(this PlacementDb db, Func<Person, OutboxLetter> write, CancellationToken cancellationToken)
    {
        // Roles are stored as words: a flag is asked for in code, not in the database.
        var staff = await db.People.AsNoTracking().Where(p => p.Roles != Roles.None).OrderBy(p => p.Id).ToListAsync(cancellationToken);
        foreach (var letter in staff.Where(p => p.Roles.HasFlag(Roles.Coordinator)).Select(write))
        {
            if (!await db.Outbox.AnyAsync(l => l.Key == letter.Key, cancellationToken))
            {
                db.Outbox.Add(letter);
            }
        }
    }
}
