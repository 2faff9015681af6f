using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Mail;

/// <summary>
/// What the relay journal says of a letter that waits. A reminder or a changed deadline does not count as told if its reader has had a later letter about it that a restored database
/// does not know: what that letter confirmed is lost, or is not what holds now.
/// </summary>
public sealed class RelayMemory(PlacementDb db, RelayJournal journal, IOptions<MailOptions> mail)
{
    private static readonly LetterKind[] Receipts = [LetterKind.RankingReceipt, LetterKind.DeclarationReceipt, LetterKind.AnswerReceipt];

    /// <summary>It confirmed what somebody did.</summary>
    public static bool IsReceipt(LetterKind kind) => Receipts.Contains(kind);

    /// <summary>What the mail server accepted of letters that the database does not have, oldest first: a restored one, for they were written after the backup.</summary>
    public async Task<IReadOnlyList<JournalEntry>> LostAsync(CancellationToken cancellationToken)
    {
        var known = (await db.Outbox.Select(l => l.Id).ToListAsync(cancellationToken)).ToHashSet();
        return [.. journal.All.Where(entry => !known.Contains(entry.Letter))];
    }

    /// <summary>Of one letter. Almost none is in the journal before it leaves.</summary>
    public async Task<Remembered> OfAsync(OutboxLetter letter, CancellationToken cancellationToken) =>
        journal.Find(letter.MessageId(mail.Value.Domain)).Count == 0 ? new([], letter.Round) : Of(letter, await LostAsync(cancellationToken));

    /// <param name="lost">From <see cref="LostAsync"/>.</param>
    public Remembered Of(OutboxLetter letter, IReadOnlyList<JournalEntry> lost)
    {
        var round = letter.Round;
        while (true)
        {
            var found = journal.Find(letter.MessageId(mail.Value.Domain, round));
            if (found is not [.., var last] || !lost.Any(entry => entry.At > last.At && Overtakes(entry, letter)))
            {
                return new(found, round);
            }

            round++;
        }
    }

    private static bool Overtakes(JournalEntry entry, OutboxLetter letter) =>
        entry.Person == letter.Person && letter.Kind switch
        {
            LetterKind.Reminder => IsReceipt(entry.Kind),
            // The journal does not say what a notice was about. One too many tells the truth.
            LetterKind.Notice => entry.Kind == LetterKind.Notice && letter.Campaign is { } campaign && letter.Key.StartsWith(TellDeadlines.Prefix(campaign), StringComparison.Ordinal),
            _ => false,
        };
}

/// <param name="Entries">What was accepted of it, oldest first; empty: it leaves.</param>
/// <param name="Round">In which it was, or leaves: another one than the letter's if it left before and was overtaken.</param>
public sealed record Remembered(IReadOnlyList<JournalEntry> Entries, int Round);
