using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.RegularExpressions;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>One student's page as its script drives it, and what the service has acknowledged to them.</summary>
internal sealed class StudentBrowser(HttpClient web, CampaignId campaign, PersonId person, IReadOnlyList<OfferId> offers)
{
    private const string TokenField = "__RequestVerificationToken";

    private readonly Dictionary<string, string> cookies = [];
    private Task last = Task.CompletedTask;
    private readonly List<OfferId> list = [];
    private string token = "";

    public HttpClient Web => web;

    public PersonId Person => person;

    /// <summary>Version of the draft last acknowledged, as the service counts.</summary>
    public int Version { get; private set; }

    /// <summary>That draft.</summary>
    public RankedChoices Kept { get; private set; } = RankedChoices.Empty;

    /// <summary>Sent, never answered: it may be kept or not.</summary>
    public RankedChoices? Unanswered { get; private set; }

    /// <summary>Saves acknowledged.</summary>
    public int Acknowledged { get; private set; }

    /// <summary>Submissions acknowledged: number and list.</summary>
    public Dictionary<int, RankedChoices> Receipts { get; } = [];

    public async Task SignInAsync(string anonymousCookies, string anonymousToken)
    {
        using var form = new FormUrlEncodedContent([new("person", person.ToString()), new(TokenField, anonymousToken)]);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/Accounts/SignIn") { Content = form };
        request.Headers.Add("Cookie", anonymousCookies);
        using var answer = await web.SendAsync(request);
        Expect(answer, HttpStatusCode.Redirect);
        Remember(answer);
    }

    /// <summary>A page as it comes over the line.</summary>
    /// <param name="raw">A client that leaves it compressed.</param>
    /// <returns>Its size in bytes.</returns>
    public async Task<int> LookAsync(HttpClient raw, string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", Cookies());
        request.Headers.AcceptEncoding.ParseAdd("gzip, br");
        using var answer = await raw.SendAsync(request);
        Expect(answer, HttpStatusCode.OK);
        return (await answer.Content.ReadAsByteArrayAsync()).Length;
    }

    public async Task OpenAsync()
    {
        var page = await GetAsync($"/Rankings/{campaign}");
        token = Field(page, TokenField);
        Version = int.Parse(Field(page, "Form.Version"), CultureInfo.InvariantCulture);
    }

    /// <summary>Moves something, as a student does, and saves. One save of a student at a time: each builds on the version before.</summary>
    public Task SaveAsync(Random random)
    {
        async Task AfterAsync(Task before)
        {
            await before.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            await MoveAndSaveAsync(random);
        }

        lock (list)
        {
            return last = AfterAsync(last);
        }
    }

    public async Task SubmitAsync()
    {
        var page = await GetAsync($"/Rankings/{campaign}/Check");
        using var form = new FormUrlEncodedContent([
            new("version", Field(page, "version")), new("key", Field(page, "key")), new("anyOther", "false"), new(TokenField, Field(page, TokenField))]);
        using var answer = await PostAsync($"/Rankings/{campaign}/Check", form, json: false);
        Expect(answer, HttpStatusCode.Redirect);
        var number = int.Parse(answer.Headers.Location!.ToString().Split('/')[^1], CultureInfo.InvariantCulture); // a redirect has a place
        Receipts.Add(number, Kept);
        Version++;
    }

    internal static async Task<(string Cookies, string Token)> AnonymousAsync(HttpClient web)
    {
        using var answer = await web.GetAsync("/Accounts/SignIn");
        Expect(answer, HttpStatusCode.OK);
        var cookies = answer.Headers.GetValues("Set-Cookie").Select(cookie => cookie.Split(';')[0]);
        return (string.Join("; ", cookies), Field(await answer.Content.ReadAsStringAsync(), TokenField));
    }

    private static void Expect(HttpResponseMessage answer, HttpStatusCode expected)
    {
        if (answer.StatusCode != expected)
        {
            throw new HttpRequestException($"{answer.RequestMessage?.Method} {answer.RequestMessage?.RequestUri?.AbsolutePath}: {(int)answer.StatusCode}, not {(int)expected}", null, answer.StatusCode);
        }
    }

    private static string Field(string page, string name) =>
        Regex.Match(page, $"<input[^>]* name=\"{Regex.Escape(name)}\"[^>]* value=\"([^\"]*)\"") is { Success: true } match
            ? WebUtility.HtmlDecode(match.Groups[1].Value)
            : throw new InvalidOperationException($"The page has no field {name}.");

    private void Move(Random random)
    {
        if (list.Count < 10 && (list.Count < 2 || random.Next(2) == 0))
        {
            list.Insert(random.Next(list.Count + 1), offers.Where(offer => !list.Contains(offer)).ElementAt(random.Next(offers.Count - list.Count)));
        }
        else
        {
            var from = random.Next(list.Count);
            var offer = list[from];
            list.RemoveAt(from);
            // Never back where it was: a list that says the same is no save.
            list.Insert((from + 1 + random.Next(list.Count)) % (list.Count + 1), offer);
        }
    }

    private async Task MoveAndSaveAsync(Random random)
    {
        Move(random);
        var sent = new RankedChoices([.. list.Select(offer => System.Collections.Immutable.ImmutableArray.Create(offer))]);
        using var form = new FormUrlEncodedContent([
            new("go", "save"), new("Form.List", sent.ToText()), new("Form.Version", Version.ToString(CultureInfo.InvariantCulture)),
            new("Form.Key", Guid.NewGuid().ToString()), new(TokenField, token)]);
        Unanswered = sent;
        using var answer = await PostAsync($"/Rankings/{campaign}", form, json: true);
        var body = await answer.Content.ReadAsStringAsync();
        Unanswered = null;
        Expect(answer, HttpStatusCode.OK);
        using var saved = JsonDocument.Parse(body);
        Version = saved.RootElement.GetProperty("version").GetInt32();
        Kept = sent;
        Acknowledged++;
    }

    private async Task<string> GetAsync(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.Add("Cookie", Cookies());
        using var answer = await web.SendAsync(request);
        Expect(answer, HttpStatusCode.OK);
        Remember(answer);
        return await answer.Content.ReadAsStringAsync();
    }

    private async Task<HttpResponseMessage> PostAsync(string path, HttpContent form, bool json)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = form };
        request.Headers.Add("Cookie", Cookies());
        if (json)
        {
            request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        }

        var answer = await web.SendAsync(request);
        Remember(answer);
        return answer;
    }

    private string Cookies() => string.Join("; ", cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));

    private void Remember(HttpResponseMessage answer)
    {
        if (answer.Headers.TryGetValues("Set-Cookie", out var set))
        {
            foreach (var pair in set.Select(cookie => cookie.Split(';')[0].Split('=', 2)))
            {
                cookies[pair[0]] = pair[1];
            }
        }
    }
}
