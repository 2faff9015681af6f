using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using Microsoft.Playwright;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>Signing in by a letter on a telephone's screen, without a mouse where that is usual.</summary>
public sealed partial class SignInTests(Chromium chromium) : IClassFixture<Chromium>
{
    [ChromiumTheory]
    [InlineData("fr")]
    [InlineData("zh-Hans")]
    [InlineData("en")]
    public async Task A_coordinator_signs_in_by_code_and_reaches_the_second_factor(string language)
    {
        await using var service = new RunningService();
        await SampleCampaign.CreateAsync(service.Host);
        var page = await service.OpenAsync(chromium, language, width: 360, height: 740);

        await page.GotoAsync("/Accounts/SignIn?returnUrl=/Campaigns");
        await PageLaws.HoldAsync(page, language);
        // Chosen here, it stands before the person's own language.
        await page.PressAsync(page.Locator($"button[value='{language}']"));
        await page.Locator("#email").FillAsync(SampleCampaign.CoordinatorAddress);
        await page.Locator("#email").PressAsync("Enter");
        await page.WaitForURLAsync("**/Accounts/Code");
        await PageLaws.HoldAsync(page, language);
        await Assertions.Expect(page.Locator("#code")).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("0000-0000");
        await page.PressAsync(page.Locator("main form button").First);
        await Assertions.Expect(page.GetByRole(AriaRole.Alert)).ToBeVisibleAsync();
        await PageLaws.HoldAsync(page, language);
        await page.Locator("#code").FillAsync(await CodeAsync(service));
        await page.PressAsync(page.Locator("main form button").First);

        await page.WaitForURLAsync("**/Accounts/SecondFactor**");
        await Assertions.Expect(page.Locator("svg.qr")).ToBeVisibleAsync();
        await PageLaws.HoldAsync(page, language);
        await page.GotoAsync("/Accounts/Sessions");
        await PageLaws.HoldAsync(page, language);
    }

    /// <summary>The code of the newest letter that was written as a file.</summary>
    private static async Task<string> CodeAsync(RunningService service)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        while (true)
        {
            var letter = await service.Host.ReadAsync(db => db.Outbox.AsNoTracking().Where(l => l.Kind == LetterKind.SignIn && l.State == LetterState.Accepted).OrderByDescending(l => l.CreatedAt).FirstOrDefaultAsync());
            if (letter is not null)
            {
                var file = await service.Host.DoAsync<Web.Mail.FolderSender, string>(sender => Task.FromResult(sender.PathOf(letter.Id)));
                return Code().Match(MimeKit.MimeMessage.Load(file).TextBody ?? "").Value;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }

    [GeneratedRegex(@"\d{4} \d{4}")]
    private static partial Regex Code();
}
