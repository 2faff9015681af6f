using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Jobs;

/// <summary>
/// After a clock that was far ahead has been set back: what would wait until then waits anew, as long as it would have. Looks at the start and each minute by a timer of its own,
/// for the schedule is among what waits.
/// </summary>
public sealed partial class MendWaits(IServiceScopeFactory scopes, JobSchedule schedule, LetterBell bell, IOptions<MailOptions> mail, TimeProvider clock, ILogger<MendWaits> logger) : BackgroundService
{
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(1);

    /// <returns>How many jobs, letters, publications and tries of the mail server no longer wait for a wrong instant.</returns>
    public async Task<int> HandleAsync(CancellationToken cancellationToken)
    {
        var (jobs, rows) = (schedule.Mend(), await MendRowsAsync(cancellationToken));
        if (jobs + rows > 0)
        {
            bell.Ring();
            LogMended(jobs, rows);
        }

        return jobs + rows;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Between, clock);
        do
        {
            try
            {
                await HandleAsync(stoppingToken);
            }
            catch (Exception e) when (!stoppingToken.IsCancellationRequested)
            {
                // The boundary of a job: whatever it was, the next minute tries again.
                LogFailed(e);
            }
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }

    private async Task<int> MendRowsAsync(CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        var now = clock.GetUtcNow();
        var (letter, hold, trouble) = (now + OutboxLetter.LongestWait, now + Campaign.MaxLetterHold, now + RetrySchedule.LongestTrouble);
        if (!await db.Outbox.AnyAsync(l => (l.State == LetterState.Queued && l.NextAttemptAt > letter) || (l.State == LetterState.Sending && l.LeaseUntil > letter), cancellationToken)
            && !await db.Publications.AnyAsync(p => p.RecalledAt == null && p.LettersFrom > hold, cancellationToken)
            && !await db.Sending.AnyAsync(s => s.TryAgainAt > trouble, cancellationToken))
        {
            return 0;
        }

        return await db.WriteAsync(
            async token =>
            {
                // Publications first: their letters wait for the hold that begins anew.
                var publications = await db.Publications.Where(p => p.RecalledAt == null && p.LettersFrom > now).OrderBy(p => p.Id).ToListAsync(token);
                var mended = publications.Count(p => p.WaitAnew(now));
                foreach (var waiting in await db.Outbox.Where(l => l.State == LetterState.Queued && l.NextAttemptAt > letter).OrderBy(l => l.Id).ToListAsync(token))
                {
                    var held = publications.Find(p => waiting.Key.StartsWith(ResultLetters.KeyPrefix(p.Id), StringComparison.Ordinal));
                    mended += waiting.WaitAnew(now, held?.LettersFrom) ? 1 : 0;
                }

                var lease = LetterDispatcher.LeaseOf(mail.Value);
                mended += (await db.Outbox.Where(l => l.State == LetterState.Sending && l.LeaseUntil > letter).OrderBy(l => l.Id).ToListAsync(token)).Count(l => l.LeaseAnew(now, lease));
                mended += (await db.Sending.SingleAsync(token)).WaitAnew(now) ? 1 : 0;
                await db.SaveChangesAsync(token);
                return mended;
            },
            cancellationToken);
    }

    [LoggerMessage(EventId = 1020, Level = LogLevel.Warning, Message = "The clock was far ahead and has been set back: {Jobs} jobs of the schedule and {Rows} other waits begin anew.")]
    private partial void LogMended(int jobs, int rows);

    [LoggerMessage(EventId = 1021, Level = LogLevel.Error, Message = "What waits for a wrong instant could not be looked for; the next minute tries again.")]
    private partial void LogFailed(Exception exception);
}
