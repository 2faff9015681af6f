using System.Collections.Concurrent;
using System.Net;
using Microsoft.Playwright;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Pages;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>Every page there is, in a real browser and in each language: accessible, never wider than a small phone, asking nobody else for anything, and light.</summary>
public sealed class EveryPageTests(Chromium chromium, EveryPageTests.Worlds worlds) : IClassFixture<Chromium>, IClassFixture<EveryPageTests.Worlds>
{
    private const int KiloByte = 1024;

    /// <summary>How many people's pages are looked at side by side: each waits for its browser and its service in turn.</summary>
    private const int Together = 3;

    [ChromiumTheory]
    [InlineData("fr", ColorScheme.Light)]
    [InlineData("zh-Hans", ColorScheme.Light)]
    [InlineData("en", ColorScheme.Dark)]
    public async Task Follows_WCAG_2_2_AA_fits_320_and_1280_pixels_and_14_kilobytes_with_15_of_script(string language, ColorScheme scheme)
    {
        var large = new ConcurrentBag<string>();
        var scripts = new ConcurrentDictionary<string, int>(StringComparer.Ordinal);
        await Parallel.ForEachAsync(await worlds.PagesAsync(), new ParallelOptions { MaxDegreeOfParallelism = Together }, async (looked, _) =>
        {
            var (service, role, address, paths) = looked;
            var page = await service.OpenAsync(chromium, language, width: 320, height: 640, scheme: scheme);
            await SignInAsync(page, role, address);
            await page.Context.AddCookiesAsync([new() { Name = "language", Value = language, Url = service.Address }]);
            var documents = new List<IRequest>();
            page.RequestFinished += (_, request) => documents.Add(request);
            foreach (var path in paths)
            {
                documents.Clear();
                await page.GotoAsync(path);
                foreach (var request in documents.Where(request => request.ResourceType is "script" or "document").ToList())
                {
                    var bytes = (await request.SizesAsync()).ResponseBodySize;
                    if (request.ResourceType == "script")
                    {
                        scripts.AddOrUpdate(new Uri(request.Url).AbsolutePath, bytes, (_, most) => Math.Max(bytes, most));
                    }
                    else if (bytes > 14 * KiloByte)
                    {
                        large.Add($"{path}: {bytes} bytes");
                    }
                }

                await PageLaws.HoldAsync(page, language);
                await page.SetViewportSizeAsync(1280, 800);
                await PageLaws.FitsAsync(page, language);
                await page.SetViewportSizeAsync(320, 640);
            }

            await page.Context.CloseAsync();
            service.Foreign.Should().BeEmpty("no page asks anybody else for anything");
        });

        large.Should().BeEmpty();
        scripts.Values.Sum().Should().BeInRange(1, 15 * KiloByte, "of {0}", string.Join(", ", scripts.Select(script => $"{script.Key} {script.Value}")));
    }

    [ChromiumFact]
    public async Task A_first_visit_takes_80_kilobytes_in_4_requests_and_the_next_page_one()
    {
        var (service, role, address, _) = (await worlds.PagesAsync()).First(pages => pages.Role == "head");
        var page = await service.OpenAsync(chromium, width: 360);
        var visit = await MeasureAsync(page, "/Accounts/SignIn");
        await SignInAsync(page, role, address);

        var next = await MeasureAsync(page, "/Hosts");

        visit.Requests.Should().HaveCountGreaterThan(1).And.HaveCountLessThanOrEqualTo(4, "of {0}", string.Join(", ", visit.Requests));
        visit.Bytes.Should().BeInRange(1, 80 * KiloByte);
        next.Requests.Should().ContainSingle("style and script were kept");
        next.Bytes.Should().BeInRange(1, 14 * KiloByte);
    }

    private static async Task SignInAsync(IPage page, string role, string? address)
    {
        if (address is null)
        {
            return;
        }

        await page.GotoAsync("/Accounts/SignIn");
        await page.PressAsync(page.Locator($"form:has(input[name=person][value='{address}']) button").First);
        page.Url.Should().NotContain("SignIn", $"{role} is signed in");
    }

    /// <summary>What went over the line: what the browser had kept has no size.</summary>
    private static async Task<(IReadOnlyList<string> Requests, int Bytes)> MeasureAsync(IPage page, string path)
    {
        await page.GotoAsync(path, new() { WaitUntil = WaitUntilState.Load });
        var entries = await page.EvaluateAsync<string[]>("performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource')).map(entry => `${entry.transferSize} ${entry.name}`)");
        string[] sent = [.. entries.Where(entry => !entry.StartsWith("0 ", StringComparison.Ordinal))];
        return (sent, sent.Sum(entry => int.Parse(entry.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)));
    }

    /// <summary>The worlds behind loopback ports, and which of their pages are worth a look: each page once, the home page for everybody.</summary>
    [System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit disposes it by IAsyncLifetime.")]
    public sealed class Worlds : IAsyncLifetime
    {
        private readonly List<RunningService> services = [];
        private IReadOnlyList<Looked>? pages;

        public Task InitializeAsync() => Task.CompletedTask;

        public async Task DisposeAsync()
        {
            foreach (var service in services)
            {
                await service.DisposeAsync();
            }
        }

        internal async Task<IReadOnlyList<Looked>> PagesAsync() => pages ??= await FindAsync();

        private async Task<IReadOnlyList<Looked>> FindAsync()
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            var found = new List<Looked>();
            foreach (var name in PageWorld.Names)
            {
                var service = new RunningService(workers: false);
                services.Add(service);
                var world = await PageWorld.CreateAsync(name, service.Host);
                foreach (var (role, address) in world.People.OrderBy(person => person.Key switch { "student" => 0, "head" => 1, "nobody" => 3, _ => 2 }))
                {
                    using var reader = address is null ? HostBrowser.Anonymous(service.Host) : await HostBrowser.SignInAsync(service.Host, address);
                    var paths = new List<string>();
                    foreach (var (route, path) in world.Pages())
                    {
                        // Pages of a host and of a student differ from state to state, the others hardly.
                        var state = route.Contains("Hosts", StringComparison.Ordinal) || route.Contains("Ranking", StringComparison.Ordinal) || route.Length == 0 ? name : "";
                        await reader.OpenAsync(path);
                        if (reader.Status == HttpStatusCode.OK && string.Equals(reader.Path, path, StringComparison.OrdinalIgnoreCase) && reader.Html.Contains("<html", StringComparison.Ordinal)
                            && seen.Add($"{state} {route} {(route.Length == 0 ? role : "")}"))
                        {
                            paths.Add(path);
                        }
                    }

                    if (paths.Count > 0)
                    {
                        var person = address is null ? null : (await service.Host.ReadAsync(db => Task.FromResult(db.People.AsEnumerable().Single(p => p.Email.Value == address)))).Id.ToString();
                        found.Add(new(service, role, person, [.. paths, "/nowhere"]));
                    }
                }
            }

            return found;
        }

        internal sealed record Looked(RunningService Service, string Role, string? Person, IReadOnlyList<string> Paths);
    }
}
