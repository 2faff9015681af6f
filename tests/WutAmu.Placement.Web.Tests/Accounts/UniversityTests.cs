using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>Signing in with an account of a university, against a provider of the tests' own on loopback.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit disposes it by IAsyncLifetime.")]
public sealed class UniversityTests : IAsyncLifetime
{
    private const string Student = "s1@wut.example.org";

    private readonly MatchingHost host = new();
    private LoopbackUniversity university = null!; // set before each test

    public async Task InitializeAsync()
    {
        university = await LoopbackUniversity.StartAsync();
        university.Email = Student;
        university.Tell(host.Settings);
        // Tokens are judged by the real clock.
        host.Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
        await SmallCampaign.CreateAsync(host);
    }

    public async Task DisposeAsync()
    {
        await host.DisposeAsync();
        await university.DisposeAsync();
    }

    [Fact]
    public async Task The_first_time_by_an_address_the_university_vouches_for_and_back_to_where_one_wanted()
    {
        using var visitor = new Visitor(host);

        await GoAsync(visitor, "/MyData");

        visitor.At.Should().Be("/MyData");
        visitor.Text.Should().Contain("Student s1");
        university.Asked.Should().Contain("code_challenge_method", "S256").And.Contain("response_type", "code").And.ContainKeys("state", "nonce");
        (await host.ReadAsync(db => db.ExternalAccounts.AsNoTracking().SingleAsync())).Subject.Should().Be("subject-1");
    }

    [Fact]
    public async Task Afterwards_by_the_account_whatever_its_address_says()
    {
        using (var first = new Visitor(host))
        {
            await GoAsync(first);
        }

        (university.Email, university.EmailVerified) = ("s2@wut.example.org", false);
        using var visitor = new Visitor(host);

        await GoAsync(visitor, "/MyData");

        visitor.Text.Should().Contain("Student s1");
    }

    [Theory]
    [InlineData(LoopbackUniversity.Lie.Nonce)]
    [InlineData(LoopbackUniversity.Lie.Issuer)]
    [InlineData(LoopbackUniversity.Lie.Audience)]
    [InlineData(LoopbackUniversity.Lie.Signature)]
    [InlineData(LoopbackUniversity.Lie.Expired)]
    [InlineData(LoopbackUniversity.Lie.Denies)]
    public async Task A_token_that_is_not_right_signs_nobody_in(object lie)
    {
        university.Lies = (LoopbackUniversity.Lie)lie;
        using var visitor = new Visitor(host);

        await GoAsync(visitor);

        visitor.At.Should().Be("/Accounts/SignIn?refused=failed");
        visitor.Text.Should().Contain("did not succeed");
        (await host.ReadAsync(db => db.Sessions.CountAsync())).Should().Be(0);
    }

    [Theory]
    [InlineData(Student, false, "does not vouch")]
    [InlineData(Student, null, "does not vouch")]
    [InlineData("nobody@wut.example.org", true, "is not known here")]
    [InlineData(null, true, "is not known here")]
    public async Task Who_is_not_known_or_not_vouched_for_is_told_in_words(string? email, bool? verified, string words)
    {
        (university.Email, university.EmailVerified) = (email, verified);
        using var visitor = new Visitor(host);

        await GoAsync(visitor);

        visitor.At.Should().StartWith("/Accounts/SignIn");
        visitor.Text.Should().Contain(words);
        (await host.ReadAsync(db => db.Sessions.CountAsync())).Should().Be(0);
        (await host.ReadAsync(db => db.ExternalAccounts.CountAsync())).Should().Be(0);
    }

    [Fact]
    public async Task Another_account_with_the_same_address_is_not_the_same_person()
    {
        using (var first = new Visitor(host))
        {
            await GoAsync(first);
        }

        university.Subject = "subject-2";
        using var visitor = new Visitor(host);

        await GoAsync(visitor);

        visitor.Text.Should().Contain("Another account of this university");
    }

    [Fact]
    public async Task The_answer_to_one_browser_does_not_sign_another_in()
    {
        using var victim = new Visitor(host);
        using var attacker = new Visitor(host);
        var answer = await AnswerAsync(attacker, "/");

        await victim.OpenAsync(answer);

        victim.At.Should().StartWith("/Accounts/SignIn?refused=failed");
        victim.SessionCookie.Should().BeNull();
    }

    [Fact]
    public async Task A_coordinator_still_shows_the_second_factor()
    {
        university.Email = "coordinator@institute.example.org";
        using var visitor = new Visitor(host);

        await GoAsync(visitor, "/Campaigns");

        visitor.At.Should().Be("/Accounts/SecondFactor?returnUrl=%2FCampaigns");
    }

    [Fact]
    public async Task A_strangers_link_does_not_lead_away()
    {
        using var visitor = new Visitor(host);

        await GoAsync(visitor, "https://evil.example.org/");

        visitor.At.Should().Be("/");
    }

    [Fact]
    public async Task The_page_offers_it_only_where_it_is_configured()
    {
        using var visitor = new Visitor(host);
        await using var plain = new MatchingHost();
        using var other = new Visitor(plain);

        (await visitor.OpenAsync("/Accounts/SignIn")).Text.Should().Contain("Sign in with Loopback University");
        (await other.OpenAsync("/Accounts/SignIn")).Text.Should().NotContain("Sign in with");
        (await other.OpenAsync("/Accounts/University")).Status.Should().Be(HttpStatusCode.NotFound);
    }

    private static async Task GoAsync(Visitor visitor, string to = "/") => await visitor.OpenAsync(await AnswerAsync(visitor, to));

    /// <summary>To the university and back: the address to which it sends the browser.</summary>
    private static async Task<string> AnswerAsync(Visitor visitor, string to)
    {
        var away = await visitor.LeaveAsync($"/Accounts/University?returnUrl={Uri.EscapeDataString(to)}");
        using var handler = new HttpClientHandler { AllowAutoRedirect = false };
        using var outside = new HttpClient(handler);
        using var answer = await outside.GetAsync(away);
        return answer.Headers.Location!.PathAndQuery; // not null: it redirects
    }
}
