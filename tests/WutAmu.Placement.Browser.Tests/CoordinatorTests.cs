using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>The coordinator's path: files in, lists closed, run, proof, publication, letters.</summary>
public sealed class CoordinatorTests(Chromium chromium) : IClassFixture<Chromium>
{
    [ChromiumFact]
    public async Task Imports_runs_publishes_and_reads_the_letters()
    {
        await using var service = new RunningService();
        var campaign = await SampleCampaign.CreateAsync(service.Host);
        var page = await service.OpenAsync(chromium);
        await page.GotoAsync("/Accounts/SignIn");
        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Coordinator" }));
        await page.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Campaigns", Exact = true }));
        await page.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "2026-2027" }));

        await page.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Import the campaign" }));
        foreach (var file in new[] { "students", "hosts", "offers", "rankings" })
        {
            await page.GetByLabel($"{file}.csv").SetInputFilesAsync(Path.Combine(SampleCampaign.Samples(Track.MasterInternship), $"{file}.csv"));
        }

        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Import" }));
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("Imported");
        await page.GotoAsync($"/Campaigns/{campaign.Id}");
        for (var state = CampaignState.Preparing; state < CampaignState.Matching; state++)
        {
            await page.GetByLabel(new Regex("Reason")).FillAsync("sample");
            await page.PressAsync(page.Locator("form[action*=Next] button"));
        }

        await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Start" }));
        await Assertions.Expect(page.Locator("figure svg")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Assertions.Expect(page.GetByText("19 of 20")).ToBeVisibleAsync();
        await PageLaws.HoldAsync(page, "en");
        await page.GetByRole(AriaRole.Checkbox).CheckAsync();
        await page.PressAsync(page.Locator("form[action*=Publish] button"));
        await Assertions.Expect(page.Locator(".notice.good").First).ToBeVisibleAsync();
        await page.PressAsync(page.GetByRole(AriaRole.Link, new() { Name = "Letters" }).First);

        (await page.GetByRole(AriaRole.Row).CountAsync()).Should().BeGreaterThan(20, "every student and host has a letter, and the table has a head");
        await PageLaws.HoldAsync(page, "en");
    }
}
