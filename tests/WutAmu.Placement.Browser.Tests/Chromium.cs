using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
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
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = new() { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
        // Off by default, though WCAG 2.2 AA asks for it.
        Rules = new Dictionary<string, RuleOptions> { ["target-size"] = new() { Enabled = true } },
    };

    public static async Task HoldAsync(IPage page, string language)
    {
        var report = await page.RunAxe(Rules);
        report.Violations.Select(violation => $"{violation.Id}: {string.Join(" ", violation.Nodes.Select(node => node.Html))}").Should().BeEmpty($"{page.Url} in {language} follows WCAG 2.2 AA");
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
            await page.ScreenshotAsync(new() { FullPage = true, Path = Path.Combine(folder, $"{name}.{language}.{page.ViewportSize?.Width}.png") });
        }
    }
}
