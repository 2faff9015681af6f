using System.Text;
using System.Text.Json;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Hosts;

namespace WutAmu.Placement.Web.Tests.Matching;

public sealed class RunTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_run_is_solved_in_a_process_of_its_own_and_verified()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var process = 0;
        host.SolverStarted = pid => process = pid;

        var run = await campaign.SolveAsync(await campaign.StartAsync());

        run.State.Should().Be(RunState.Verified, run.FailureDetail);
        process.Should().NotBe(0).And.NotBe(Environment.ProcessId);
        ResultJson.TryRead(run.ResultJson, out var result, out _).Should().BeTrue();
        result!.Placed.Should().Be(3);
        result.Profile.Should().Equal([2, 1], "one of s1 and s2 gets A-1, and only s1 can step aside to A-2 without pushing s3 away");
        result.Unplaced.Should().Equal("s4");
    }

    [Fact]
    public async Task A_run_keeps_the_solvers_report_apart_from_its_result()
    {
        var campaign = await SmallCampaign.CreateAsync(host);

        var run = await campaign.SolveAsync(await campaign.StartAsync());

        ResultJson.TryRead(run.ResultJson, out var result, out _);
        result!.Report.Should().BeNull();
        var report = ReportJson.ReadReport((await host.ReadAsync(db => db.RunReports.AsNoTracking().SingleAsync(r => r.Run == run.Id))).Json);
        report.Students.Select(student => (student.Student, student.Offer)).Should().Equal(("s1", "A-2"), ("s2", "A-1"), ("s3", "B-1"), ("s4", null));
        report.Students[0].Better.Should().ContainSingle().Which.Effect!.Changes[0].Should().Be(new LevelChange("rank-1", 2, 1));
    }

    [Theory]
    [InlineData(PolicyName.StudentOptimalStable)]
    [InlineData(PolicyName.HostOptimalStable)]
    [InlineData(PolicyName.Serial)]
    public async Task Every_policy_of_the_catalogue_runs_and_is_verified(string policy)
    {
        var campaign = await SmallCampaign.CreateAsync(host);

        var run = await campaign.SolveAsync(await campaign.StartAsync(policy));

        run.State.Should().Be(RunState.Verified, run.FailureDetail);
    }

    [Fact]
    public async Task A_stable_policy_is_refused_where_something_opens_only_with_a_minimum()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await campaign.ChangeAsync(db => db.Offers.Where(o => o.Code == "B-1").ExecuteUpdateAsync(set => set.SetProperty(o => o.Opening, Opening.IfOpen).SetProperty(o => o.Min, 2)));

        var outcome = await host.DoAsync<StartRun, Result<RunId>>(start => start.HandleAsync(campaign.Id, PolicyName.StudentOptimalStable, campaign.Coordinator, CancellationToken.None));

        outcome.Problem().Should().Be("run.policy-if-open");
    }

    [Fact]
    public async Task A_stable_policy_serves_where_something_opens_with_the_first_student()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await campaign.ChangeAsync(db => db.Offers.Where(o => o.Code == "B-1").ExecuteUpdateAsync(set => set.SetProperty(o => o.Opening, Opening.IfOpen).SetProperty(o => o.Min, 1)));

        var run = await campaign.SolveAsync(await campaign.StartAsync(PolicyName.StudentOptimalStable));

        run.State.Should().Be(RunState.Verified, run.FailureDetail);
    }

    [Fact]
    public async Task A_second_worker_finds_nothing_to_claim()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.StartAsync();
        var started = 0;
        host.SolverStarted = _ => Interlocked.Increment(ref started);

        await Task.WhenAll(campaign.SolveAsync(run), campaign.SolveAsync(run));
        await campaign.SolveAsync(run);

        started.Should().Be(1);
        (await campaign.RunAsync(run)).State.Should().Be(RunState.Verified);
    }

    [Fact]
    public async Task Starting_twice_on_the_same_input_is_one_run()
    {
        var campaign = await SmallCampaign.CreateAsync(host);

        var first = await campaign.StartAsync();
        var second = await campaign.StartAsync();

        second.Should().Be(first);
        (await host.ReadAsync(db => db.Runs.CountAsync())).Should().Be(1);
    }

    [Fact]
    public async Task A_killed_solver_fails_the_run_and_nothing_is_half_stored()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        host.SolverStarted = pid => MatchingHost.Signal("-KILL", pid);

        var run = await campaign.SolveAsync(await campaign.StartAsync());

        run.State.Should().Be(RunState.Failed);
        run.Failure.Should().Be("run.crashed");
        run.ResultJson.Should().BeNull();
    }

    [Fact]
    public async Task Cancelling_kills_the_solver()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var started = new TaskCompletionSource();
        host.SolverStarted = pid =>
        {
            // Stopped, it would never end by itself.
            MatchingHost.Signal("-STOP", pid);
            started.SetResult();
        };
        var id = await campaign.StartAsync();
        var solving = Task.Run(() => campaign.SolveAsync(id));
        await started.Task;

        (await host.DoAsync<CancelRun, Result<Done>>(cancel => cancel.HandleAsync(id, campaign.Coordinator, CancellationToken.None))).Problem().Should().BeNull();
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        var run = await solving;

        run.State.Should().Be(RunState.Cancelled);
        run.ResultJson.Should().BeNull();
    }

    [Fact]
    public async Task Progress_that_cannot_be_stored_for_a_moment_does_not_cost_the_result()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var started = new TaskCompletionSource<int>();
        host.SolverStarted = pid =>
        {
            // It may not be done before the beat has failed.
            MatchingHost.Signal("-STOP", pid);
            started.SetResult(pid);
        };
        var id = await campaign.StartAsync();
        var solving = Task.Run(() => campaign.SolveAsync(id));
        var solver = await started.Task;
        await host.DoAsync<PlacementDb>(db => db.Database.ExecuteSqlAsync($"CREATE TRIGGER full BEFORE UPDATE ON Runs WHEN NEW.State='Solving' BEGIN SELECT RAISE(ABORT, 'database or disk is full'); END"));
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        using (var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60)))
        {
            while (!host.Logs.Any(line => line.Contains("could not be stored", StringComparison.Ordinal)))
            {
                await Task.Delay(10, patience.Token);
            }
        }

        MatchingHost.Signal("-CONT", solver);
        var run = await solving;

        run.State.Should().Be(RunState.Verified, run.Failure);
    }

    [Fact]
    public async Task An_impossible_minimum_fails_the_run_as_infeasible()
    {
        var campaign = await SmallCampaign.CreateAsync(host, minimumOfB: 2);

        var run = await campaign.SolveAsync(await campaign.StartAsync());

        run.State.Should().Be(RunState.Failed);
        run.Failure.Should().Be("run.infeasible", run.FailureDetail);
    }

    [Theory]
    [InlineData("en", "No matching meets all constraints")]
    [InlineData("fr", "Aucune affectation ne respecte toutes les contraintes")]
    [InlineData("zh-Hans", "没有满足全部约束的分配方案")]
    public async Task An_impossible_run_tells_its_coordinator_why_and_what_would_mend_it(string language, string heading)
    {
        var campaign = await SmallCampaign.CreateAsync(host, minimumOfB: 2);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        var diagnosis = ReportJson.ReadDiagnosis(JsonElement.Parse(run.FailureDetail!)); // not null: the run failed
        using var coordinator = await HostBrowser.SignInAsync(host.CreateClient(), campaign.Coordinator);
        coordinator.Speak(language);

        await coordinator.OpenAsync($"/Runs/{run.Id}");

        var conflict = diagnosis.Conflicts.Should().ContainSingle().Subject;
        var (text, repair) = language switch
        {
            "fr" => (conflict.Text.Fr, conflict.Demands[0].Repair.Fr),
            "en" => (conflict.Text.En, conflict.Demands[0].Repair.En),
            _ => (conflict.Text.Zh, conflict.Demands[0].Repair.Zh),
        };
        coordinator.Text.Should().Contain(heading).And.Contain(text).And.Contain(repair).And.NotContain("\"conflicts\"");
    }

    [Fact]
    public async Task An_unknown_policy_is_refused()
    {
        var campaign = await SmallCampaign.CreateAsync(host);

        var outcome = await host.DoAsync<StartRun, Result<RunId>>(start => start.HandleAsync(campaign.Id, "best-of-all", campaign.Coordinator, CancellationToken.None));

        outcome.Problem().Should().Be("run.policy");
    }

    [Fact]
    public async Task The_sealed_instance_does_not_depend_on_the_order_of_rows_and_keeps_ranks_of_withdrawn_offers()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await campaign.ChangeAsync(async db => (await db.Offers.SingleAsync(o => o.Code == "A-1")).Withdraw());

        var run = await campaign.RunAsync(await campaign.StartAsync());

        CanonicalJson.DigestOf(run.InstanceJson).Should().Be(run.InstanceDigest);
        InstanceReader.TryRead(run.InstanceJson, out var instance, out _).Should().BeTrue();
        instance!.Students.Single(s => s.Id == "s2").Choices.Select(group => group[0]).Should().Equal("A-1", "B-1");
        instance.Offers.Single(o => o.Id == "A-1").Max.Should().Be(0);
    }

    [Fact]
    public async Task The_sweeper_queues_again_what_has_no_job_and_only_that()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var withJob = await campaign.StartAsync();
        var now = host.Clock.GetUtcNow();
        var without = new Run(RunId.New(now), campaign.Id, 2, "greedy-maximum", Encoding.UTF8.GetBytes("{}"), "sha256:0", campaign.Coordinator, now);
        await campaign.ChangeAsync(db =>
        {
            db.Runs.Add(without);
            return Task.CompletedTask;
        });

        await host.DoAsync<SweepRuns>(sweep => sweep.ExecuteAsync(CancellationToken.None));
        await host.DoAsync<SweepRuns>(sweep => sweep.ExecuteAsync(CancellationToken.None));

        WaitingRuns().Should().BeEquivalentTo([withJob.Value, without.Id.Value]);
    }

    [Fact]
    public async Task A_run_whose_job_was_fetched_by_a_process_that_died_does_not_wait_for_the_end_of_its_lease()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.StartAsync();
        using var dead = host.Services.GetRequiredService<JobStorage>().GetConnection();
        FetchSolveRun(dead);

        await host.DoAsync<SweepRuns>(sweep => sweep.ExecuteAsync(CancellationToken.None));

        WaitingRuns().Should().Equal(run.Value);
    }

    [Fact]
    public async Task A_run_that_a_worker_of_this_process_is_about_to_claim_gets_no_second_job()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.StartAsync();
        using var worker = host.Services.GetRequiredService<JobStorage>().GetConnection();
        FetchSolveRun(worker);

        using (host.Services.GetRequiredService<RunsAtWork>().Enter(run))
        {
            await host.DoAsync<SweepRuns>(sweep => sweep.ExecuteAsync(CancellationToken.None));
        }

        WaitingRuns().Should().BeEmpty();
    }

    [Fact]
    public async Task The_sweeper_fails_a_run_whose_worker_is_gone()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var id = await campaign.StartAsync();
        await campaign.ChangeAsync(async db => (await db.Runs.SingleAsync(r => r.Id == id)).Claim(host.Clock.GetUtcNow(), TimeSpan.FromMinutes(1)));

        await host.DoAsync<SweepRuns>(sweep => sweep.ExecuteAsync(CancellationToken.None));
        var before = await campaign.RunAsync(id);
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        await host.DoAsync<SweepRuns>(sweep => sweep.ExecuteAsync(CancellationToken.None));
        var after = await campaign.RunAsync(id);

        before.State.Should().Be(RunState.Solving, "its lease still runs");
        after.Failure.Should().Be("run.lost");
    }

    /// <summary>Fetches past the jobs that the start of the service has queued.</summary>
    private static void FetchSolveRun(Hangfire.Storage.IStorageConnection worker)
    {
        while (worker.GetJobData(worker.FetchNextJob([SolveRun.Queue], CancellationToken.None).JobId).Job.Type != typeof(SolveRun))
        {
        }
    }

    private List<object> WaitingRuns() =>
        [.. host.Services.GetRequiredService<JobStorage>().GetMonitoringApi().EnqueuedJobs(SolveRun.Queue, 0, 10).Select(job => job.Value.Job).Where(job => job.Type == typeof(SolveRun)).Select(job => job.Args[0])];
}
