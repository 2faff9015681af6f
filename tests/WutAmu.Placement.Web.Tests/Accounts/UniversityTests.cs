using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>Signing in with an account of a university, against a provider's process on loopback.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit disposes it by IAsyncLifetime.")]
public sealed class UniversityTests(LoopbackUniversity university) : IClassFixture<LoopbackUniversity>, IAsyncLifetime
{
    private const string Student = "s1@wut.example.org";

    private readonly MatchingHost host = new();

    public async Task InitializeAsync()
    {
        await university.SayAsync(new(Email: Student));
        university.Tell(host.Settings);
        // Tokens are judged by the real clock.
        host.Clock.SetUtcNow(TimeProvider.System.GetUtcNow());
        await SmallCampaign.CreateAsync(host);
    }

    public async Task DisposeAsync() => await host.DisposeAsync();

    [Fact]
    public async Task The_first_time_by_an_address_the_university_vouches_for_and_back_to_where_one_wanted()
    {
        using var visitor = new Visitor(host);

        await UniversityRoad.GoAsync(visitor, "/MyData");

        visitor.At.Should().Be("/MyData");
        visitor.Text.Should().Contain("Student s1");
        (await university.AskedAsync()).Should().Contain("code_challenge_method", "S256").And.Contain("response_type", "code").And.ContainKeys("state", "nonce");
        (await host.ReadAsync(db => db.ExternalAccounts.AsNoTracking().SingleAsync())).Subject.Should().Be("subject-1");
    }

    [Fact]
    public async Task Afterwards_by_the_account_whatever_its_address_says()
    {
        using (var first = new Visitor(host))
        {
            await UniversityRoad.GoAsync(first);
        }

        await university.SayAsync(university.Says with { Email = "s2@wut.example.org", EmailVerified = false });
        using var visitor = new Visitor(host);

        await UniversityRoad.GoAsync(visitor, "/MyData");

        visitor.Text.Should().Contain("Student s1");
    }

    [Theory]
    [InlineData("S1@WUT.Example.ORG", true)]
    [InlineData(Student, false)]
    public async Task By_the_address_in_whatever_case_and_wherever_it_is_told(string email, bool inToken)
    {
        await university.SayAsync(university.Says with { Email = email, InToken = inToken });
        using var visitor = new Visitor(host);

        await UniversityRoad.GoAsync(visitor, "/MyData");

        visitor.Text.Should().Contain("Student s1");
    }

    [Theory]
    [InlineData(UniversityAnswer.Lie.Nonce)]
    [InlineData(UniversityAnswer.Lie.Issuer)]
    [InlineData(UniversityAnswer.Lie.Audience)]
    [InlineData(UniversityAnswer.Lie.Signature)]
    [InlineData(UniversityAnswer.Lie.Expired)]
    [InlineData(UniversityAnswer.Lie.Unsigned)]
    [InlineData(UniversityAnswer.Lie.CutOff)]
    [InlineData(UniversityAnswer.Lie.Symmetric)]
    [InlineData(UniversityAnswer.Lie.OtherUser)]
    [InlineData(UniversityAnswer.Lie.Unavailable)]
    [InlineData(UniversityAnswer.Lie.TokenFails)]
    public async Task A_token_that_is_not_right_signs_nobody_in(object lie)
    {
        await university.SayAsync(university.Says with { Lies = (UniversityAnswer.Lie)lie });
        using var visitor = new Visitor(host);

        await UniversityRoad.GoAsync(visitor);

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
        await university.SayAsync(university.Says with { Email = email, EmailVerified = verified });
        using var visitor = new Visitor(host);

        await UniversityRoad.GoAsync(visitor);

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
            await UniversityRoad.GoAsync(first);
        }

        await university.SayAsync(university.Says with { Subject = "subject-2" });
        using var visitor = new Visitor(host);

        await UniversityRoad.GoAsync(visitor);

