using Hangfire;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Re-queues runs that a restart left without a job, and fails those whose worker died. One attempt each: a human starts the next.</summary>
// No retry: it runs again within a minute.
[AutomaticRetry(Attempts = 0)]
public sealed partial class SweepRuns(PlacementDb db, IBackgroundJobClient jobs, TimeProvider clock, ILogger<SweepRuns> logger)
{
    /// <summary>A younger queued run still has its own job.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var lost = await db.Runs.Where(r => r.State == RunState.Solving && r.LeaseUntil < now).OrderBy(r => r.Id).ToListAsync(cancellationToken);
        foreach (var run in lost)
        {
            run.Fail("run.lost", null, now);
            db.Audit.Add(new(now, null, run.Campaign, "run.failed", run.Id.ToString(), "run.lost"));
            LogLost(run.Id);
        }

        await db.SaveChangesAsync(cancellationToken);
        var before = now - Patience;
        var waiting = await db.Runs.Where(r => r.State == RunState.Queued && r.RequestedAt < before).OrderBy(r => r.Id).Select(r => r.Id).ToListAsync(cancellationToken);
        foreach (var run in waiting)
        {
            // Twice is harmless: of two jobs one finds nothing to claim.
            jobs.Enqueue<SolveRun>(job => job.ExecuteAsync(run.Value, CancellationToken.None));
        }
    }

    [LoggerMessage(EventId = 3003, Level = LogLevel.Error, Message = "Run {Run} lost its worker and failed.")]
    private partial void LogLost(RunId run);
}
