using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>Guessing and flooding are stopped; a rival or a whole dormitory behind one address locks nobody out.</summary>
public sealed class SignInLimitTests : IDisposable
{
    private const string Student = "s1@wut.example.org";

    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task Five_wrong_codes_close_the_request_and_stand_in_the_journal()
    {
        using var visitor = await AskedAsync(Student);
        var code = (await Visitor.LetterAsync(host, Student)).Code.Replace(" ", "", StringComparison.Ordinal);
        var wrong = code == "12345678" ? "87654321" : "12345678";

        await visitor.PressAsync("", ("code", "not a code"));
        for (var i = 0; i < SignInRequest.MaxWrongCodes; i++)
        {
            await visitor.PressAsync("", ("code", wrong));
        }

        await visitor.PressAsync("", ("code", code));

        visitor.Text.Should().Contain("Too many wrong codes");
        (await SessionsAsync()).Should().BeEmpty();
        (await host.ReadAsync(db => db.Audit.CountAsync(a => a.Action == "signin.guessed"))).Should().Be(1);
    }

    [Fact]
    public async Task Letters_to_one_address_are_limited_and_the_page_says_how_long()
    {
        using var visitor = await AskedAsync(Student);
        for (var i = 1; i < 5; i++)
        {
            await visitor.AskAsync(Student);
        }

        await visitor.AskAsync(Student);

        visitor.Status.Should().Be(HttpStatusCode.TooManyRequests);
        visitor.Text.Should().Contain("try again in 15 min");
        (await Visitor.LettersAsync(host, Student)).Should().HaveCount(5);
        (await visitor.AskAsync("s2@wut.example.org")).At.Should().Be("/Accounts/Code", "another address is another person");
        host.Clock.Advance(TimeSpan.FromMinutes(15));
        (await visitor.AskAsync(Student)).At.Should().Be("/Accounts/Code");
    }

    [Fact]
    public async Task A_rival_who_uses_up_the_letters_of_an_address_does_not_lock_its_owner_out()
    {
        await SmallCampaign.CreateAsync(host);
        using var owner = new Visitor(host);
        await owner.SignInAsync(Student);
        for (var network = 0; network < 4; network++)
        {
            using var rival = new Visitor(host, $"198.51.{network}.1");
            for (var i = 0; i < 5; i++)
            {
                await rival.AskAsync(Student);
            }
        }

        using var stranger = new Visitor(host, "192.0.2.1");
        (await stranger.AskAsync(Student)).Status.Should().Be(HttpStatusCode.TooManyRequests);
        (await owner.AskAsync(Student)).At.Should().Be("/Accounts/Code", "this browser has signed in with the address before");
    }

    [Fact]
    public async Task A_dormitory_behind_one_address_signs_in_on_the_last_evening()
    {
        using var visitor = new Visitor(host, "203.0.113.7");
        await visitor.OpenAsync("/Accounts/SignIn");
        var token = await visitor.TokenAsync();

        var statuses = new List<HttpStatusCode>();
        for (var i = 0; i < 240; i++)
        {
            using var answer = await visitor.Client.PostAsync("/Accounts/SignIn?handler=Letter", new FormUrlEncodedContent([new("email", $"student{i}@wut.example.org"), new("__RequestVerificationToken", token)]));
            statuses.Add(answer.StatusCode);
        }

        statuses.Should().OnlyContain(status => status == HttpStatusCode.OK);
        (await RequestsAsync()).Should().HaveCount(240);
    }

    [Fact]
    public async Task One_network_that_posts_without_end_is_stopped_in_words_and_others_are_not()
    {
        host.Settings["Accounts:PostsPerNetwork"] = "10";
        using var flood = new Visitor(host, "198.51.100.9");
        await flood.OpenAsync("/Accounts/SignIn");
        for (var i = 0; i < 10; i++)
        {
            await flood.PressAsync("handler=Letter", ("email", "not an address"));
            flood.Status.Should().Be(HttpStatusCode.BadRequest);
        }

        await flood.PressAsync("handler=Letter", ("email", "s1@wut.example.org"));

        flood.Status.Should().Be(HttpStatusCode.TooManyRequests);
        flood.Headers.RetryAfter.Should().NotBeNull();
        flood.Text.Should().Contain("Too many requests in a short time");
        using var other = new Visitor(host, "203.0.113.7");
        (await other.AskAsync("s1@wut.example.org")).At.Should().Be("/Accounts/Code");
    }

    private async Task<Visitor> AskedAsync(string address, string from = "203.0.113.7")
    {
        if (!await host.ReadAsync(db => db.People.AnyAsync()))
        {
            await SmallCampaign.CreateAsync(host);
        }

        return await new Visitor(host, from).AskAsync(address);
    }

    private Task<List<Session>> SessionsAsync() => host.ReadAsync(db => db.Sessions.AsNoTracking().ToListAsync());

    private Task<List<SignInRequest>> RequestsAsync() => host.ReadAsync(db => db.SignInRequests.AsNoTracking().ToListAsync());
}
