using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Tests.Accounts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>The link of a sign-in letter: asked for on a laptop, opened there or on a telephone, looked at by a mail scanner, used twice, used too late.</summary>
public sealed class MailLinkTests(Chromium chromium) : IClassFixture<Chromium>
{
    private const string Student = "s1@wut.example.org";

    [ChromiumTheory]
    [InlineData("fr")]
    [InlineData("zh-Hans")]
    [InlineData("en")]
    public async Task On_another_device_it_signs_nobody_in_and_shows_the_code_to_type_on_the_first(string language)
    {
        await using var service = new RunningService(workers: false);
        await SmallCampaign.CreateAsync(service.Host);
        var laptop = await service.OpenAsync(chromium, language);
        var letter = await AskAsync(service, laptop, language);
        var scanner = await service.OpenAsync(chromium, language);
        var telephone = await service.OpenAsync(chromium, language, width: 360, height: 740);

        for (var look = 0; look < 3; look++)
        {
            await scanner.GotoAsync(letter.Link);
        }

        await telephone.GotoAsync(letter.Link);
        await PageLaws.HoldAsync(telephone, language);
        var code = await telephone.Locator("main .code").InnerTextAsync();
        (await telephone.Locator("main button").CountAsync()).Should().Be(0, "here is nothing to press");
        await telephone.GotoAsync("/MyData");
        telephone.Url.Should().Contain("/Accounts/SignIn", "the telephone is signed in nowhere");
        (await service.Host.ReadAsync(db => db.Sessions.AsNoTracking().CountAsync())).Should().Be(0);

        await laptop.Locator("#code").FillAsync(code);
        await laptop.PressAsync(laptop.Locator("main form button").First);

        code.Should().Be(letter.Code);
        new Uri(laptop.Url).AbsolutePath.Should().Be("/MyData", "it goes on where it was going");
        (await service.Host.ReadAsync(db => db.Sessions.AsNoTracking().CountAsync())).Should().Be(1);
    }

    [ChromiumFact]
    public async Task Where_it_was_asked_for_one_press_signs_in_once_and_not_after_ten_minutes()
    {
        await using var service = new RunningService(workers: false);
        await SmallCampaign.CreateAsync(service.Host);
        var page = await service.OpenAsync(chromium);
        var letter = await AskAsync(service, page, "en");

        await page.GotoAsync(letter.Link);
        await PageLaws.HoldAsync(page, "en");
        (await service.Host.ReadAsync(db => db.Sessions.AsNoTracking().CountAsync())).Should().Be(0, "a look signs nobody in");
        await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = "Sign in" })).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForURLAsync("**/MyData");

        await page.GotoAsync(letter.Link);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("was used already");
        await PageLaws.HoldAsync(page, "en");

        await page.Context.ClearCookiesAsync();
        var late = await AskAsync(service, page, "en");
        service.Host.Clock.Advance(TimeSpan.FromMinutes(10));
        await page.GotoAsync(late.Link);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("good for 10 minutes");
        await page.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Ask for a new letter" }));
        new Uri(page.Url).AbsolutePath.Should().Be("/Accounts/SignIn");
    }

    private static async Task<Visitor.SignInLetter> AskAsync(RunningService service, IPage page, string language)
    {
        // A clock that stands would give two letters the same instant.
        service.Host.Clock.Advance(TimeSpan.FromMilliseconds(1));
        await page.GotoAsync("/Accounts/SignIn?returnUrl=/MyData");
        // Chosen here, it stands before what a roster says.
        await page.PressAsync(page.Locator($"button[value='{language}']"));
        await page.Locator("#email").FillAsync(Student);
        await page.Locator("#email").PressAsync("Enter");
        await page.WaitForURLAsync("**/Accounts/Code");
        await service.Host.DoAsync<SignInLetters>(letters => letters.WriteAsync(CancellationToken.None));
        return await Visitor.LetterAsync(service.Host, Student);
    }
}
