using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Tests.Hosts;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>
/// People at work until the service dies under them. Each writes down what it asked for before it asks, and what was acknowledged when the answer has come; only
/// what was answered counts as acknowledged.
/// </summary>
internal sealed class CrashClients(CrashCampaigns campaigns, int seed)
{
    private readonly ConcurrentDictionary<int, (int Asked, int Acknowledged)> drafts = new();
    private readonly ConcurrentDictionary<CampaignId, RunId> runs = new();
    private readonly ConcurrentDictionary<int, int> totals = new();
    private int ready;

    /// <summary>By student: the number in the note of the last draft asked for, and of the last acknowledged.</summary>
    public IReadOnlyDictionary<int, (int Asked, int Acknowledged)> Drafts => drafts;

    /// <summary>Versions of lists whose receipt was shown.</summary>
    public ConcurrentBag<(StudentId Student, int Version)> Submitted { get; } = [];

    /// <summary>Versions of declarations whose receipt was shown, with the total declared.</summary>
    public ConcurrentBag<(HostId Host, int Version, int Total)> Declared { get; } = [];

    public ConcurrentBag<RunId> Started { get; } = [];

    public ConcurrentBag<RunId> Published { get; } = [];

    /// <summary>Answers that were neither a success nor a broken connection: a mistake, of the service or of the clients.</summary>
    public ConcurrentBag<string> Unexpected { get; } = [];

    public int Acknowledged => Submitted.Count + Declared.Count + Started.Count + Published.Count + drafts.Values.Sum(draft => draft.Acknowledged);

    /// <summary>Everybody works on this service until <paramref name="stop"/>, or until it is gone.</summary>
    public Task WorkAsync(Uri service, CancellationToken stop) => Task.WhenAll([
        .. Enumerable.Range(0, CrashCampaigns.Students).Select(student => UntilGoneAsync(service, campaigns.Ranking[student].Person, browser => RankAsync(browser, student), stop)),
        .. Enumerable.Range(0, CrashCampaigns.Hosts).Select(host => UntilGoneAsync(service, campaigns.Heads[host].Head, browser => DeclareAsync(browser, host), stop)),
        UntilGoneAsync(service, campaigns.Coordinator, RunAndPublishAsync, stop)]);

    private static async Task UntilGoneAsync(Uri service, PersonId person, Func<HostBrowser, Task> work, CancellationToken stop)
    {
        try
        {
            using var handler = new SocketsHttpHandler { CookieContainer = new CookieContainer() };
            using var browser = await HostBrowser.SignInAsync(new HttpClient(handler) { BaseAddress = service, Timeout = TimeSpan.FromSeconds(60) }, person);
            while (!stop.IsCancellationRequested)
            {
                await work(browser);
            }
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException)
        {
            // The service is gone: what was not answered is not acknowledged.
        }
    }

    private async Task RankAsync(HostBrowser browser, int student)
    {
        var root = $"/Rankings/{campaigns.Open}";
        await browser.OpenAsync(root);
        var before = drafts.GetOrAdd(student, (0, 0));
        var number = before.Asked + 1;
        var random = new Random(HashCode.Combine(seed, student, number));
        var offers = campaigns.Offers.ToArray();
        random.Shuffle(offers);
        drafts[student] = before with { Asked = number };
        await browser.Fill("Form.List", string.Join(';', offers)).Fill($"Form.Notes[{campaigns.Offers[0]}]", number.ToString(CultureInfo.InvariantCulture)).PressAsync("save");
        if (!Expect(browser, root, "draft"))
        {
            return;
        }

        drafts[student] = (number, number);
        await browser.OpenAsync($"{root}/Check");
        await browser.PressAsync();
        if (Expect(browser, $"{root}/Versions/", "submission"))
        {
            Submitted.Add((campaigns.Ranking[student].Student, LastNumber(browser.Path)));
        }
    }

    private async Task DeclareAsync(HostBrowser browser, int host)
    {
        var root = $"/Campaigns/{campaigns.Open}/Hosts/{campaigns.Heads[host].Host}";
        await browser.OpenAsync(root);
        // Another total each time, so that a version can be told by it; it also tells the students who list its offers.
        var total = totals.AddOrUpdate(host, 1, (_, last) => last + 1);
        await browser.Fill("Form.Max", total.ToString(CultureInfo.InvariantCulture)).PressAsync("check");
        if (browser.Path != $"{root}/Check")
        {
            Expect(browser, $"{root}/Check", "check of a declaration");
            return;
        }

        await browser.Fill("sure", "true").PressAsync();
        if (Expect(browser, $"{root}/Versions/", "declaration"))
        {
            Declared.Add((campaigns.Heads[host].Host, LastNumber(browser.Path), total));
        }
    }

    private async Task RunAndPublishAsync(HostBrowser browser)
    {
        if (ready >= campaigns.Ready.Count)
        {
            await browser.OpenAsync("/Campaigns");
            return;
        }

        var campaign = campaigns.Ready[ready];
        if (!runs.TryGetValue(campaign, out var run))
        {
            await browser.OpenAsync($"/Campaigns/{campaign}");
            await browser.Fill("policy", "min-regret-greedy").PressAsync(handler: "Run");
            if (!Expect(browser, "/Runs/", "run"))
            {
                return;
            }

            RunId.TryParse(browser.Path.Split('/')[^1], null, out run);
            runs[campaign] = run;
            Started.Add(run);
        }

        await browser.OpenAsync($"/Runs/{run}");
        if (browser.Html.Contains("data-poll", StringComparison.Ordinal))
        {
            return; // it solves; looked at again
        }

        if (!browser.Html.Contains("name=\"sure\"", StringComparison.Ordinal))
        {
            if (browser.Html.Contains("status published", StringComparison.Ordinal) || browser.Text.Contains("Published on", StringComparison.Ordinal))
            {
                ready++; // published by the request whose answer was lost
            }
            else
            {
                runs.TryRemove(campaign, out _); // it died with its process: a new run, as the page asks
            }

            return;
        }

        await browser.Fill("sure", "true").PressAsync(handler: "Publish");
        if (Expect(browser, "/Runs/", "publication") && !browser.Html.Contains("name=\"sure\"", StringComparison.Ordinal))
        {
            Published.Add(run);
            ready++;
        }
    }

    private static int LastNumber(string path) => int.Parse(path.Split('/')[^1], CultureInfo.InvariantCulture);

    private bool Expect(HostBrowser browser, string path, string what)
    {
        if (browser.Status == HttpStatusCode.OK && browser.Path.StartsWith(path, StringComparison.Ordinal))
        {
            return true;
        }

        Unexpected.Add($"{what}: {(int)browser.Status} {browser.Path} {System.Text.RegularExpressions.Regex.Match(browser.Text, "role=\"alert\".{0,300}", System.Text.RegularExpressions.RegexOptions.Singleline).Value}");
        return false;
    }
}
