using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.Mvc.Testing.Handlers;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>A browser without JavaScript, in a network of its own, in which nobody is signed in yet.</summary>
internal sealed partial class Visitor : IDisposable
{
    public const string Firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0";

    private static readonly Uri Service = new("https://placement.example.org");

    private readonly CookieContainer jar = new();
    private readonly MatchingHost host;
    private readonly HttpClient client;
    private readonly HttpClient leaving;
    public Visitor(MatchingHost host, string from = "203.0.113.7", WebApplicationFactory<Program>? service = null)
    {
        this.host = host;
        client = (service ?? host).CreateDefaultClient(Service, new RedirectHandler(), new CookieContainerHandler(jar));
        leaving = (service ?? host).CreateDefaultClient(Service, new CookieContainerHandler(jar));
        jar.Add(Service, new Cookie("language", "en"));
        client.DefaultRequestHeaders.Add("Test-From", from);
        client.DefaultRequestHeaders.UserAgent.ParseAdd(Firefox);
    }

    public HttpStatusCode Status { get; private set; }

    /// <summary>Path and query of the page shown.</summary>
    public string At { get; private set; } = "";

    /// <summary>The whole page as it came.</summary>
    public string Html { get; private set; } = "";

    /// <summary>What a reader of the page's main part sees.</summary>
    public string Text { get; private set; } = "";

    public HttpResponseHeaders Headers { get; private set; } = null!; // set with the first page

    /// <summary><c>placement=...</c>; null: nobody is signed in.</summary>
    public string? SessionCookie => jar.GetCookies(Service)[Sessions.Cookie]?.ToString();

    public HttpClient Client => client;

    public void Speak(string language) => jar.Add(Service, new Cookie("language", language));

    public async Task<Visitor> OpenAsync(string path)
    {
        await ShowAsync(await client.GetAsync(path));
        return this;
    }

    /// <summary>Fills the form whose action contains <paramref name="action"/> (empty: the one that posts to its own page) and presses its button. What stands behind an "&amp;" is added to the address, as a stranger would.</summary>
    public async Task<Visitor> PressAsync(string action, params (string Name, string Value)[] typed)
    {
        var (wanted, more) = action.IndexOf('&', StringComparison.Ordinal) is var cut and >= 0 ? (action[..cut], action[cut..]) : (action, "");
        var main = Html[Html.IndexOf("<main", StringComparison.Ordinal)..];
        var form = Form().Matches(main).Select(match => match.Value).FirstOrDefault(f => wanted.Length == 0 ? Attribute(f, "action")?.Contains("handler", StringComparison.Ordinal) != true : Attribute(f, "action")?.Contains(wanted, StringComparison.Ordinal) == true)
            ?? throw new InvalidOperationException($"{At} has no form to \"{action}\": {Text}");
        var fields = Input().Matches(form).Select(match => KeyValuePair.Create(Attribute(match.Value, "name") ?? "", Attribute(match.Value, "value") ?? ""))
            .Where(field => typed.All(t => t.Name != field.Key))
            .Concat(typed.Select(t => KeyValuePair.Create(t.Name, t.Value)));
        using var content = new FormUrlEncodedContent(fields);
        await ShowAsync(await client.PostAsync((Attribute(form, "action") ?? At) + more, content));
        return this;
    }

    /// <summary>Types the address on the sign-in page; the letter is written.</summary>
    public async Task<Visitor> AskAsync(string address, string page = "/Accounts/SignIn")
    {
        // A clock that stands would give two letters the same instant.
        host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await OpenAsync(page);
        await PressAsync("handler=Letter", ("email", address));
        await host.DoAsync<SignInLetters>(letters => letters.WriteAsync(CancellationToken.None));
        return this;
    }

    /// <summary>The whole way by mail.</summary>
    public async Task<Visitor> SignInAsync(string address, string page = "/Accounts/SignIn")
    {
        await AskAsync(address, page);
        return await PressAsync("", ("code", (await LetterAsync(host, address)).Code));
    }

    /// <summary>The newest letter to an address, as its reader uses it.</summary>
    public static async Task<SignInLetter> LetterAsync(MatchingHost host, string address)
    {
        var letter = (await LettersAsync(host, address))[^1];
        return new(Code().Match(letter.TextBody).Value, Link().Match(letter.TextBody).Groups[1].Value);
    }

    public static Task<List<OutboxLetter>> LettersAsync(MatchingHost host, string address)
    {
        var to = EmailAddress.Create(address);
        return host.ReadAsync(db => db.Outbox.AsNoTracking().Where(l => l.Kind == LetterKind.SignIn && l.To == to).OrderBy(l => l.CreatedAt).ThenBy(l => l.Id).ToListAsync());
    }

    /// <summary>Follows a link that leads elsewhere: the address it leads to.</summary>
    public async Task<Uri> LeaveAsync(string path)
    {
        using var answer = await leaving.GetAsync(path);
        return answer.Headers.Location ?? throw new InvalidOperationException($"{path} leads nowhere: {answer.StatusCode}");
    }

    /// <summary>What a form of this browser's must carry.</summary>
    public async Task<string> TokenAsync() => FormToken().Match(await client.GetStringAsync("/Accounts/SignIn")).Groups[1].Value;

    public void Dispose()
    {
        client.Dispose();
        leaving.Dispose();
    }

    private async Task ShowAsync(HttpResponseMessage answer)
    {
        Html = await answer.Content.ReadAsStringAsync();
        Status = answer.StatusCode;
        Headers = answer.Headers;
        At = answer.RequestMessage!.RequestUri!.PathAndQuery; // not null: of a request that was sent
        Text = Html.Contains("<main", StringComparison.Ordinal)
            ? WebUtility.HtmlDecode(Tag().Replace(Html[Html.IndexOf("<main", StringComparison.Ordinal)..Html.IndexOf("</main>", StringComparison.Ordinal)], " "))
            : Html;
    }

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $" {name}=\"([^\"]*)\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("<form.*?</form>", RegexOptions.Singleline)]
    private static partial Regex Form();

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"\d{4} \d{4}")]
    private static partial Regex Code();

    [GeneratedRegex(@"https?://[^/]+(/Accounts/Link\S+)")]
    private static partial Regex Link();

    [GeneratedRegex("name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    /// <param name="Link">Path and query.</param>
    public sealed record SignInLetter(string Code, string Link);
}
