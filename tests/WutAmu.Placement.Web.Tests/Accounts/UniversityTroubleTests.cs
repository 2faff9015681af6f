using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>What somebody meets when the university does not answer, they change their mind, or an answer comes twice: a page that says what to do, in their language, and nobody signed in.</summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Design", "CA1001", Justification = "xunit disposes it by IAsyncLifetime.")]
public sealed partial class UniversityTroubleTests : IAsyncLifetime
{
    private const string Student = "s1@wut.example.org";

    private readonly LoopbackUniversity university = new();
    private readonly MatchingHost host = new();

    public async Task InitializeAsync()
    {
        await university.StartAsync();
        await university.SayAsync(new(Email: Student));
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

    [Theory]
    [InlineData("en", "does not answer")]
    [InlineData("fr", "ne répond pas")]
    [InlineData("zh", "没有响应")]
    public async Task A_university_that_is_down_is_said_in_words_and_the_letter_stays(string language, string words)
    {
        await university.KillAsync();
        using var visitor = new Visitor(host);
        visitor.Speak(language);

        await visitor.OpenAsync("/Accounts/University?returnUrl=%2FMyData");

        visitor.Text.Should().Contain(words);
        await ShouldGoOnAsync(visitor, "/MyData");
    }

    [Fact]
    public async Task So_is_a_network_that_answers_in_its_place()
    {
        await university.SayAsync(university.Says with { Lies = UniversityAnswer.Lie.Rubbish });
        using var visitor = new Visitor(host);

        await visitor.OpenAsync("/Accounts/University");

        visitor.Text.Should().Contain("does not answer");
        await ShouldGoOnAsync(visitor, "/");
    }

    [Fact]
    public async Task So_is_one_that_takes_the_question_and_never_answers()
    {
        await university.SayAsync(university.Says with { Lies = UniversityAnswer.Lie.Silent });
        await using var impatient = new MatchingHost();
        university.Tell(impatient.Settings);
        impatient.Settings["University:TimeoutInSeconds"] = "1";
        using var visitor = new Visitor(impatient);

        await visitor.OpenAsync("/Accounts/University");

        visitor.Text.Should().Contain("does not answer");
    }

    [Fact]
    public async Task One_that_is_back_signs_in_again()
    {
        var port = new Uri(university.Address).Port;
        await university.KillAsync();
        using var visitor = new Visitor(host);
        await visitor.OpenAsync("/Accounts/University");
        await university.StartAsync(port);
        await university.SayAsync(university.Says);
        // Until then the service remembers that it was down.
        host.Clock.Advance(TimeSpan.FromSeconds(10));

        await UniversityRoad.GoAsync(visitor, "/MyData");

        visitor.Text.Should().Contain("Student s1");
    }

    [Fact]
    public async Task One_that_dies_before_the_code_is_traded_signs_nobody_in()
    {
        using var visitor = new Visitor(host);
        var answer = await UniversityRoad.AnswerAsync(visitor, "/MyData");
        await university.KillAsync();

        await visitor.OpenAsync(answer);

        visitor.Text.Should().Contain("did not succeed");
        await ShouldGoOnAsync(visitor, "/MyData");
    }

    [Fact]
    public async Task Whoever_is_signed_in_stays_so_and_reads_that_nothing_is_linked()
    {
        using var visitor = new Visitor(host);
        await visitor.SignInAsync(Student);
        await university.KillAsync();

        await visitor.OpenAsync("/Accounts/University?handler=Link");

        visitor.At.Should().Be("/Accounts/Sessions?refused=unreachable");
        visitor.Text.Should().Contain("does not answer").And.Contain("nothing is linked");
    }

    [Theory]
    [InlineData("en", "You did not agree")]
    [InlineData("fr", "Vous n’avez pas donné votre accord")]
    [InlineData("zh", "您没有同意")]
    public async Task Who_says_no_at_the_university_is_taken_at_their_word(string language, string words)
    {
        await university.SayAsync(university.Says with { Lies = UniversityAnswer.Lie.Denies });
        using var visitor = new Visitor(host);
        visitor.Speak(language);

        await UniversityRoad.GoAsync(visitor, "/MyData");

        visitor.Text.Should().Contain(words);
        await ShouldGoOnAsync(visitor, "/MyData");
    }

    [Fact]
    public async Task Who_says_no_while_linking_links_nothing()
    {
        await university.SayAsync(university.Says with { Lies = UniversityAnswer.Lie.Denies });
        using var visitor = new Visitor(host);
        await visitor.SignInAsync(Student);

        await visitor.OpenAsync(await UniversityRoad.ThereAsync(visitor, "/Accounts/University?handler=Link"));

        visitor.At.Should().Be("/Accounts/Sessions?refused=denied");
        visitor.Text.Should().Contain("You did not agree").And.Contain("nothing is linked");
    }

    [Fact]
    public async Task An_answer_opened_again_signs_in_no_second_time_and_leads_on()
    {
        using var visitor = new Visitor(host);
        var answer = await UniversityRoad.AnswerAsync(visitor);
        await visitor.OpenAsync(answer);
        var session = visitor.SessionCookie;

        await visitor.OpenAsync(answer);

        visitor.At.Should().Be("/Accounts/SignIn?refused=failed");
        visitor.Text.Should().Contain("You are signed in as Student s1");
        visitor.Html.Should().Contain("<a class=\"button\" href=\"/\">");
        visitor.SessionCookie.Should().Be(session);
        (await SessionsAsync()).Should().Be(1);
    }

    [Fact]
    public async Task An_answer_of_one_sign_in_does_not_end_another()
    {
        using var visitor = new Visitor(host);
        using var attacker = new Visitor(host);
        var stolen = await UniversityRoad.AnswerAsync(attacker);
        var own = await UniversityRoad.AnswerAsync(visitor);

        await visitor.OpenAsync(Regex.Replace(own, "code=[^&]*", Code().Match(stolen).Value));

        visitor.Text.Should().Contain("did not succeed");
        await ShouldGoOnAsync(visitor, "/");
    }

    [Theory]
    [InlineData("/Accounts/University/Back")]
    [InlineData("/Accounts/University/Back?code=1")]
    [InlineData("/Accounts/University/Back?code=1&state=2")]
    [InlineData("/Accounts/University/Back?error=access_denied&error_description=%3Cscript%3Ealert(1)%3C/script%3E")]
    public async Task What_nobody_asked_for_ends_on_the_sign_in_page(string forged)
    {
        using var visitor = new Visitor(host);

        await visitor.OpenAsync(forged);

        visitor.Html.Should().NotContain("alert(1)");
        visitor.Text.Should().Contain("did not succeed");
        await ShouldGoOnAsync(visitor, "/");
    }

    [Fact]
    public async Task The_provider_ends_with_the_tests_however_they_end()
    {
        (await university.LeaveAsync()).Should().Be(0);
    }

    /// <summary>A page of the service with both ways to sign in, which lead where one wanted; and nobody is signed in.</summary>
    private async Task ShouldGoOnAsync(Visitor visitor, string to)
    {
        visitor.Status.Should().Be(HttpStatusCode.OK);
        visitor.At.Should().StartWith("/Accounts/SignIn?refused=");
        visitor.Html.Should().Contain("rel=\"stylesheet\"").And.Contain("role=\"alert\"");
        visitor.Html.Should().Contain($"href=\"/Accounts/University?returnUrl={Uri.EscapeDataString(to)}\"").And.Contain("name=\"email\"");
        visitor.SessionCookie.Should().BeNull();
        (await SessionsAsync()).Should().Be(0);
        await visitor.PressAsync("handler=Letter", ("email", Student));
        visitor.At.Should().Be("/Accounts/Code");
    }

    private Task<int> SessionsAsync() => host.ReadAsync(db => db.Sessions.CountAsync());

    [GeneratedRegex("code=[^&]*")]
    private static partial Regex Code();
}
