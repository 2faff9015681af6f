using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>A university that takes the connection and says nothing: nobody queues behind somebody else's question.</summary>
public sealed class HangingUniversityTests : IDisposable
{
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly MatchingHost host = new();
    private readonly TcpListener university = new(IPAddress.Loopback, 0);

    public HangingUniversityTests()
    {
        university.Start();
        host.Settings["University:Authority"] = $"http://{university.LocalEndpoint}";
        host.Settings["University:ClientId"] = "placement";
        host.Settings["University:ClientSecret"] = "secret";
        host.Settings["University:TimeoutInSeconds"] = "1";
    }

    public void Dispose()
    {
        host.Dispose();
        university.Dispose();
    }

    [Fact]
    public async Task Many_who_ask_at_once_wait_for_one_question_and_who_follows_for_none()
    {
        var visitors = Enumerable.Range(0, 4).Select(_ => new Visitor(host)).ToList();

        await Task.WhenAll(visitors.Select(visitor => visitor.OpenAsync("/Accounts/University")));
        host.Clock.Advance(Remembered - TimeSpan.FromMilliseconds(1));
        await visitors[0].OpenAsync("/Accounts/University?returnUrl=%2FMyData");

        visitors.Should().AllSatisfy(visitor => visitor.Text.Should().Contain("does not answer"));
        visitors[0].At.Should().Be("/Accounts/SignIn?refused=unreachable&returnUrl=%2FMyData");
        await ShouldBeAskedAsync(times: 1);
        visitors.ForEach(visitor => visitor.Dispose());
    }

    [Fact]
    public async Task After_some_seconds_it_is_asked_again()
    {
        using var visitor = new Visitor(host);
        await visitor.OpenAsync("/Accounts/University");
        host.Clock.Advance(Remembered);

        await visitor.OpenAsync("/Accounts/University");

        await ShouldBeAskedAsync(times: 2);
    }

    [Fact]
    public async Task Who_goes_away_amid_the_question_is_no_error_and_keeps_nobody_from_the_answer()
    {
        using var visitor = new Visitor(host);
        using var other = new Visitor(host);
        using var gone = new CancellationTokenSource();
        var leaving = visitor.Client.GetAsync("/Accounts/University", gone.Token);
        using var question = await university.AcceptTcpClientAsync();

        await gone.CancelAsync();
        await other.OpenAsync("/Accounts/University");

        await FluentActions.Awaiting(() => leaving).Should().ThrowAsync<OperationCanceledException>();
        other.Text.Should().Contain("does not answer");
        host.Logs.Should().NotContain(line => line.Contains("unhandled exception", StringComparison.OrdinalIgnoreCase));
        await ShouldBeAskedAsync(times: 0);
    }

    [Fact]
    public async Task A_question_ends_after_its_time_even_if_nothing_else_ends_it()
    {
        var never = new Never();
        host.Services.GetRequiredService<IOptionsMonitor<OpenIdConnectOptions>>().Get(UniversitySetup.SchemeName).ConfigurationManager = never;
        var reach = host.Services.GetRequiredService<UniversityReach>();

        var first = reach.WhyNotAsync(CancellationToken.None);
        var second = reach.WhyNotAsync(CancellationToken.None);
        host.Clock.Advance(TimeSpan.FromSeconds(1));

        (await first.WaitAsync(Patience))!.Code.Should().Be("university.unreachable");
        (await second.WaitAsync(Patience))!.Code.Should().Be("university.unreachable");
        never.Asked.Should().Be(1);
    }

    /// <param name="times">Beside those accepted already.</param>
    private async Task ShouldBeAskedAsync(int times)
    {
        var asked = 0;
        while (university.Pending())
        {
            using var question = await university.AcceptTcpClientAsync();
            asked++;
        }

        asked.Should().Be(times);
    }

    private sealed class Never : IConfigurationManager<OpenIdConnectConfiguration>
    {
        public int Asked { get; private set; }

        public Task<OpenIdConnectConfiguration> GetConfigurationAsync(CancellationToken cancel)
        {
            Asked++;
            return new TaskCompletionSource<OpenIdConnectConfiguration>().Task;
        }

        public void RequestRefresh()
        {
        }
    }
}
