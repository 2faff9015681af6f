using System.Net;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>What signing in leaves behind, how long it lasts, and who may end it.</summary>
public sealed class SessionTests : IDisposable
{
    private const string Student = "s1@wut.example.org";
    private const string Coordinator = "coordinator@institute.example.org";

    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData(Student, 719, true)]
    [InlineData(Student, 720, false)]
    [InlineData("head-a@amu.example.org", 719, true)]
    [InlineData("head-a@amu.example.org", 720, false)]
    [InlineData(Coordinator, 29, true)]
    [InlineData(Coordinator, 30, false)]
    public async Task A_session_that_is_not_used_is_over(string address, int minutes, bool open)
    {
        using var visitor = await SignedInAsync(address);

        host.Clock.Advance(TimeSpan.FromMinutes(minutes));

        ((await visitor.OpenAsync("/MyData")).At == "/MyData").Should().Be(open);
    }

    [Theory]
    [InlineData(Student, 14 * 24, 11)]
    [InlineData(Coordinator, 12, 0.4)]
    public async Task However_much_it_is_used_a_session_is_over_some_day(string address, double hours, double step)
    {
        using var visitor = await SignedInAsync(address);
        var end = host.Clock.GetUtcNow().AddHours(hours);

        while (host.Clock.GetUtcNow().AddHours(step) < end)
        {
            host.Clock.Advance(TimeSpan.FromHours(step));
            (await visitor.OpenAsync("/MyData")).At.Should().Be("/MyData", $"it is {host.Clock.GetUtcNow():O}");
        }

        host.Clock.Advance(end - host.Clock.GetUtcNow());
        (await visitor.OpenAsync("/MyData")).Text.Should().Contain("Your session has ended");
    }

    [Theory]
    [InlineData("", "203.0.113.*")]
    [InlineData("192.0.2.1", "203.0.113.*")]
    [InlineData("203.0.113.7", "198.51.100.*")]
    public async Task Only_a_known_proxy_may_say_where_somebody_comes_from(string trusted, string network)
    {
        host.Settings["Proxy:Trusted"] = trusted;
        await SmallCampaign.CreateAsync(host);
        using var visitor = new Visitor(host);
        visitor.Client.DefaultRequestHeaders.Add("X-Forwarded-For", "198.51.100.77");

        await visitor.SignInAsync(Student);

        (await SessionsAsync()).Should().ContainSingle().Which.Network.Should().Be(network);
    }

    [Fact]
    public async Task Whoever_becomes_a_coordinator_has_a_short_session_from_then_on()
    {
        using var visitor = await SignedInAsync(Student);
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            (await db.People.ToListAsync()).Single(p => p.Email.Value == Student).Grant(Roles.Coordinator);
            await db.SaveChangesAsync();
        });

        host.Clock.Advance(TimeSpan.FromMinutes(31));

        (await visitor.OpenAsync("/MyData")).At.Should().StartWith("/Accounts/SignIn");
    }

    [Fact]
    public async Task The_list_shows_each_browser_with_its_network_and_no_address()
    {
        using var here = await SignedInAsync(Student, "203.0.113.77");
        using var there = await SignedInAsync(Student, "2001:db8:1:2::9");

        await here.OpenAsync("/Accounts/Sessions");

        here.Text.Should().Contain("Firefox, Windows").And.Contain("203.0.113.*").And.Contain("2001:db8:1::/48").And.Contain("This browser");
        here.Text.Should().NotContain("203.0.113.77").And.NotContain("::9");
        (await SessionsAsync()).Select(s => s.Network).Should().NotContain(n => n.Contains("77", StringComparison.Ordinal) || n.Contains("::9", StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_can_be_ended_from_another_and_all_others_at_once()
    {
        using var here = await SignedInAsync(Student);
        using var second = await SignedInAsync(Student);
        using var third = await SignedInAsync(Student);
        var secondId = (await SessionsAsync()).OrderBy(s => s.Id.Value).ElementAt(1).Id;

        await here.OpenAsync("/Accounts/Sessions");
        await here.PressAsync("handler=End", ("id", secondId.ToString()));
        var afterOne = (await second.OpenAsync("/MyData")).At;
        var thirdAfterOne = (await third.OpenAsync("/MyData")).At;
        await here.PressAsync("handler=Others");

        afterOne.Should().StartWith("/Accounts/SignIn");
        thirdAfterOne.Should().Be("/MyData");
        (await third.OpenAsync("/MyData")).At.Should().StartWith("/Accounts/SignIn");
        (await here.OpenAsync("/MyData")).At.Should().Be("/MyData");
    }

    [Fact]
    public async Task Ending_several_at_once_writes_an_entry_for_each_into_the_journal_whose_chain_holds()
    {
        using var here = await SignedInAsync(Student);
        using var second = await SignedInAsync(Student);
        using var third = await SignedInAsync(Student);

        await here.OpenAsync("/Accounts/Sessions");
        await here.PressAsync("handler=Others");

        here.Text.Should().Contain("2 sign-ins were ended");
        var journal = await host.ReadAsync(db => db.Audit.AsNoTracking().OrderBy(a => a.Sequence).ToListAsync());
        journal.Where(a => a.Action == "session.ended").Should().HaveCount(2);
        journal.Select(a => a.Sequence).Should().Equal(Enumerable.Range(1, journal.Count).Select(i => (long)i));
        journal.Should().OnlyContain(a => a.IsIntact());
        journal.Skip(1).Select(a => a.PreviousHash).Should().Equal(journal.SkipLast(1).Select(a => a.Hash));
    }

    [Fact]
    public async Task Nobody_ends_a_session_of_another()
    {
        using var mine = await SignedInAsync(Student);
        using var other = await SignedInAsync("s2@wut.example.org");
        var id = (await SessionsAsync()).OrderBy(s => s.Id.Value).First().Id;

        await other.OpenAsync("/Accounts/Sessions");
        await other.PressAsync("handler=End", ("id", id.ToString()));

        (await mine.OpenAsync("/MyData")).At.Should().Be("/MyData");
        (await SessionsAsync()).Should().OnlyContain(s => s.EndedAt == null);
    }

    [Fact]
    public async Task After_signing_out_the_cookie_is_worth_nothing()
    {
        using var visitor = await SignedInAsync(Student);
        var cookie = Cookie(visitor);
        await SignOutAsync(visitor);
        using var thief = host.CreateClient(new() { BaseAddress = new("https://placement.example.org"), AllowAutoRedirect = false, HandleCookies = false });
        thief.DefaultRequestHeaders.Add("Cookie", cookie);

        using var answer = await thief.GetAsync("/MyData");

        answer.StatusCode.Should().Be(HttpStatusCode.Redirect);
        (await SessionsAsync()).Single().EndedAt.Should().NotBeNull();
    }

    [Fact]
    public async Task A_cookie_planted_before_signing_in_is_not_the_session()
    {
        using var attacker = await SignedInAsync("s2@wut.example.org");
        var planted = Cookie(attacker);
        using var victim = new Visitor(host);
        victim.Client.DefaultRequestHeaders.Add("Cookie", planted);

        await victim.SignInAsync(Student);

        var sessions = await SessionsAsync();
        sessions.Select(s => s.SecretHash).Should().OnlyHaveUniqueItems();
        sessions.Should().NotContain(s => s.EndedAt == null && s.SecretHash == Features.Accounts.Secrets.Hash(planted.Split('=')[1]), "the planted one ended when another began in this browser");
    }

    [Fact]
    public async Task Signing_in_again_ends_the_session_this_browser_had()
    {
        using var visitor = await SignedInAsync(Student);

        await visitor.SignInAsync("s2@wut.example.org");

        (await SessionsAsync()).Count(s => s.EndedAt == null).Should().Be(1);
        (await visitor.OpenAsync("/MyData")).Text.Should().Contain("Student s2");
    }

    [Fact]
    public async Task A_coordinator_without_the_second_factor_is_nobody_special()
    {
        using var visitor = await SignedInAsync(Coordinator);

        await visitor.OpenAsync("/Campaigns");

        visitor.At.Should().StartWith("/Accounts/SecondFactor");
        using var dashboard = await visitor.Client.GetAsync("/jobs");
        dashboard.RequestMessage!.RequestUri!.AbsolutePath.Should().Be("/Accounts/SecondFactor");
    }

    [Fact]
    public async Task A_student_reads_in_words_that_a_page_is_not_theirs()
    {
        using var visitor = await SignedInAsync(Student);

        await visitor.OpenAsync("/Campaigns");

        (visitor.Status, visitor.At).Should().Be((HttpStatusCode.Forbidden, "/Campaigns"));
        visitor.Text.Should().Contain("This page is for other people");
    }

    [Fact]
    public async Task A_script_without_a_session_is_told_so_instead_of_sent_to_a_form()
    {
        using var client = host.CreateClient(new() { AllowAutoRedirect = false });
        using var request = new HttpRequestMessage(HttpMethod.Get, "/MyData");
        request.Headers.Add("Sec-Fetch-Mode", "cors");

        using var answer = await client.SendAsync(request);

        answer.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Every_form_of_every_page_needs_its_token()
    {
        await SmallCampaign.CreateAsync(host);
        using var coordinator = new Visitor(host);
        await coordinator.OpenAsync("/Accounts/SignIn");
        await coordinator.PressAsync("", ("person", (await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync())).Single(p => p.Roles == Roles.Coordinator).Id.ToString()));
        var pages = host.Services.GetServices<EndpointDataSource>().SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()
            .Where(endpoint => endpoint.Metadata.GetMetadata<Microsoft.AspNetCore.Mvc.RazorPages.PageActionDescriptor>() is not null || endpoint.RoutePattern.RawText == "/language")
            .Select(endpoint => "/" + System.Text.RegularExpressions.Regex.Replace(endpoint.RoutePattern.RawText!.TrimStart('/'), "{[^}]*int[^}]*}", "1"))
            .Select(path => System.Text.RegularExpressions.Regex.Replace(path, "{[^}]*}", Guid.Empty.ToString())).Distinct().Where(path => !path.StartsWith("/Error", StringComparison.Ordinal)).ToList();
        pages.Should().HaveCountGreaterThan(10);

        foreach (var path in pages)
        {
            using var answer = await coordinator.Client.PostAsync(path, new FormUrlEncodedContent([]));
            answer.StatusCode.Should().Be(HttpStatusCode.BadRequest, path);
        }
    }

    [Fact]
    public async Task Personal_pages_stay_in_no_cache_and_styles_do()
    {
        using var visitor = await SignedInAsync(Student);

        using var page = await visitor.Client.GetAsync("/MyData");
        using var home = await visitor.Client.GetAsync("/");
        using var style = await visitor.Client.GetAsync("/site.css");

        page.Headers.CacheControl!.NoStore.Should().BeTrue();
        home.Headers.CacheControl!.NoStore.Should().BeTrue();
        style.Headers.CacheControl!.NoStore.Should().BeFalse();
    }

    [Fact]
    public async Task In_production_every_cookie_is_for_this_host_over_TLS_only()
    {
        await SmallCampaign.CreateAsync(host);
        host.LetAnotherStart();
        await using var production = host.WithWebHostBuilder(builder => builder.UseSetting("environment", "Production"));
        using var client = production.CreateClient(new() { BaseAddress = new("https://placement.example.org"), AllowAutoRedirect = false, HandleCookies = true });
        using var page = await client.GetAsync("/Accounts/SignIn");
        var token = System.Text.RegularExpressions.Regex.Match(await page.Content.ReadAsStringAsync(), "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
        using var asked = await client.PostAsync("/Accounts/SignIn?handler=Letter", new FormUrlEncodedContent([new("email", Student), new("__RequestVerificationToken", token)]));
        await production.Services.GetRequiredService<Features.Accounts.SignInLetters>().WriteAsync(CancellationToken.None);
        using var entered = await client.PostAsync("/Accounts/Code", new FormUrlEncodedContent([new("code", (await Visitor.LetterAsync(host, Student)).Code), new("__RequestVerificationToken", token)]));

        var cookies = page.Headers.GetValues("Set-Cookie").Concat(asked.Headers.GetValues("Set-Cookie")).Concat(entered.Headers.GetValues("Set-Cookie")).ToList();

        cookies.Select(c => c.Split('=')[0]).Should().Contain(["__Host-placement", "__Host-placement-signin", "__Host-placement-browser", "__Host-placement-form"]);
        cookies.Should().OnlyContain(c => c.StartsWith("__Host-", StringComparison.Ordinal) && c.Contains("; secure", StringComparison.OrdinalIgnoreCase) && c.Contains("; path=/;", StringComparison.OrdinalIgnoreCase)
            && c.Contains("; httponly", StringComparison.OrdinalIgnoreCase) && c.Contains("; samesite=lax", StringComparison.OrdinalIgnoreCase) && !c.Contains("domain=", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task A_session_of_the_development_page_opens_nothing_in_production()
    {
        await SmallCampaign.CreateAsync(host);
        using var developer = new Visitor(host);
        await developer.OpenAsync("/Accounts/SignIn");
        await developer.PressAsync("", ("person", (await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync())).Single(p => p.Roles == Roles.Coordinator).Id.ToString()));
        var cookie = Cookie(developer);
        host.LetAnotherStart();
        await using var production = host.WithWebHostBuilder(builder => builder.UseSetting("environment", "Production"));
        using var client = production.CreateClient(new() { BaseAddress = new("https://placement.example.org"), AllowAutoRedirect = false, HandleCookies = false });
        client.DefaultRequestHeaders.Add("Cookie", "__Host-" + cookie);

        using var answer = await client.GetAsync("/Campaigns");

        answer.StatusCode.Should().Be(HttpStatusCode.Redirect);
        answer.Headers.Location!.ToString().Should().StartWith("/Accounts/SignIn");
    }

    [Fact]
    public async Task The_sign_in_of_others_through_the_development_page_still_works()
    {
        await SmallCampaign.CreateAsync(host);

        using var coordinator = await HostBrowser.SignInAsync(host, Coordinator);
        await coordinator.OpenAsync("/Campaigns");

        (coordinator.Status, coordinator.Path).Should().Be((HttpStatusCode.OK, "/Campaigns"));
    }

    private async Task<Visitor> SignedInAsync(string address, string from = "203.0.113.7")
    {
        if (!await host.ReadAsync(db => db.People.AnyAsync()))
        {
            await SmallCampaign.CreateAsync(host);
        }

        return await new Visitor(host, from).SignInAsync(address);
    }

    private Task<List<Session>> SessionsAsync() => host.ReadAsync(db => db.Sessions.AsNoTracking().ToListAsync());

    private static async Task SignOutAsync(Visitor visitor)
    {
        var html = await visitor.Client.GetStringAsync("/MyData");
        var token = System.Text.RegularExpressions.Regex.Match(html, "name=\"__RequestVerificationToken\" type=\"hidden\" value=\"([^\"]+)\"").Groups[1].Value;
        using var answer = await visitor.Client.PostAsync("/Accounts/SignIn?handler=Out", new FormUrlEncodedContent([new("__RequestVerificationToken", token)]));
    }

    private static string Cookie(Visitor visitor) => visitor.SessionCookie ?? throw new InvalidOperationException("Nobody is signed in here.");
}
