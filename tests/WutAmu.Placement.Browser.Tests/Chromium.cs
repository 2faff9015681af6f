using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>A test that needs Chromium; skipped by name where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumFactAttribute : FactAttribute
{
    public ChromiumFactAttribute()
    {
        if (Chromium.Program is null)
        {
            Skip = "Chromium was not found.";
        }
    }
}

/// <summary>As <see cref="ChromiumFactAttribute"/>, with rows.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ChromiumTheoryAttribute : TheoryAttribute
{
    public ChromiumTheoryAttribute()
    {
        if (Chromium.Program is null)
        {
            Skip = "Chromium was not found.";
        }
    }
}

/// <summary>One browser for all tests, which takes longer to start than most of them take; each opens contexts of its own. It ends with the process that drives it.</summary>
public sealed class Chromium : IAsyncLifetime
{
    private static readonly Lazy<Task<IBrowser>> Shared = new(StartAsync);

    private IBrowser? browser;

    public static string? Program { get; } =
        ((string?[])[Environment.GetEnvironmentVariable("CHROMIUM_PATH"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"]).FirstOrDefault(path => !string.IsNullOrEmpty(path) && File.Exists(path));

    public IBrowser Browser => browser ?? throw new InvalidOperationException("Chromium was not started.");

    public async Task InitializeAsync() => browser = Program is null ? null : await Shared.Value;

    public Task DisposeAsync() => Task.CompletedTask;

    private static async Task<IBrowser> StartAsync()
    {
        var playwright = await Playwright.CreateAsync();
        // Five seconds by default, which a busy machine may take for a page.
        Assertions.SetDefaultExpectTimeout(40_000);
        // Containers run as root, where Chromium refuses its own sandbox.
        return await playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = ["--no-sandbox", "--disable-dev-shm-usage"] });
    }
}

/// <summary>What every page must be: accessible, inside its width, in the language it says, without a foreign request.</summary>
internal static class PageLaws
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    private static readonly object Rules = new
    {
        runOnly = new { type = "tag", values = (string[])["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        // Off by default, though WCAG 2.2 AA asks for it.
        rules = new Dictionary<string, object> { ["target-size"] = new { enabled = true } },
    };

    public static async Task HoldAsync(IPage page, string language)
    {
        // In the page itself: Deque's binding for Playwright opens another window each time, for the sake of frames, of which ours have none; it takes seven times as long.
        page.Frames.Should().ContainSingle($"{page.Url} is looked at whole");
        await page.EvaluateAsync(Axe);
        var report = await page.EvaluateAsync<AxeReport>("rules => axe.run(document, rules).then(({ violations, passes }) => ({ kept: passes.length, broken: violations.map(one => `${one.id}: ${one.nodes.map(node => node.html).join(' ')}`) }))", Rules);
        report.Broken.Should().BeEmpty($"{page.Url} in {language} follows WCAG 2.2 AA");
        report.Kept.Should().BePositive("rules were asked");
        (await page.Locator("html").GetAttributeAsync("lang")).Should().Be(language);
        await FitsAsync(page, language);
    }

    public static async Task FitsAsync(IPage page, string language)
    {
        await KeepAsync(page, language);
        (await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth")).Should().BeLessThanOrEqualTo(0, $"{page.Url} in {language} is not wider than the screen of {page.ViewportSize?.Width}");
    }

    /// <summary>Clicks and waits for the page that answers.</summary>
    public static async Task PressAsync(this IPage page, ILocator target)
    {
        var pageAnswer = await page.RunAndWaitForResponseAsync(() => target.ClickAsync(), answer => answer.Request.IsNavigationRequest && answer.Status is < 300 or >= 400);
        await pageAnswer.FinishedAsync();
        // Asked of the page: the event of its loading may have come before anybody waits for it.
        await page.WaitForFunctionAsync("document.readyState === 'complete'");
    }

    // With PLACEMENT_SCREENSHOTS=folder every page looked at is kept as a picture.
    private static async Task KeepAsync(IPage page, string language)
    {
        if (Environment.GetEnvironmentVariable("PLACEMENT_SCREENSHOTS") is { Length: > 0 } folder)
        {
            var name = string.Join('-', new Uri(page.Url).AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries).Select(part => part.Length == 36 ? "id" : part));
            var picture = await page.ScreenshotAsync(new() { FullPage = true });
            lock (Axe)
            {
                File.WriteAllBytes(Path.Combine(folder, $"{name}.{language}.{page.ViewportSize?.Width}.png"), picture);
            }
        }
    }

    private sealed class AxeReport
    {
        public int Kept { get; set; }

        public string[] Broken { get; set; } = [];
    }
}
