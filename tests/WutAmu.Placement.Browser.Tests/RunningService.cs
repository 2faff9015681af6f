using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>The whole service with its workers on a loopback port.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    public RunningService()
    {
        Host = new(workers: true);
        Host.UseKestrel(0);
        Host.StartServer();
        Address = Host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single() ?? throw new InvalidOperationException("The service has no address.");
    }

    public MatchingHost Host { get; }

    public string Address { get; }

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    /// <summary>A page whose requests all went to the service, or the test fails when it is closed.</summary>
    public async Task<IPage> OpenAsync(Chromium chromium, string language = "en", int width = 1280, int height = 800)
    {
        var context = await chromium.Browser.NewContextAsync(new() { BaseURL = Address, Locale = language, ViewportSize = new() { Width = width, Height = height } });
        context.SetDefaultTimeout(20_000);
        context.Request += (_, request) => request.Url.Should().StartWith(Address, "no page asks anybody else for anything");
        return await context.NewPageAsync();
    }
}
