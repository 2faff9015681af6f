using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Tests.Accounts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Platform;

/// <summary>What a reader sees where something failed, as in production.</summary>
public sealed class ErrorPageTests : IDisposable
{
    private const string Student = "s1@wut.example.org";

    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData("fr", "Une erreur de notre côté")]
    [InlineData("zh-Hans", "服务出现错误")]
    [InlineData("en", "An error on our side")]
    public async Task A_failure_is_told_in_words_even_if_the_sessions_are_what_failed(string tag, string title)
    {
        await using var production = await InProductionAsync();
        using var visitor = new Visitor(host, service: production);
        await visitor.SignInAsync(Student);
        visitor.Speak(tag);
        await BreakAsync("Sessions");

        using var answer = await visitor.Client.GetAsync("/MyData?a=1");
        var page = WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync());

        answer.StatusCode.Should().Be(HttpStatusCode.InternalServerError);
        page.Should().Contain($"<html lang=\"{tag}\">").And.Contain($"<h1>{title}</h1>").And.Contain("href=\"/\"");
        page.Should().NotContain("SqliteException").And.NotContain("no such table").And.NotContain("site.signout");
        page.Should().NotContain("/Accounts/SignIn", "whoever is signed in is not told that they are not");
        host.Logs.Should().Contain(line => line.Contains("no such table: Sessions", StringComparison.Ordinal), "a person must read why");
    }

    [Fact]
    public async Task A_failure_of_what_the_links_of_a_page_need_is_told_in_words_too()
    {
        await using var production = await InProductionAsync();
        using var visitor = new Visitor(host, service: production);
        await visitor.SignInAsync(Student);
        await BreakAsync("Hosts");

        await visitor.OpenAsync("/MyData");

        visitor.Status.Should().Be(HttpStatusCode.InternalServerError);
        visitor.Text.Should().Contain("Something went wrong on our side.");
    }

    [Theory]
    [InlineData("/nowhere?a=1", "Nothing here")]
    [InlineData("/Campaigns", "Not for you to see")]
    public async Task The_language_is_chosen_without_leaving_the_address_that_was_asked_for(string path, string title)
    {
        await SmallCampaign.CreateAsync(host);
        using var visitor = new Visitor(host);
        await visitor.SignInAsync(Student);

        await visitor.OpenAsync(path);

        visitor.Text.Should().Contain(title);
        WebUtility.HtmlDecode(visitor.Html).Should().Contain($"<input type=\"hidden\" name=\"back\" value=\"{path}\">");
    }

    private async Task<WebApplicationFactory<Program>> InProductionAsync()
    {
        await SmallCampaign.CreateAsync(host);
        host.LetAnotherStart();
        return host.WithWebHostBuilder(builder => builder.UseSetting("environment", "Production"));
    }

    private Task BreakAsync(string table) =>
        host.DoAsync<Persistence.PlacementDb>(db => table == "Sessions"
            ? db.Database.ExecuteSqlRawAsync("ALTER TABLE Sessions RENAME TO Gone")
            : db.Database.ExecuteSqlRawAsync("ALTER TABLE Hosts RENAME TO Gone"));
}