        visitor.Text.Should().Contain("Another account of this university");
    }

    [Fact]
    public async Task The_answer_to_one_browser_does_not_sign_another_in()
    {
        using var victim = new Visitor(host);
        using var attacker = new Visitor(host);
        var answer = await UniversityRoad.AnswerAsync(attacker);

        await victim.OpenAsync(answer);

        victim.At.Should().StartWith("/Accounts/SignIn?refused=failed");
        victim.SessionCookie.Should().BeNull();
    }

    [Fact]
    public async Task A_coordinator_still_shows_the_second_factor()
    {
        await university.SayAsync(university.Says with { Email = "coordinator@institute.example.org" });
        using var visitor = new Visitor(host);

        await UniversityRoad.GoAsync(visitor, "/Campaigns");

        visitor.At.Should().Be("/Accounts/SecondFactor?returnUrl=%2FCampaigns");
    }

    [Fact]
    public async Task A_strangers_link_does_not_lead_away()
    {
        using var visitor = new Visitor(host);

        await UniversityRoad.GoAsync(visitor, "https://evil.example.org/");

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

    [Fact]
    public async Task Somebody_signed_in_by_mail_links_the_account_they_come_back_with_and_signs_in_with_it()
    {
        await university.SayAsync(university.Says with { Email = "private@mail.example.org", EmailVerified = null });
        using var visitor = await SignedInAsync(Student);

        await LinkAsync(visitor);
        var (asked, before) = (visitor.Text, await LinksAsync());
        await visitor.PressAsync("");
        var done = visitor.Text;

        asked.Should().Contain("private@mail.example.org").And.Contain("Student s1");
        before.Should().BeEmpty("coming back links nothing: a button does");
        done.Should().Contain("The account is linked").And.Contain("Unlink this account");
        (await LettersAsync()).Should().ContainSingle().Which.TextBody.Should().Contain("可以使用您选择的 Loopback University 账号登录");
        using var later = new Visitor(host);
        await UniversityRoad.GoAsync(later, "/MyData");
        later.Text.Should().Contain("Student s1");
    }

    [Fact]
    public async Task An_account_of_somebody_else_is_not_linked_and_the_page_says_so()
    {
        using (var first = new Visitor(host))
        {
            await UniversityRoad.GoAsync(first);
        }

        using var visitor = await SignedInAsync("s2@wut.example.org");

        await LinkAsync(visitor);

        visitor.Text.Should().Contain("linked to another person already").And.NotContain("Link this account");
        (await LinksAsync()).Should().Equal("Student s1");
    }

    [Fact]
    public async Task A_second_account_of_the_same_university_waits_until_the_first_is_unlinked()
    {
        using var visitor = new Visitor(host);
        await UniversityRoad.GoAsync(visitor);
        await university.SayAsync(university.Says with { Subject = "subject-2" });

        await LinkAsync(visitor);
        var refused = visitor.Text;
        await visitor.OpenAsync("/Accounts/Sessions");
        await visitor.PressAsync("handler=Unlink");
        var unlinked = (visitor.Text, Links: await LinksAsync());
        await LinkAsync(visitor);
        await visitor.PressAsync("");

        refused.Should().Contain("Unlink it first");
        unlinked.Text.Should().Contain("no longer linked");
        unlinked.Links.Should().BeEmpty();
        (await host.ReadAsync(db => db.ExternalAccounts.AsNoTracking().SingleAsync())).Subject.Should().Be("subject-2");
        (await host.ReadAsync(db => db.Audit.AsNoTracking().OrderBy(a => a.Sequence).Where(a => a.Action.StartsWith("account.")).Select(a => a.Action).ToListAsync())).Should().Equal("account.linked", "account.unlinked", "account.linked");
    }

    [Fact]
    public async Task What_another_session_came_back_with_is_not_this_ones()
    {
        using var visitor = await SignedInAsync(Student);
        await LinkAsync(visitor);
        await visitor.OpenAsync("/Accounts/Sessions");
        await visitor.PressAsync("handler=End");
        await visitor.SignInAsync("s2@wut.example.org");

        await visitor.OpenAsync("/Accounts/University/Link");

        visitor.Text.Should().Contain("No account waits").And.NotContain("Link this account");
    }

    [Fact]
    public async Task An_answer_that_is_not_right_links_nothing_and_keeps_the_session()
    {
        using var visitor = await SignedInAsync(Student);
        await university.SayAsync(university.Says with { Lies = UniversityAnswer.Lie.Signature });

        await LinkAsync(visitor);

        visitor.At.Should().Be("/Accounts/Sessions?refused=failed");
        visitor.Text.Should().Contain("nothing is linked");
    }

    [Fact]
    public async Task A_coordinator_shows_the_second_factor_first_also_where_it_was_never_shown()
    {
        using var visitor = new Visitor(host);
        await visitor.SignInAsync("coordinator@institute.example.org");

        (await visitor.LeaveAsync("/Accounts/University?handler=Link")).ToString().Should().Be("/Accounts/SecondFactor?returnUrl=%2FAccounts%2FSessions");
    }

    [Fact]
    public async Task Who_is_not_signed_in_links_nothing()
    {
        using var visitor = new Visitor(host);

        (await visitor.LeaveAsync("/Accounts/University?handler=Link")).ToString().Should().StartWith("/Accounts/SignIn");
    }

    private async Task<Visitor> SignedInAsync(string address)
    {
        var visitor = new Visitor(host);
        await visitor.SignInAsync(address);
        return visitor;
    }

    private static async Task LinkAsync(Visitor visitor) => await visitor.OpenAsync(await UniversityRoad.ThereAsync(visitor, "/Accounts/University?handler=Link"));

    private Task<List<string>> LinksAsync() => host.ReadAsync(db => (
        from account in db.ExternalAccounts join person in db.People on account.Person equals person.Id orderby person.Name select person.Name).ToListAsync());

    private Task<List<Domain.Letters.OutboxLetter>> LettersAsync() => host.ReadAsync(db => db.Outbox.AsNoTracking().Where(l => l.Kind == Domain.Letters.LetterKind.Notice).ToListAsync());
}
