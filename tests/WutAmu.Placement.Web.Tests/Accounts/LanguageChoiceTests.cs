using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>The language that somebody chooses at the head of a page: theirs from then on, in any browser and in letters.</summary>
public sealed class LanguageChoiceTests : IDisposable
{
    private const string Student = "s1@wut.example.org";

    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task What_somebody_chose_holds_in_another_browser_whatever_was_chosen_in_that_one()
    {
        using var laptop = await SignedInAsync();
        await ChooseAsync(laptop, "fr");
        using var telephone = await HostBrowser.SignInAsync(host, Student);
        using var shared = await HostBrowser.SignInAsync(host, Student);
        shared.Speak("zh-Hans");

        await telephone.OpenAsync("/MyData");
        await shared.OpenAsync("/MyData");

        laptop.Html.Should().Contain("<html lang=\"fr\">");
        telephone.Html.Should().Contain("<html lang=\"fr\">").And.Contain("Langue des lettres");
        shared.Html.Should().Contain("<html lang=\"fr\">");
    }

    [Fact]
    public async Task Letters_follow_the_choice()
    {
        using var browser = await SignedInAsync();
        await ChooseAsync(browser, "fr");

        await browser.Fill("second", "s1@home.example.org").PressAsync(handler: "Second");

        var letter = await host.ReadAsync(db => db.Outbox.AsNoTracking().SingleAsync(l => l.Kind == LetterKind.Notice));
        letter.Language.Should().Be(Language.French);
        letter.TextBody.Should().Contain("Désormais, les lettres qui vous sont destinées");
    }

    [Fact]
    public async Task Until_somebody_chooses_the_browsers_choice_stands_before_what_the_roster_says()
    {
        await SmallCampaign.CreateAsync(host);
        await ChangeAsync(person => person.AssumeLanguage(Language.SimplifiedChinese));
        using var fresh = await HostBrowser.SignInAsync(host, Student);
        using var chosen = await HostBrowser.SignInAsync(host, Student);
        chosen.Speak("fr");

        await fresh.OpenAsync("/MyData");
        await chosen.OpenAsync("/MyData");

        fresh.Html.Should().Contain("<html lang=\"zh-Hans\">");
        chosen.Html.Should().Contain("<html lang=\"fr\">");
    }

    [Fact]
    public async Task Nobodys_language_changes_while_nobody_is_signed_in()
    {
        await SmallCampaign.CreateAsync(host);
        using var visitor = HostBrowser.Anonymous(host);
        await visitor.OpenAsync("/Accounts/SignIn");
        await visitor.Fill("to", "fr").Fill("back", "/Accounts/SignIn").PressToAsync("/language");

        await visitor.OpenAsync("/Accounts/SignIn");

        visitor.Html.Should().Contain("<html lang=\"fr\">");
        (await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync())).Should().AllSatisfy(person => person.LanguageChosenAt.Should().BeNull());
    }

    [Theory]
    [InlineData("de")]
    [InlineData("")]
    public async Task A_language_that_the_service_does_not_speak_changes_nothing(string tag)
    {
        using var browser = await SignedInAsync();
        await ChangeAsync(person => person.AssumeLanguage(Language.French));

        await ChooseAsync(browser, tag);

        browser.Html.Should().Contain("<html lang=\"fr\">");
        (await PersonAsync()).LanguageChosenAt.Should().BeNull();
    }

    private async Task<HostBrowser> SignedInAsync()
    {
        await SmallCampaign.CreateAsync(host);
        return await HostBrowser.SignInAsync(host, Student);
    }

    private static async Task ChooseAsync(HostBrowser browser, string tag)
    {
        await browser.OpenAsync("/MyData");
        await browser.Fill("to", tag).Fill("back", "/MyData").PressToAsync("/language");
        browser.Path.Should().Be("/MyData", "the switch leads back");
    }

    private Task<Person> PersonAsync() =>
        host.ReadAsync(async db => (await db.People.AsNoTracking().ToListAsync()).Single(p => p.Email.Value == Student));

    private Task ChangeAsync(Action<Person> change) =>
        host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            change((await db.People.ToListAsync()).Single(p => p.Email.Value == Student));
            await db.SaveChangesAsync();
        });
}
