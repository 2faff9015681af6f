using System.Collections.Concurrent;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>The whole service on a loopback port; without its workers its clock stands.</summary>
internal sealed class RunningService : IAsyncDisposable
{
    private readonly ConcurrentBag<string> foreign = [];

    public RunningService(bool workers = true)
    {
        Host = new(workers);
        // As in production: Development sends style and script anew each time.
        (Host.Settings["ReloadStaticAssetsAtRuntime"], Host.Settings["EnableStaticAssetsDevelopmentCaching"]) = ("false", "true");
        Host.UseKestrel(0);
        Host.StartServer();
        Address = Host.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()?.Addresses.Single() ?? throw new InvalidOperationException("The service has no address.");
    }

    public MatchingHost Host { get; }

    public string Address { get; }

    /// <summary>Requests of all its pages that went to somebody else.</summary>
    public IReadOnlyCollection<string> Foreign => foreign;

    public ValueTask DisposeAsync() => Host.DisposeAsync();

    public async Task<IPage> OpenAsync(Chromium chromium, string language = "en", int width = 1280, int height = 800, bool script = true, ColorScheme scheme = ColorScheme.Light, bool touch = false)
    {
        var context = await chromium.Browser.NewContextAsync(new() { BaseURL = Address, Locale = language, ViewportSize = new() { Width = width, Height = height }, JavaScriptEnabled = script, ColorScheme = scheme, HasTouch = touch, IsMobile = touch });
        context.SetDefaultTimeout(40_000);
        context.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(Address, StringComparison.Ordinal))
            {
                foreign.Add(request.Url);
            }
        };
        return await context.NewPageAsync();
    }
}
