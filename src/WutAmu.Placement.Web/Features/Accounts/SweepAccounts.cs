using Hangfire;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Every hour: writes down from where many sign-ins failed, and deletes what is of no use any more. Running it twice does nothing more.</summary>
public sealed partial class SweepAccounts(PlacementDb db, TimeProvider clock, ILogger<SweepAccounts> logger)
{
    /// <summary>Fewer than these are people who mistype.</summary>
    public const int ManyFailures = 20;

    /// <summary>Sign-in requests serve the limits for an hour; a day is kept to answer questions.</summary>
    private static readonly TimeSpan KeepRequests = TimeSpan.FromDays(1);

    private static readonly TimeSpan KeepSessions = TimeSpan.FromDays(30);

    // The next hour comes anyway: no retry, and never two at once.
    [AutomaticRetry(Attempts = 0)]
    [DisableConcurrentExecution(60)]
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        var deleted = await db.WriteAsync(
            async stop =>
            {
                var now = clock.GetUtcNow();
                await NoteFailuresAsync(now, stop);
                var (requests, sessions) = (now - KeepRequests, now - KeepSessions);
                return await db.SignInRequests.Where(r => r.CreatedAt < requests).ExecuteDeleteAsync(stop)
                    + await db.Sessions.Where(s => s.LastSeenAt < sessions).ExecuteDeleteAsync(stop);
            },
            cancellationToken);
        LogSwept(deleted);
    }

    /// <summary>One entry for each network and full hour.</summary>
    private async Task NoteFailuresAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        var end = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, 0, 0, TimeSpan.Zero);
        var start = end - TimeSpan.FromHours(1);
        var failed = await db.SignInRequests.AsNoTracking()
            .Where(r => r.CreatedAt >= start && r.CreatedAt < end && ((r.Person == null && r.SealedLetter == null) || r.WrongCodes > 0))
            .Select(r => new { r.Network, Unknown = r.Person == null, r.WrongCodes }).ToListAsync(cancellationToken);
        foreach (var network in failed.GroupBy(r => r.Network, StringComparer.Ordinal).OrderBy(n => n.Key, StringComparer.Ordinal))
        {
            var (unknown, wrong) = (network.Count(r => r.Unknown), network.Sum(r => r.WrongCodes));
            var subject = $"{network.Key} {start:yyyy-MM-dd'T'HH}";
            if (unknown + wrong >= ManyFailures && !await db.Audit.AnyAsync(a => a.Action == "signin.failures" && a.Subject == subject, cancellationToken))
            {
                db.Audit.Add(new(now, null, null, "signin.failures", subject, $"{unknown} unknown addresses, {wrong} wrong codes"));
            }
        }

        await db.SaveChangesAsync(cancellationToken);
    }

    [LoggerMessage(EventId = 5050, Level = LogLevel.Information, Message = "{Deleted} old sign-in requests and sessions are deleted.")]
    private partial void LogSwept(int deleted);
}
