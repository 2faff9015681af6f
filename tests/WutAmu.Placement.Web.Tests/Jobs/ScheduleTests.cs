using Hangfire;
using Hangfire.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Tests.Faults;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Jobs;

/// <summary>What the service does by itself, and that none of it waits for another kind.</summary>
public sealed class ScheduleTests
{
    [Fact]
    public void Deadlines_runs_accounts_erasures_and_backups_have_their_time()
    {
        using var host = new MatchingHost();
        host.CreateClient().Dispose();

        using var connection = host.Services.GetRequiredService<JobStorage>().GetConnection();

        connection.GetRecurringJobs().Select(job => (job.Id, job.Job.Type.Name, job.Job.Method.Name, job.Cron, job.TimeZoneId)).Should().BeEquivalentTo(new[]
        {
            ("sweep-runs", "SweepRuns", "ExecuteAsync", "* * * * *", "UTC"),
            ("sweep-accounts", "SweepAccounts", "ExecuteAsync", "5 * * * *", "UTC"),
            ("finish-erasures", "FinishErasures", "ExecuteAsync", "35 * * * *", "UTC"),
            ("keep-deadlines", "KeepDeadlines", "ExecuteAsync", "* * * * *", "UTC"),
            ("back-up", "BackUp", "ExecuteAsync", "15 4 * * *", "Europe/Paris"),
        });
    }

    [Fact]
    public void Without_a_time_no_backup_is_made_any_more()
    {
        using var before = new MatchingHost { KeepStorage = true };
        before.CreateClient().Dispose();
        using (var connection = before.Services.GetRequiredService<JobStorage>().GetConnection())
        {
            connection.GetRecurringJobs().Select(job => job.Id).Should().Contain("back-up", "the storage must hold what is to be taken out of it");
        }

        before.LetAnotherStart();
        before.Dispose();

        using var host = new MatchingHost { Storage = before.Folder };
        host.Settings["Backup:At"] = "";
        host.CreateClient().Dispose();

        using var after = host.Services.GetRequiredService<JobStorage>().GetConnection();
        after.GetRecurringJobs().Select(job => job.Id).Should().Contain("keep-deadlines").And.NotContain("back-up");
    }

    [Fact]
    public void A_start_looks_at_once_for_runs_left_behind_and_deadlines_slept_through()
    {
        using var host = new MatchingHost();
        host.CreateClient().Dispose();

        var waiting = host.Services.GetRequiredService<JobStorage>().GetMonitoringApi().EnqueuedJobs("default", 0, 10);

        waiting.Select(job => job.Value.Job.Type.Name).Should().BeEquivalentTo("SweepRuns", "KeepDeadlines");
    }

    [Fact]
    public async Task Runs_wait_for_each_other_and_keep_no_other_job_waiting()
    {
        var tool = FakeSolver.Install("hang");
        try
        {
            using var host = new MatchingHost(workers: true);
            host.Settings["Solver:Tool"] = tool;
            var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            host.SolverStarted = _ => started.TrySetResult();
            var campaign = await SmallCampaign.CreateAsync(host);
            var runs = new[] { await campaign.StartAsync("min-regret-greedy"), await campaign.StartAsync("greedy-maximum") };
            await started.Task.WaitAsync(TimeSpan.FromMinutes(1));

            var job = host.Services.GetRequiredService<IBackgroundJobClient>().Enqueue<SweepRuns>(sweep => sweep.ExecuteAsync(CancellationToken.None));
            await UntilSucceededAsync(host.Services.GetRequiredService<JobStorage>(), job);

            var states = await host.ReadAsync(db => db.Runs.AsNoTracking().Select(run => run.State).ToListAsync());
            states.Should().BeEquivalentTo([RunState.Solving, RunState.Queued], $"one of {runs.Length} is solved at a time");
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(tool)!, recursive: true); // not null: the tool is a file
        }
    }

    private static async Task UntilSucceededAsync(JobStorage storage, string job)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (!storage.GetMonitoringApi().JobDetails(job).History.Any(state => state.StateName == "Succeeded"))
        {
            await Task.Delay(20, patience.Token);
        }
    }
}
