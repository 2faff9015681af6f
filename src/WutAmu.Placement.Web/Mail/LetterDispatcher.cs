using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Mail;

/// <summary>Takes due letters from the outbox, one at a time under a lease, hands them to the sender, and records what the server said.</summary>
public sealed partial class LetterDispatcher(IServiceScopeFactory scopes, ILetterSender sender, LetterBell bell, TimeProvider clock, ILogger<LetterDispatcher> logger) : BackgroundService
{
    /// <summary>Longer than any conversation with the server may take.</summary>
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(15);

    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(5);

    /// <summary>Temporary failures are retried for so long.</summary>
    private static readonly TimeSpan GiveUpAfter = TimeSpan.FromHours(48);

    private readonly Guid owner = Guid.CreateVersion7(clock.GetUtcNow());

    /// <summary>Sends everything that is due now.</summary>
    /// <returns>How many letters were attempted.</returns>
    public async Task<int> SendDueAsync(CancellationToken cancellationToken)
    {
        var count = 0;
        while (!cancellationToken.IsCancellationRequested && await SendOneAsync(cancellationToken))
        {
            count++;
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
                await bell.WaitAsync(Poll, clock, stoppingToken);
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

    /// <summary>1, 5, 15, 60 minutes, then every four hours.</summary>
    private static TimeSpan BackOff(int attempts) => attempts switch
    {
        0 or 1 => TimeSpan.FromMinutes(1),
        2 => TimeSpan.FromMinutes(5),
        3 => TimeSpan.FromMinutes(15),
        4 => TimeSpan.FromHours(1),
        _ => TimeSpan.FromHours(4),
    };

    private async Task<bool> SendOneAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        if (await ClaimAsync(db, cancellationToken) is not { } letter)
        {
            return false;
        }

        SendAnswer answer;
        try
        {
            answer = await sender.SendAsync(letter, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            letter.Release();
            await db.SaveChangesAsync(CancellationToken.None);
            throw;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            answer = new(SendOutcome.Temporary, e.Message);
        }

        Record(letter, answer);
        // The letter has left or not: what is known must be kept.
        await db.SaveChangesAsync(CancellationToken.None);
        LogAttempt(letter.Id, letter.State, letter.Attempts.Count);
        return true;
    }

    private async Task<OutboxLetter?> ClaimAsync(PlacementDb db, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var due = await db.Outbox.AsNoTracking()
            .AnyAsync(l => (l.State == LetterState.Queued && l.NextAttemptAt <= now) || (l.State == LetterState.Sending && l.LeaseUntil < now), cancellationToken);
        if (!due)
        {
            return null;
        }

        return await db.WriteAsync(
            async token =>
            {
                var letter = await db.Outbox
                    .Where(l => (l.State == LetterState.Queued && l.NextAttemptAt <= now) || (l.State == LetterState.Sending && l.LeaseUntil < now))
                    .OrderBy(l => l.NextAttemptAt).ThenBy(l => l.Id)
                    .FirstOrDefaultAsync(token);
                if (letter is null || !letter.Claim(owner, now, Lease))
                {
                    return null;
                }

                await db.SaveChangesAsync(token);
                return letter;
            },
            cancellationToken);
    }

    private void Record(OutboxLetter letter, SendAnswer answer)
    {
        var now = clock.GetUtcNow();
        // Some hosts say "frequency limited" with 550: it counts as temporary twice.
        var limited = answer.Outcome == SendOutcome.Refused
            && answer.Words.Contains("frequency", StringComparison.OrdinalIgnoreCase)
            && letter.Attempts.Count < 2;
        switch (answer.Outcome)
        {
            case SendOutcome.Accepted:
                letter.Accepted(answer.Words, now);
                break;
            case SendOutcome.Refused when !limited:
                letter.Refused(answer.Words, now);
                break;
            default:
                if (now - letter.CreatedAt > GiveUpAfter)
                {
                    letter.GivenUp(answer.Words, now);
                }
                else
                {
                    letter.Delay(answer.Words, now, now + BackOff(letter.Attempts.Count + 1));
                }

                break;
        }
    }

    [LoggerMessage(EventId = 4001, Level = LogLevel.Information, Message = "Letter {Letter} is {State} after attempt {Attempt}.")]
    private partial void LogAttempt(LetterId letter, LetterState state, int attempt);

    [LoggerMessage(EventId = 4002, Level = LogLevel.Error, Message = "The dispatcher stumbled; it goes on.")]
    private partial void LogBroken(Exception exception);
}
