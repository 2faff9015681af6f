using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>Whatever the solver's process does, the run ends as failed with its reason, nothing of it is stored, and the service goes on.</summary>
public sealed class SolverFaultTests : IDisposable
{
    private readonly MatchingHost host = new();
    private string tool = "";

    public void Dispose()
    {
        host.Dispose();
        Directory.Delete(Path.GetDirectoryName(tool)!, recursive: true); // not null: it is a file
    }

    [Theory]
    [InlineData("garbage", "run.garbage")]
    [InlineData("truncated", "run.garbage")]
    [InlineData("silent", "run.garbage")]
    [InlineData("flood", "run.too-much-output")]
    [InlineData("memory", "run.crashed")]
    [InlineData("unlicensed", "run.crashed")]
    public async Task A_solver_that_misbehaves_fails_its_run_alone(string mode, string failure)
    {
        tool = FakeSolver.Install(mode);
        host.Settings["Solver:Tool"] = tool;
        host.Settings["Solver:OutputLimitInMegabytes"] = "1";
        host.Settings["Solver:HeapLimitInMegabytes"] = "64";
        var campaign = await SmallCampaign.CreateAsync(host);

        var run = await campaign.SolveAsync(await campaign.StartAsync());

        (run.State, run.Failure).Should().Be((RunState.Failed, failure), run.FailureDetail);
        run.ResultJson.Should().BeNull();
        (await campaign.PublishAsync(run.Id)).Problem().Should().Be("publish.not-verified");
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "run.failed"))).Detail.Should().Be(failure);
    }

    [Fact]
    public async Task A_solver_that_dies_in_its_own_way_is_quoted()
    {
        tool = FakeSolver.Install("unlicensed");
        host.Settings["Solver:Tool"] = tool;
        var campaign = await SmallCampaign.CreateAsync(host);

        var run = await campaign.SolveAsync(await campaign.StartAsync());

        run.FailureDetail.Should().Contain("exit 77").And.Contain("no licence");
    }

    [Fact]
    public async Task A_solver_that_hangs_is_ended_after_its_time()
    {
        tool = FakeSolver.Install("hang");
        host.Settings["Solver:Tool"] = tool;
        host.Settings["Solver:TimeLimitInSeconds"] = "60";
        var campaign = await SmallCampaign.CreateAsync(host);
        var process = 0;
        host.SolverStarted = pid =>
        {
            process = pid;
            host.Clock.Advance(TimeSpan.FromSeconds(91));
        };

        var run = await campaign.SolveAsync(await campaign.StartAsync());

        (run.State, run.Failure).Should().Be((RunState.Failed, "run.time-limit"));
        Directory.Exists(string.Create(CultureInfo.InvariantCulture, $"/proc/{process}")).Should().BeFalse();
    }

    [Fact]
    public async Task A_clock_that_jumps_ahead_takes_no_run_from_its_worker()
    {
        tool = FakeSolver.Install("garbage");
        host.Settings["Solver:Tool"] = tool;
        var campaign = await SmallCampaign.CreateAsync(host);
        var id = await campaign.StartAsync();
        Run? amid = null;
        host.SolverStarted = _ =>
        {
            // Past the lease at once, before the worker could renew it; the sweeper comes first.
            host.Clock.SetUtcNow(host.Clock.GetUtcNow().AddDays(3));
            host.DoAsync<SweepRuns>(sweep => sweep.ExecuteAsync(CancellationToken.None)).GetAwaiter().GetResult();
            amid = campaign.RunAsync(id).GetAwaiter().GetResult();
        };

        var run = await campaign.SolveAsync(id);

        amid!.State.Should().Be(RunState.Solving, "its worker is alive, whatever the clock says");
        run.Failure.Should().NotBe("run.lost");
    }
}
