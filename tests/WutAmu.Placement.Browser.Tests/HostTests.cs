using System.Text.RegularExpressions;
using Microsoft.Playwright;
using WutAmu.Placement.Web.Tests.Hosts;

namespace WutAmu.Placement.Browser.Tests;

/// <summary>The host head's path, with every kind of hands.</summary>
public sealed class HostTests(Chromium chromium) : IClassFixture<Chromium>
{
    [ChromiumFact]
    public Task Declares_last_years_values_by_mouse_on_a_small_phone() => DeclareAsync(new Mouse(), script: true);

    [ChromiumFact]
    public Task Declares_last_years_values_with_the_keyboard_alone() => DeclareAsync(new Keyboard(), script: true);

    [ChromiumFact]
    public Task Declares_last_years_values_without_JavaScript() => DeclareAsync(new Mouse(), script: false);

    [ChromiumFact]
    public async Task A_mistake_is_named_above_with_a_link_to_its_field()
    {
        await using var service = new RunningService(workers: false);
        var campaign = await HostCampaign.CreateAsync(service.Host);
        var head = await HostHead.SignInAsync(service, chromium, "Head of B", new Mouse());
        await head.OpenAsync(campaign.Page("B"));

        await head.FillAsync("Students in all, at most", "1");
        await head.FillAsync("Students in all, at least", "5");
        await head.PressAsync("Check and declare");
        await head.FollowAsync(new Regex("The minimum"));

        (await head.Page.EvaluateAsync<string>("document.activeElement.id")).Should().Be("min");
        await PageLaws.HoldAsync(head.Page, "en");
    }

    private async Task DeclareAsync(IHands hands, bool script)
    {
        await using var service = new RunningService(workers: false);
        var campaign = await HostCampaign.CreateAsync(service.Host);
        var head = await HostHead.SignInAsync(service, chromium, "Head of B", hands, script);

        await head.FollowAsync(new Regex("^Declare capacity"));
        await Assertions.Expect(head.Page.GetByText("The values of 2025-2026")).ToBeVisibleAsync();
        await head.FillAsync("Students in all, at most", "2");
        await head.PressAsync("Add a topic");
        await head.FillAsync("English", "A new topic", within: "#offer-2");
        await head.PressAsync("Save draft");
        await Assertions.Expect(head.Page.GetByText("Nothing is declared until")).ToBeVisibleAsync();
        await head.PressAsync("Check and declare");
        await head.TickAsync(new Regex("I have checked these values"));
        await head.PressAsync("Declare");

        await Assertions.Expect(head.Page.Locator(".receipt .status")).ToHaveTextAsync("In force");
        await Assertions.Expect(head.Page.Locator(".receipt time")).ToContainTextAsync("in Wuhan");
        (await campaign.DeclarationAsync("B")).Declared!.Offers.Select(offer => offer.Title.In(Domain.Language.English).Text).Should().Equal("Topic B-1", "A new topic"); // declared: the receipt stands
        await PageLaws.FitsAsync(head.Page, "en");
    }

    private interface IHands
    {
        Task PressAsync(IPage page, ILocator target);

        Task FillAsync(IPage page, ILocator target, string text);

        Task TickAsync(IPage page, ILocator target);
    }

    /// <summary>The head in front of a small phone's screen.</summary>
    private sealed class HostHead(IPage page, IHands hands)
    {
        public IPage Page => page;

        public static async Task<HostHead> SignInAsync(RunningService service, Chromium chromium, string name, IHands hands, bool script = true)
        {
            var page = await service.OpenAsync(chromium, "en", width: 320, height: 640, script: script);
            await page.GotoAsync("/Accounts/SignIn");
            await page.PressAsync(page.GetByRole(AriaRole.Button, new() { Name = name }));
            return new(page, hands);
        }

        public async Task OpenAsync(string path) => await page.GotoAsync(path);

        public Task PressAsync(string button) => hands.PressAsync(page, page.GetByRole(AriaRole.Button, new() { Name = button, Exact = true }));

        public Task FollowAsync(Regex link) => hands.PressAsync(page, page.GetByRole(AriaRole.Link, new() { NameRegex = link }));

        public Task FillAsync(string label, string text, string within = "main") => hands.FillAsync(page, page.Locator(within).GetByLabel(label, new() { Exact = true }).First, text);

        public Task TickAsync(Regex label) => hands.TickAsync(page, page.GetByLabel(label));
    }

    private sealed class Mouse : IHands
    {
        public async Task PressAsync(IPage page, ILocator target)
        {
            await target.ClickAsync();
            await page.WaitForLoadStateAsync();
        }

        public Task FillAsync(IPage page, ILocator target, string text) => target.FillAsync(text);

        public Task TickAsync(IPage page, ILocator target) => target.CheckAsync();
    }

    /// <summary>Tab, Enter, Space and letters; nothing else touches the page.</summary>
    private sealed class Keyboard : IHands
    {
        private const int LongestWay = 200;

        public async Task PressAsync(IPage page, ILocator target)
        {
            await ReachAsync(page, target);
            await page.Keyboard.PressAsync("Enter");
            await page.WaitForLoadStateAsync();
        }

        public async Task FillAsync(IPage page, ILocator target, string text)
        {
            await ReachAsync(page, target);
            await page.Keyboard.PressAsync("Control+A");
            await page.Keyboard.TypeAsync(text);
        }

        public async Task TickAsync(IPage page, ILocator target)
        {
            await ReachAsync(page, target);
            await page.Keyboard.PressAsync("Space");
        }

        private static async Task ReachAsync(IPage page, ILocator target)
        {
            await target.WaitForAsync();
            for (var i = 0; i < LongestWay; i++)
            {
                if (await target.EvaluateAsync<bool>("element => element === document.activeElement"))
                {
                    return;
                }

                await page.Keyboard.PressAsync("Tab");
            }

            throw new InvalidOperationException($"{target} is not reached by {LongestWay} times Tab.");
        }
    }
}
