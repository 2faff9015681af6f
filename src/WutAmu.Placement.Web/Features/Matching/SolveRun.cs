using System.Globalization;
using System.Text;
using Hangfire;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform.Telemetry;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>The job behind a run: claims it, has the command-line tool solve it, re-checks the result, stores it once.</summary>
public sealed partial class SolveRun(IServiceScopeFactory scopes, SolverProcess solver, RunsAtWork atWork, TimeProvider clock, ILogger<SolveRun> logger)
{
    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(1);

    /// <summary>Of runs alone: one that takes long keeps no other kind of job waiting.</summary>
    public const string Queue = "runs";

    /// <summary>How often progress is stored, the lease renewed and a wish to cancel noticed.</summary>
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(1);

    // No second attempt: what crashed the solver once would crash it again; a human starts the next run.
    [AutomaticRetry(Attempts = 0)]
    [Queue(Queue)]
    public async Task ExecuteAsync(Guid run, CancellationToken cancellationToken)
    {
        var id = new RunId(run);
        using var stay = atWork.Enter(id);
        if (await ClaimAsync(id, cancellationToken) is not { } claimed)
        {
            NothingToClaim(logger, id);
            return;
        }

        using var activity = Measures.Activities.StartActivity("solve run");
        activity?.SetTag("placement.run", id.ToString());
        try
        {
            await SolveAsync(claimed, cancellationToken);
        }
        catch (Exception e)
        {
            // Past the claim the row must say how it ended; Hangfire then shows the exception too.
            await FailAsync(id, "run.crashed", e.Message);
            throw;
        }
    }

    private async Task SolveAsync(Run run, CancellationToken cancellationToken)
    {
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        using var solved = new CancellationTokenSource();
        string? last = null;
        var heartbeat = BeatAsync(run.Id, () => Volatile.Read(ref last), cancel, solved.Token);
        SolverAnswer answer;
        try
        {
            answer = await solver.SolveAsync(run.InstanceJson, run.Policy, pid => Solving(logger, run.Id, pid), line => Volatile.Write(ref last, line), cancel.Token);
        }
        finally
        {
            await solved.CancelAsync();
            await heartbeat;
        }

        // From here on the outcome is recorded, whatever is being shut down.
        if (answer.End == SolverEnd.Killed)
        {
            await (cancellationToken.IsCancellationRequested
                ? FailAsync(run.Id, "run.interrupted", null)
                : ChangeAsync(run.Id, (_, stored, now) => stored.Cancelled(now), "run.cancelled", null));
            return;
        }

        var (code, detail) = Judge(run, answer);
        if (code is not null)
        {
            await FailAsync(run.Id, code, detail);
            return;
        }

        var (result, report) = TakeApart(answer.Output);
        await ChangeAsync(
            run.Id,
            (db, stored, now) =>
            {
                stored.Complete(result, now);
                if (report is not null)
                {
                    db.RunReports.Add(new(run.Id, report));
                }
            },
            "run.verified",
            detail);
        Verified(logger, run.Id);
    }

    /// <summary>The result as it would be without a report, and the report; null: the solver wrote none.</summary>
    private static (byte[] Result, byte[]? Report) TakeApart(byte[] output) =>
        ResultJson.TryRead(output, out var whole, out _) && whole.Report is { } report
            ? (ResultJson.Write(whole with { Report = null }), Encoding.UTF8.GetBytes(report.GetRawText()))
            : (output, null);

    /// <summary>Null code: the result may be kept.</summary>
    private static (string? Code, string? Detail) Judge(Run run, SolverAnswer answer)
    {
        switch (answer)
        {
            case { End: SolverEnd.TimedOut }:
                return ("run.time-limit", answer.Words);
            case { End: SolverEnd.TooMuchOutput }:
                return ("run.too-much-output", answer.Words);
            case { ExitCode: 2 }:
                return ("run.invalid", answer.Words);
            case { ExitCode: 3 }:
                return ("run.infeasible", Diagnosis(answer));
            case { ExitCode: 4 }:
                return ("run.not-proven", answer.Words);
            case { ExitCode: not 0 }:
                return ("run.crashed", string.Create(CultureInfo.InvariantCulture, $"exit {answer.ExitCode}\n{answer.Words}"));
        }

        if (!ResultJson.TryRead(answer.Output, out var result, out var problems))
        {
            return ("run.garbage", string.Join('\n', problems));
        }

        if (!InstanceReader.TryRead(run.InstanceJson, out var instance, out _))
        {
            throw new InvalidOperationException($"The sealed instance of run {run.Id} cannot be read.");
        }

        if (result.Policy != run.Policy)
        {
            return ("run.wrong", $"The result is of policy {result.Policy}, not {run.Policy}.");
        }

        var report = ResultVerifier.Check(instance, result);
        return report.IsGreen ? (null, $"placed {result.Placed} of {instance.Students.Length}") : ("run.wrong", Words(report));
    }

