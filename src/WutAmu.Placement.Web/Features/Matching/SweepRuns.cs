using Hangfire;
using Hangfire.Common;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Finds runs that nobody works on any more: queues again what waits without a job, fails what lost its worker.</summary>
public sealed partial class SweepRuns(PlacementDb db, IBackgroundJobClient client, Hangfire.JobStorage storage, RunsAtWork atWork, TimeProvider clock, ILogger<SweepRuns> logger)
{
    // The next minute tries again anyway.
    [AutomaticRetry(Attempts = 0)]
    public async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        await db.WriteAsync(FailLapsedAsync, cancellationToken);
        var queued = await db.Runs.Where(r => r.State == RunState.Queued).OrderBy(r => r.RequestedAt).ThenBy(r => r.Id).Select(r => r.Id).ToListAsync(cancellationToken);
        if (queued.Count == 0)
        {
            return;
        }

        var known = WithJob();
        foreach (var run in queued.Where(run => !known.Contains(run.Value) && !atWork.Has(run)))
        {
            client.Enqueue<SolveRun>(job => job.ExecuteAsync(run.Value, CancellationToken.None));
            QueuedAgain(logger, run);
        }
    }

    private async Task<int> FailLapsedAsync(CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var lapsed = await db.Runs.Where(r => r.State == RunState.Solving && r.LeaseUntil < now).OrderBy(r => r.Id).ToListAsync(cancellationToken);
        foreach (var run in lapsed.Where(run => !atWork.Has(run.Id)))
        {
            run.Fail("run.lost", null, now);
            db.Audit.Add(new AuditEntry(now, null, run.Campaign, "run.failed", run.Id.ToString(), "run.lost"));
            WorkerLost(logger, run.Id);
        }

        return await db.SaveChangesAsync(cancellationToken);
    }

    /// <summary>
    /// Runs whose job waits for a worker. A job already fetched does not count: either a worker of this process has it, which <see cref="RunsAtWork"/> knows, or it was fetched
    /// by a process that died, and its lease would keep the run waiting. A second job is harmless: it finds nothing to claim.
    /// </summary>
    private HashSet<Guid> WithJob()
    {
        const int most = 1000;
        var monitor = storage.GetMonitoringApi();
        var jobs = monitor.Queues().SelectMany(queue => monitor.EnqueuedJobs(queue.Name, 0, most).Select(job => job.Value?.Job))
            .Concat(monitor.ScheduledJobs(0, most).Select(job => job.Value?.Job));
        return [.. jobs.Where(job => job?.Type == typeof(SolveRun)).Select(Argument).OfType<Guid>()];
    }

    private static Guid? Argument(Job? job) => job?.Args is [Guid run, ..] ? run : null;

    [LoggerMessage(EventId = 3020, Level = LogLevel.Warning, Message = "Run {Run} had no job; queued again")]
    private static partial void QueuedAgain(ILogger logger, RunId run);

    [LoggerMessage(EventId = 3021, Level = LogLevel.Error, Message = "Run {Run} lost its worker")]
    private static partial void WorkerLost(ILogger logger, RunId run);
}
