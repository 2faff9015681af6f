using System.Net;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Hosts;

/// <summary>Somebody signed in, with a browser without JavaScript: opens a page, fills the fields of its form, presses a button.</summary>
internal sealed partial class HostBrowser : IDisposable
{
    private readonly HttpClient client;
    private List<KeyValuePair<string, string>> fields = [];

    private HostBrowser(HttpClient client) => this.client = client;

    public string Path { get; private set; } = "";

    /// <summary>The page as it was sent.</summary>
    public string Html { get; private set; } = "";

    /// <summary>The page shown, decoded.</summary>
    public string Text { get; private set; } = "";

    public HttpStatusCode Status { get; private set; }

    public static HostBrowser Anonymous(MatchingHost host) =>
        new(host.CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = host.ClientOptions.BaseAddress, AllowAutoRedirect = true }));

    public static async Task<HostBrowser> SignInAsync(MatchingHost host, string address)
    {
        var person = (await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync())).Single(p => p.Email.Value == address);
        return await SignInAsync(host.CreateClient(new WebApplicationFactoryClientOptions { BaseAddress = host.ClientOptions.BaseAddress, AllowAutoRedirect = true }), person.Id);
    }

    /// <param name="client">Of whatever service; the browser's from now on.</param>
    public static async Task<HostBrowser> SignInAsync(HttpClient client, PersonId person)
    {
        var browser = new HostBrowser(client);
        await browser.OpenAsync("/Accounts/SignIn");
        using var form = new FormUrlEncodedContent([new("person", person.ToString()), browser.fields.First(f => f.Key == "__RequestVerificationToken")]);
        (await browser.client.PostAsync("/Accounts/SignIn", form)).StatusCode.Should().Be(HttpStatusCode.OK);
        return browser;
    }

    public void Speak(string language) => client.DefaultRequestHeaders.Add("Cookie", $"language={language}");

    /// <summary>From now on asks as the script of a page does.</summary>
    public void AsScript() => client.DefaultRequestHeaders.Accept.Add(new("application/json"));

    public async Task OpenAsync(string path) => await ShowAsync(await client.GetAsync(path));

    /// <summary>Value of a field of the form shown.</summary>
    public string Field(string name) => fields.First(field => field.Key == name).Value;

    public HostBrowser Fill(string name, string? value)
    {
        fields.RemoveAll(field => field.Key == name);
        if (value is not null)
        {
            fields.Add(new(name, value));
        }

        return this;
    }

    /// <summary>Posts the page's fields to the page itself.</summary>
    /// <param name="name">Of the button.</param>
    public async Task PressAsync(string? button = null, string? handler = null, string name = "go")
    {
        using var form = new FormUrlEncodedContent(button is null ? fields : fields.Append(new(name, button)));
        await ShowAsync(await client.PostAsync(handler is null ? Path : $"{Path}?handler={handler}", form));
    }

    /// <summary>Posts the page's fields to another page, as no button does.</summary>
    public async Task PressToAsync(string path)
    {
        using var form = new FormUrlEncodedContent(fields);
        await ShowAsync(await client.PostAsync(path, form));
    }

    public void Dispose() => client.Dispose();

    private async Task ShowAsync(HttpResponseMessage answer)
    {
        var html = await answer.Content.ReadAsStringAsync();
        Html = html;
        Status = answer.StatusCode;
        Path = answer.RequestMessage!.RequestUri!.AbsolutePath;
        Text = WebUtility.HtmlDecode(html);
        if (answer.Content.Headers.ContentType?.MediaType == "application/json")
        {
            return;
        }

        var main = html[Math.Max(0, html.IndexOf("<main", StringComparison.Ordinal))..];
        fields = [.. Input().Matches(main).Select(match => match.Value)
            .Where(tag => Attribute(tag, "name") is not null && (Attribute(tag, "type") != "checkbox" || tag.Contains(" checked", StringComparison.Ordinal)))
            .Select(tag => KeyValuePair.Create(Attribute(tag, "name")!, Attribute(tag, "value") ?? ""))
            .Concat(TextArea().Matches(main).Select(match => KeyValuePair.Create(match.Groups[1].Value, WebUtility.HtmlDecode(match.Groups[2].Value))))];
        // A page of several forms holds a token in each; any of them will do.
        var token = fields.Find(field => field.Key == "__RequestVerificationToken");
        if (token.Key is not null)
        {
            Fill(token.Key, token.Value);
        }
    }

    private static string? Attribute(string tag, string name) =>
        Regex.Match(tag, $" {name}=\"([^\"]*)\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("<input[^>]*>")]
    private static partial Regex Input();

    [GeneratedRegex("<textarea[^>]* name=\"([^\"]+)\"[^>]*>([^<]*)</textarea>")]
    private static partial Regex TextArea();
}
