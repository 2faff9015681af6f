using Hangfire;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Claims a queued run, solves it in a child process, re-checks the result and stores it once.</summary>
// No retry: a run that failed needs a person to look at it; a fresh attempt is a new run.
[AutomaticRetry(Attempts = 0)]
public sealed partial class SolveRun(PlacementDb db, IServiceScopeFactory scopes, SolverProcess solver, TimeProvider clock, ILogger<SolveRun> logger)
{
    /// <summary>Longer than the pause between two renewals by far; a run whose worker died is failed after it.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(2);

    public async Task ExecuteAsync(Guid runId, CancellationToken cancellationToken)
    {
        var id = RunId.From(runId);
        if (!await ClaimAsync(id, cancellationToken))
        {
            return;
        }

        var sealedRun = await db.Runs.AsNoTracking().SingleAsync(r => r.Id == id, cancellationToken);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var heart = BeatAsync(id, stop);
        string? failure = null, detail = null;
        byte[]? result = null;
        try
        {
            var answer = await solver.SolveAsync(sealedRun.InstanceJson, sealedRun.Policy, line => TellAsync(id, line), stop.Token);
            (failure, detail) = Judge(sealedRun, answer);
            result = failure is null ? answer.Result : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            failure = "cancelled";
        }
        catch (Exception e) when (e is IOException or InvalidDataException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            (failure, detail) = ("run.crashed", e.Message);
        }
        finally
        {
            await stop.CancelAsync();
            await heart;
        }

        await EndAsync(id, result, failure, detail);
        LogEnded(id, failure ?? "verified");
    }

    private static (string? Failure, string? Detail) Judge(Run run, SolverAnswer answer)
    {
        switch (answer.ExitCode)
        {
            case 2: return ("run.invalid", answer.Words);
            case 3: return ("run.infeasible", answer.Words);
            case 4: return ("run.not-proven", answer.Words);
            case not 0: return ("run.crashed", $"exit {answer.ExitCode}\n{answer.Words}");
        }

        if (!ResultJson.TryRead(answer.Result, out var result, out var problems))
        {
            return ("run.garbage", string.Join('\n', problems.Take(20)));
        }

        if (!InstanceReader.TryRead(run.InstanceJson, out var instance, out var damage))
        {
            return ("run.garbage", string.Join('\n', damage.Take(20)));
        }

        if (result.Policy != run.Policy)
        {
            return ("run.wrong", $"policy {result.Policy} instead of {run.Policy}");
        }

        var report = ResultVerifier.Check(instance, result);
        return report.IsGreen
            ? (null, null)
            : ("run.wrong", string.Join('\n', report.Findings.Select(finding => $"{finding.Code}: {finding.Message}").Take(20)));
    }

    private Task<bool> ClaimAsync(RunId id, CancellationToken cancellationToken) =>
        db.WriteAsync(
            async token =>
            {
                var run = await db.Runs.SingleOrDefaultAsync(r => r.Id == id, token);
                if (run is null || !run.Claim(clock.GetUtcNow(), Lease))
                {
                    return false;
                }

                await db.SaveChangesAsync(token);
                db.ChangeTracker.Clear();
                return true;
            },
            cancellationToken);

    private Task TellAsync(RunId id, string line) => TouchAsync(id, run => run.Renew(line, clock.GetUtcNow(), Lease));

    // Renews the lease, and stops the child once somebody asked for it.
    private async Task BeatAsync(RunId id, CancellationTokenSource stop)
    {
        try
        {
            while (true)
            {
                await Task.Delay(Heartbeat, clock, stop.Token);
                if (await TouchAsync(id, run => run.Renew(null, clock.GetUtcNow(), Lease)))
                {
                    await stop.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The solve ended.
        }
    }

    /// <returns>True if a cancel was requested.</returns>
    private async Task<bool> TouchAsync(RunId id, Action<Run> change)
    {
        await using var scope = scopes.CreateAsyncScope();
        var own = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        return await own.WriteAsync(
            async token =>
            {
                var run = await own.Runs.SingleAsync(r => r.Id == id, token);
                change(run);
                await own.SaveChangesAsync(token);
                return run.CancelRequested;
            },
            CancellationToken.None);
    }

    private Task EndAsync(RunId id, byte[]? result, string? failure, string? detail) =>
        db.WriteAsync(
            async token =>
            {
                var now = clock.GetUtcNow();
                var run = await db.Runs.SingleAsync(r => r.Id == id, token);
                if (run.State != RunState.Solving)
                {
                    return false;
                }

                if (result is not null)
                {
                    run.Complete(result, now);
                }
                else if (failure == "cancelled" || run.CancelRequested)
                {
                    run.Cancelled(now);
                }
                else
                {
                    run.Fail(failure ?? "run.crashed", detail, now);
                }

                db.Audit.Add(new AuditEntry(now, null, run.Campaign, $"run.{run.State.ToString().ToLowerInvariant()}", run.Id.ToString(), failure));
                await db.SaveChangesAsync(token);
                return true;
            },
            CancellationToken.None); // solved: what is known must be kept

    [LoggerMessage(EventId = 3002, Level = LogLevel.Information, Message = "Run {Run} ended: {Outcome}.")]
    private partial void LogEnded(RunId run, string outcome);
}