    private static string Words(VerificationReport report) =>
        string.Join('\n', report.Findings.Select(finding => $"{finding.Code}: {finding.Message}")
            .Concat(report.Levels.Where(level => !level.Rechecked).Select(level => $"level {level.Objective}: rests on the solver's word")));

    private static string Diagnosis(SolverAnswer answer) =>
        ResultJson.TryRead(answer.Output, out var result, out _) && result.Diagnosis is { } diagnosis ? diagnosis.GetRawText()
        : answer.Output.Length > 0 ? Encoding.UTF8.GetString(answer.Output)
        : answer.Words;

    /// <returns>The run, detached; null if it is not queued any more.</returns>
    private async Task<Run?> ClaimAsync(RunId id, CancellationToken cancellationToken)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        var run = await db.Runs.SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (run is null || !run.Claim(clock.GetUtcNow(), Lease))
        {
            return null;
        }

        try
        {
            await db.SaveChangesAsync(cancellationToken);
            return run;
        }
        catch (DbUpdateConcurrencyException)
        {
            return null; // another worker was first
        }
    }

    // Stores progress, renews the lease, and notices a wish to cancel, until the solver ended.
    private async Task BeatAsync(RunId id, Func<string?> progress, CancellationTokenSource cancel, CancellationToken solved)
    {
        using var timer = new PeriodicTimer(Heartbeat, clock);
        while (await TickAsync(timer, solved))
        {
            try
            {
                var wanted = await WriteAsync(id, (_, run, now) =>
                {
                    run.Renew(progress(), now, Lease);
                    return run.CancelRequested;
                });
                if (wanted)
                {
                    await cancel.CancelAsync();
                    return;
                }
            }
            catch (Exception e) when (e is SqliteException or DbUpdateException)
            {
                // A disk that is full for a moment must not cost the solver's work; the lease lasts for several beats.
                MissedBeat(logger, e, id);
            }
        }
    }

    private static async Task<bool> TickAsync(PeriodicTimer timer, CancellationToken solved)
    {
        try
        {
            return await timer.WaitForNextTickAsync(solved);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task FailAsync(RunId id, string code, string? detail)
    {
        await ChangeAsync(id, (_, run, now) => run.Fail(code, detail, now), "run.failed", code);
        Failed(logger, id, code);
    }

    private async Task ChangeAsync(RunId id, Action<PlacementDb, Run, DateTimeOffset> change, string action, string? detail) =>
        await WriteAsync(
            id,
            (db, run, now) =>
            {
                // Ended otherwise meanwhile, for example by the sweeper: that stands.
                if (run.State != RunState.Solving)
                {
                    return false;
                }

                change(db, run, now);
                Measures.RunDuration.Record((now - (run.StartedAt ?? now)).TotalSeconds, new("policy", run.Policy), new("outcome", run.Failure ?? action));
                return true;
            },
            action,
            detail);

    private async Task<bool> WriteAsync(RunId id, Func<PlacementDb, Run, DateTimeOffset, bool> change, string? action = null, string? detail = null)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        // Read and written behind the gate, so that no other writer of this process comes in between.
        return await db.WriteAsync(
            async token =>
            {
                var run = await db.Runs.SingleAsync(r => r.Id == id, token);
                var now = clock.GetUtcNow();
                var answer = change(db, run, now);
                if (answer && action is not null)
                {
                    db.Audit.Add(new AuditEntry(now, null, run.Campaign, action, id.ToString(), detail));
                }

                await db.SaveChangesAsync(token);
                return answer;
            },
            CancellationToken.None);
    }

    [LoggerMessage(EventId = 3010, Level = LogLevel.Information, Message = "Run {Run} is being solved by process {Process}")]
    private static partial void Solving(ILogger logger, RunId run, int process);

    [LoggerMessage(EventId = 3011, Level = LogLevel.Information, Message = "Run {Run} verified")]
    private static partial void Verified(ILogger logger, RunId run);

    [LoggerMessage(EventId = 3012, Level = LogLevel.Warning, Message = "Run {Run} failed: {Code}")]
    private static partial void Failed(ILogger logger, RunId run, string code);

    [LoggerMessage(EventId = 3013, Level = LogLevel.Information, Message = "Run {Run}: nothing to claim")]
    private static partial void NothingToClaim(ILogger logger, RunId run);

    [LoggerMessage(EventId = 3014, Level = LogLevel.Warning, Message = "Progress of run {Run} could not be stored; it goes on")]
    private static partial void MissedBeat(ILogger logger, Exception exception, RunId run);
}
