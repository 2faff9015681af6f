using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Letters;

/// <summary>What a restored database and the relay journal say about the same letters, and their reconciliation by a person.</summary>
public sealed class AfterRestore(PlacementDb db, RelayJournal journal, RelayMemory memory, TimeProvider clock)
{
    /// <summary>Written where a coordinator knows from elsewhere (the mail server's own log) what the journal does not.</summary>
    public const string OnACoordinatorsWord = "marked as accepted by a coordinator after a restore";

    /// <summary>
    /// Letters that the backup holds as not sent yet, and those that the same cause has written again since, with what the journal says about each; those it knows first.
    /// </summary>
    public async Task<IReadOnlyList<Doubtful>> DoubtfulAsync(CancellationToken cancellationToken)
    {
        var state = await db.Sending.AsNoTracking().SingleAsync(cancellationToken);
        var restored = state.PausedAt ?? clock.GetUtcNow();
        var letters = await db.Outbox.AsNoTracking()
            .Where(l => l.State == LetterState.Queued || l.State == LetterState.Sending)
            .OrderBy(l => l.CreatedAt).ThenBy(l => l.Id)
            .ToListAsync(cancellationToken);
        var lost = await memory.LostAsync(cancellationToken);
        return [.. letters.Where(letter => letter.CreatedAt <= restored || letter.ComesAgain).Select(letter => Doubt(letter, memory.Of(letter, lost))).OrderBy(doubtful => doubtful.Journal is null)];
    }

    /// <summary>What the mail server accepted of letters that the restored database does not have: they were written after the backup.</summary>
    public async Task<IReadOnlyList<Lost>> LostAsync(CancellationToken cancellationToken)
    {
        var lost = await memory.LostAsync(cancellationToken);
        var names = await db.People.AsNoTracking().Where(p => lost.Select(entry => entry.Person).Contains(p.Id)).ToDictionaryAsync(p => p.Id, p => p.Name, cancellationToken);
        return [.. lost.Select(entry => new Lost(entry, names.GetValueOrDefault(entry.Person)))];
    }

    /// <summary>Instant of the journal's last line; null: it is empty.</summary>
    public DateTimeOffset? JournalUntil => journal.All is [.., var last] ? last.At : null;

    /// <summary>Ends these letters as accepted: with the server's words where the journal has them, else on the coordinator's word.</summary>
    /// <returns>How many were marked; those that were no longer waiting are passed over.</returns>
    public Task<int> MarkAcceptedAsync(IReadOnlyCollection<LetterId> ids, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync(
            async token =>
            {
                var now = clock.GetUtcNow();
                var marked = 0;
                var lost = await memory.LostAsync(token);
                foreach (var letter in await db.Outbox.Where(l => ids.Contains(l.Id)).OrderBy(l => l.Id).ToListAsync(token))
                {
                    var entry = Doubt(letter, memory.Of(letter, lost)).Journal;
                    marked += letter.IsKnownAccepted(letter.Waiting, entry?.Words ?? OnACoordinatorsWord, entry?.At ?? now, now).TryGet(out _, out _) ? 1 : 0;
                }

                db.Audit.Add(new(now, by, null, "letters.marked-accepted", "sending", $"{marked} letters"));
                await db.SaveChangesAsync(token);
                return marked;
            },
            cancellationToken);

    private static Doubtful Doubt(OutboxLetter letter, Remembered remembered) =>
        new(letter, remembered.Entries is [.., var last] ? last : null, remembered.Round != letter.Round);

    /// <param name="Journal">What the mail server accepted of it; null: the journal does not know it, or it was overtaken.</param>
    /// <param name="Overtaken">It left, but a later letter to its reader is lost.</param>
    public sealed record Doubtful(OutboxLetter Letter, JournalEntry? Journal, bool Overtaken);

    /// <param name="Name">Whose letter it was; null: the person is not in the restored database either.</param>
    public sealed record Lost(JournalEntry Entry, string? Name);
}
