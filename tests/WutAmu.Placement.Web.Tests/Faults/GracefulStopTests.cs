using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>SIGTERM: within half a minute everything under way has ended and is recorded.</summary>
public sealed partial class GracefulStopTests : IDisposable
{
    private string storage = "";
    private string tool = "";

    public void Dispose()
    {
        if (tool != "")
        {
            Directory.Delete(Path.GetDirectoryName(tool)!, recursive: true); // not null: the tool is a file
        }

        if (Directory.Exists(storage))
        {
            Directory.Delete(storage, recursive: true);
        }
    }

    [Fact]
    public async Task A_run_that_would_never_end_is_interrupted_and_its_page_says_so()
    {
        (var campaigns, storage) = await CrashCampaigns.CreateAsync(ready: 1);
        tool = FakeSolver.Install("hang"); // one that solves may have ended before it is stopped
        await using var service = await ServiceProcess.StartAsync(storage, new Dictionary<string, string> { ["Solver:Tool"] = tool });
        using var browser = await HostBrowser.SignInAsync(new HttpClient { BaseAddress = service.Address }, campaigns.Coordinator);
        await browser.OpenAsync($"/Campaigns/{campaigns.Ready[0]}");
        await browser.Fill("policy", "min-regret-greedy").PressAsync(handler: "Run");
        var solver = await SolverOf(service);
        MatchingHost.Signal("-STOP", solver);

        var code = await service.StopAsync().WaitAsync(TimeSpan.FromSeconds(30)); // what is promised

        code.Should().Be(0, service.Words);
        await using var host = new MatchingHost { Storage = storage, KeepStorage = true };
        var run = await host.ReadAsync(db => db.Runs.AsNoTracking().SingleAsync());
        (run.State, run.Failure, run.LeaseUntil).Should().Be((RunState.Failed, "run.interrupted", null));
        Directory.Exists($"/proc/{solver}").Should().BeFalse("no solver outlives its service");
    }

    [Fact]
    public async Task A_request_under_way_is_answered_and_no_new_one_is_taken()
    {
        (_, storage) = await CrashCampaigns.CreateAsync(ready: 0);
        await using var service = await ServiceProcess.StartAsync(storage);
        using var request = new TcpClient();
        await request.ConnectAsync(service.Address.Host, service.Address.Port);
        var stream = request.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /language HTTP/1.1\r\nHost: {service.Address.Authority}\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 5\r\n\r\nto"));
        using (var other = new HttpClient { BaseAddress = service.Address })
        {
            await other.GetAsync("/health/live"); // the first request is being read by now
        }

        var stopping = service.StopAsync();
        await UntilRefusedAsync(service.Address);
        await stream.WriteAsync(Encoding.ASCII.GetBytes("=fr"));
        var answer = await new StreamReader(stream).ReadToEndAsync();
        var code = await stopping.WaitAsync(TimeSpan.FromSeconds(30));

        answer.Should().StartWith("HTTP/1.1 400", "it has no token, and is told so instead of being cut off");
        code.Should().Be(0);
    }

    private static async Task<int> SolverOf(ServiceProcess service)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            if (Solved().Match(service.Words) is { Success: true } match)
            {
                return int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
            }

            await Task.Delay(20, patience.Token);
        }
    }

    private static async Task UntilRefusedAsync(Uri address)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
        while (true)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(address.Host, address.Port, patience.Token);
            }
            catch (SocketException)
            {
                return;
            }

            await Task.Delay(20, patience.Token);
        }
    }

    [GeneratedRegex(@"is being solved by process (\d+)")]
    private static partial Regex Solved();
}
