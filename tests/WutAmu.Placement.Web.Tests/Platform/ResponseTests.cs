using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Platform;

/// <summary>What every response says of itself, in which language, and how long it is on the wire.</summary>
public sealed class ResponseTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData("/")]
    [InlineData("/Accounts/SignIn")]
    [InlineData("/Campaigns")]
    [InlineData("/nowhere")]
    [InlineData("/site.css")]
    [InlineData("/Letters/not-an-id")]
    public async Task Allows_only_itself_and_is_never_framed_or_sniffed(string path)
    {
        using var client = host.CreateClient(new() { AllowAutoRedirect = false });

        using var answer = await client.GetAsync(path);

        answer.Headers.GetValues("Content-Security-Policy").Should().Equal("default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
        answer.Headers.GetValues("X-Content-Type-Options").Should().Equal("nosniff");
        answer.Headers.GetValues("X-Frame-Options").Should().Equal("DENY");
        answer.Headers.GetValues("Referrer-Policy").Should().Equal("same-origin");
        answer.Headers.Contains("Server").Should().BeFalse();
    }

    [Theory]
    [InlineData("fr-FR,fr;q=0.9,en;q=0.8", "fr")]
    [InlineData("de,en;q=0.4,zh-CN;q=0.8", "zh-Hans")]
    [InlineData("fr;q=0,en;q=0.1", "en")]
    [InlineData("de", "en")]
    [InlineData("", "en")]
    [InlineData(";;;,,=", "en")]
    public async Task Speaks_what_the_browser_likes_best(string accepted, string language)
    {
        using var client = host.CreateClient();
        client.DefaultRequestHeaders.TryAddWithoutValidation("Accept-Language", accepted);

        var page = await client.GetStringAsync("/");

        page.Should().Contain($"<html lang=\"{language}\">");
    }

    [Fact]
    public async Task A_missing_page_says_so_in_the_readers_language()
    {
        using var client = host.CreateClient();
        client.DefaultRequestHeaders.Add("Accept-Language", "fr");

        using var answer = await client.GetAsync("/nowhere");

        answer.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await answer.Content.ReadAsStringAsync()).Should().Contain("<html lang=\"fr\">").And.Contain("<h1");
    }

    [Theory]
    [InlineData("Production", false)]
    [InlineData("Development", true)]
    public async Task The_list_of_sample_people_exists_in_development_alone(string environment, bool listed)
    {
        host.Settings["environment"] = environment;
        await SmallCampaign.CreateAsync(host);
        using var client = host.CreateClient();

        var page = await client.GetStringAsync("/Accounts/SignIn");

        page.Contains("Head of A", StringComparison.Ordinal).Should().Be(listed);
    }

    [Fact]
    public async Task The_list_of_sample_people_calls_only_coordinators_coordinators()
    {
        await SmallCampaign.CreateAsync(host);
        using var client = host.CreateClient();

        var page = await client.GetStringAsync("/Accounts/SignIn");

        page.Split("Student s1").Should().HaveCount(2, "a student stands in one group");
    }

    [Fact]
    public async Task The_migrations_say_what_the_model_says()
    {
        var pending = await host.ReadAsync(db => Task.FromResult(db.Database.HasPendingModelChanges()));

        pending.Should().BeFalse();
    }

    [Fact]
    public async Task A_first_visit_takes_less_than_14_kilobytes()
    {
        using var client = host.CreateClient();
        client.DefaultRequestHeaders.Add("Accept-Encoding", "br");

        var bytes = 0;
        foreach (var path in new[] { "/", "/site.css", "/site.js", "/mark.svg" })
        {
            bytes += (await client.GetByteArrayAsync(path)).Length;
        }

        bytes.Should().BePositive().And.BeLessThan(14 * 1024);
    }
}
