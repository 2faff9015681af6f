using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Mail;

/// <summary>
/// Takes due letters from the outbox, one at a time under a lease, hands them to the sender, and records what the server said. Sign-in codes go first: somebody waits
/// for them.
/// </summary>
public sealed partial class LetterDispatcher(
    IServiceScopeFactory scopes,
    ILetterSender sender,
    RelayJournal journal,
    LetterBell bell,
    IOptions<MailOptions> options,
    TimeProvider clock,
    ILogger<LetterDispatcher> logger) : BackgroundService
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>Due letters looked at at once; more than a campaign has.</summary>
    private const int LookAhead = 1000;

    private readonly Guid owner = Guid.CreateVersion7(clock.GetUtcNow());
    private readonly DomainPace pace = new(options.Value.LettersPerMinuteAndDomain);

    /// <summary>Longer than any conversation with the server may take.</summary>
    public static TimeSpan LeaseOf(MailOptions options) => 2 * (options.FinalAnswer + SmtpSender.LastWait);

    /// <summary>Sends everything that may leave now, then lets the connection go.</summary>
    /// <returns>How many letters were handled.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        try
        {
            while (!cancellationToken.IsCancellationRequested && await SendOneAsync(cancellationToken))
            {
                count++;
            }
        }
        finally
        {
            await sender.RestAsync();
        }

        return count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await SendDueAsync(stoppingToken);
                var now = clock.GetUtcNow();
                var pause = pace.FreeAt(now) is { } free && free - now < Poll ? free - now : Poll;
                await bell.WaitAsync(pause, clock, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // The mail boundary: one broken letter or a locked file must not end all sending.
                LogBroken(e);
                await bell.WaitAsync(Poll, clock, stoppingToken);
            }
        }
    }

    private static IReadOnlyList<string> DomainsOf(params IEnumerable<EmailAddress?> addresses) => [.. addresses.OfType<EmailAddress>().Select(address => address.Domain).Distinct(StringComparer.Ordinal)];

    /// <returns>False: nothing may leave now.</returns>
    private async Task<bool> SendOneAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        var memory = scope.ServiceProvider.GetRequiredService<RelayMemory>();
        if (await ClaimAsync(db, memory, cancellationToken) is not { } letter)
        {
            return false;
        }

        if (letter.State != LetterState.Sending)
        {
            // Ended as it was claimed, for its time was over or the journal has it; or it waits for its reader's morning.
            LogState(letter.Id, letter.State, letter.AttemptCount);
            return true;
        }

        SendAnswer answer;
        try
        {
            answer = await sender.SendAsync(letter, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Not handed over: it waits on, and whoever looks next may take it.
            await RecordAsync(letter.Id, (found, _) => found.Release(owner));
            throw;
        }
        catch (Exception e)
        {
            // Something about this letter; it must not keep the others.
            LogUnsendable(e, letter.Id);
            answer = SendAnswer.Of(letter.Waiting.Select(to => new RecipientAnswer(to, AttemptOutcome.Temporary, e.Message)));
        }

        var now = clock.GetUtcNow();
        pace.Sent(DomainsOf(letter.Waiting), now);
        Keep(letter, answer, now);
        // The letter has left or not: what is known must be kept.
        var recorded = await RecordAsync(letter.Id, (found, state) =>
        {
            if (answer.Trouble is { } trouble)
            {
                // A second time in a row with a new connection, it may be the letter: it steps back, so that the next try is another's.
                var again = state.TroubleCount > 0 && answer.Recipients.Count > 0;
                state.Stumble(trouble, now);
                return again ? found.Answer(owner, answer.Recipients, now) : found.Release(owner);
            }

            if (state.Trouble is not null)
            {
                state.Recover();
            }

            return found.Answer(owner, answer.Recipients, now);
        });
        if (answer.Trouble is not null)
        {
            LogTrouble(letter.Id);
            return false;
        }

        if (!recorded)
        {
            LogLeaseLost(letter.Id);
        }

        return true;
    }

    private async Task<OutboxLetter?> ClaimAsync(PlacementDb db, RelayMemory memory, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var state = await db.Sending.AsNoTracking().SingleAsync(cancellationToken);
        var due = await db.Outbox.AsNoTracking()
            .Where(l => (l.State == LetterState.Queued && l.NextAttemptAt <= now) || (l.State == LetterState.Sending && l.LeaseUntil < now))
            .OrderBy(l => l.Kind == LetterKind.SignIn ? 0 : 1).ThenBy(l => l.NextAttemptAt).ThenBy(l => l.Id)
            .Select(l => new { l.Id, l.Kind, l.To, l.Copy, l.ToState, l.CopyState })
            .Take(LookAhead)
            .ToListAsync(cancellationToken);
        foreach (var candidate in due.Where(l => state.Allows(l.Kind, now)))
        {
            var domains = DomainsOf(candidate.ToState == RecipientState.Waiting ? candidate.To : null, candidate.CopyState == RecipientState.Waiting ? candidate.Copy : null);
            if (pace.Allows(domains, now) && await ClaimAsync(db, memory, candidate.Id, now, cancellationToken) is { } claimed)
            {
                return claimed;
            }
        }

        return null;
    }

    private async Task<OutboxLetter?> ClaimAsync(PlacementDb db, RelayMemory memory, LetterId id, DateTimeOffset now, CancellationToken cancellationToken) =>
        await db.WriteAsync(
            async token =>
            {
                var letter = await db.Outbox.SingleOrDefaultAsync(l => l.Id == id, token);
                if (letter is null || !letter.Claim(owner, now, LeaseOf(options.Value)))
                {
                    return null;
                }

                if (!letter.Expire(owner, now))
                {
                    Remember(letter, await memory.OfAsync(letter, token), now);
                }

                if (letter.ByDay)
                {
                    var zone = await db.People.Where(p => p.Id == letter.Person).Select(p => p.TimeZone).SingleAsync(token);
                    letter.WaitForDay(owner, TimeZoneInfo.FindSystemTimeZoneById(zone), now);
                }

                await db.SaveChangesAsync(token);
                return letter;
            },
            cancellationToken);

    /// <summary>A service that was killed between the server's answer and our commit left it in the journal, or a backup was restored: it is not sent twice.</summary>
    private static void Remember(OutboxLetter letter, Remembered remembered, DateTimeOffset now)
    {
        if (remembered.Round != letter.Round)
        {
            letter.LeaveAnew(remembered.Round);
        }

        foreach (var entry in remembered.Entries)
        {
            var accepted = letter.Waiting.Where(to => (entry.First && to == letter.To) || (entry.Second && to == letter.Copy)).ToList();
            if (accepted.Count > 0 && letter.State == LetterState.Sending)
            {
                letter.IsKnownAccepted(accepted, entry.Words, entry.At, now);
            }
        }
    }

    private void Keep(OutboxLetter letter, SendAnswer answer, DateTimeOffset now)
    {
        var accepted = answer.Recipients.Where(recipient => recipient.Outcome == AttemptOutcome.Accepted).ToList();
        if (accepted.Count > 0)
        {
            journal.Append(new(
                letter.MessageId(options.Value.Domain),
                letter.Id,
                letter.Kind,
                letter.Person,
                now,
                accepted.Exists(recipient => recipient.To == letter.To),
                accepted.Exists(recipient => recipient.To == letter.Copy),
                accepted[0].Words));
        }
    }

    /// <summary>Changes the letter and the state of sending as they are now in the database: while the server was spoken to, the lease may have lapsed or a coordinator paused.</summary>
    private async Task<bool> RecordAsync(LetterId id, Func<OutboxLetter, SendingState, bool> change)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        return await db.WriteAsync(
            async token =>
            {
                var letter = await db.Outbox.SingleAsync(l => l.Id == id, token);
                var changed = change(letter, await db.Sending.SingleAsync(token));
                await db.SaveChangesAsync(token);
                LogState(letter.Id, letter.State, letter.AttemptCount);
                return changed;
            },
            CancellationToken.None);
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Letter {Letter} is {State} after attempt {Attempt}.")]
    private partial void LogState(LetterId letter, LetterState state, int attempt);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Error, Message = "The dispatcher stumbled; it goes on.")]
    private partial void LogBroken(Exception exception);

    [LoggerMessage(EventId = 4003, Level = LogLevel.Error, Message = "The mail server could not be used for letter {Letter}; the letters page says why.")]
    private partial void LogTrouble(LetterId letter);

    [LoggerMessage(EventId = 4004, Level = LogLevel.Warning, Message = "The lease of letter {Letter} lapsed before its answer came; the answer is in the relay journal alone.")]
    private partial void LogLeaseLost(LetterId letter);

    [LoggerMessage(EventId = 4005, Level = LogLevel.Error, Message = "Letter {Letter} could not be handed over.")]
    private partial void LogUnsendable(Exception exception, LetterId letter);
}
