using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Tests.Hosts;

namespace WutAmu.Placement.Web.Tests.Matching;

/// <summary>Every policy on one input, side by side; and clear words where a policy cannot serve it.</summary>
public sealed class CompareTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task All_eight_policies_run_on_one_input_and_stand_side_by_side()
    {
        var campaign = await SmallCampaign.CreateAsync(host);

        using var browser = await RunAllAsync(campaign, "en");
        var page = browser.Text;

        foreach (var policy in PolicyName.Catalogue)
        {
            page.Should().Contain($">{policy.Name}</code>");
        }

        (await StatesAsync(campaign)).Should().HaveCount(8).And.OnlyContain(run => run.State == RunState.Verified);
        (await StatesAsync(campaign)).Select(run => run.Digest).Distinct().Should().ContainSingle("they rest on the same input");
        page.Should().NotContain("it changed between them").And.NotContain("Runs without a result").And.NotContain("cannot be used").And.Contain("announced policy");
    }

    [Fact]
    public async Task Where_something_opens_only_with_a_minimum_six_run_and_the_page_says_why_not_the_stable_ones()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await campaign.ChangeAsync(db => db.Offers.Where(o => o.Code == "B-1").ExecuteUpdateAsync(set => set.SetProperty(o => o.Opening, Opening.IfOpen).SetProperty(o => o.Min, 2).SetProperty(o => o.Max, 2)));

        using var browser = await RunAllAsync(campaign, "en");
        var page = browser.Text;

        (await StatesAsync(campaign)).Should().HaveCount(6).And.OnlyContain(run => run.State == RunState.Verified);
        page.Should().Contain("The policy “student-optimal-stable” cannot be used: a host or an offer opens only with a minimum")
            .And.Contain("The policy “host-optimal-stable” cannot be used").And.NotContain("Runs without a result");
    }

    [Theory]
    [InlineData("en", "Runs without a result", "student-optimal-stable</code>: The stable matching of this policy misses a minimum.")]
    [InlineData("fr", "Calculs sans résultat", "student-optimal-stable</code>\u00a0: L’affectation stable de cette règle ne respecte pas tous les minimums.")]
    [InlineData("zh-Hans", "没有结果的计算", "student-optimal-stable</code>：该规则的稳定分配方案未能满足全部最低人数要求。")]
    public async Task A_policy_that_misses_a_minimum_is_told_beside_the_others(string language, string heading, string why)
    {
        // B must have two and has one place for the one who wants it first; s2 would have to go there from A.
        var campaign = await SmallCampaign.CreateAsync(host, minimumOfB: 2);
        await campaign.ChangeAsync(db => db.Offers.Where(o => o.Code == "B-1" || o.Code == "A-1").ExecuteUpdateAsync(set => set.SetProperty(o => o.Max, 2)));

        using var browser = await RunAllAsync(campaign, language);
        var page = browser.Text;

        var states = await StatesAsync(campaign);
        states.Where(run => run.State != RunState.Verified).Select(run => run.Policy).Should().BeEquivalentTo(PolicyName.StudentOptimalStable, PolicyName.HostOptimalStable);
        page.Should().Contain(heading).And.Contain(why).And.Contain(">serial</code>");
    }

    private async Task<HostBrowser> RunAllAsync(SmallCampaign campaign, string language)
    {
        var browser = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        browser.Speak(language);
        await browser.OpenAsync($"/Campaigns/{campaign.Id}/Compare");
        await browser.PressAsync(handler: "All");
        foreach (var run in await host.ReadAsync(db => db.Runs.AsNoTracking().OrderBy(r => r.Number).ThenBy(r => r.Id).Select(r => r.Id).ToListAsync()))
        {
            await campaign.SolveAsync(run);
        }

        await browser.OpenAsync($"/Campaigns/{campaign.Id}/Compare");
        return browser;
    }

    private Task<List<(string Policy, RunState State, string Digest)>> StatesAsync(SmallCampaign campaign) =>
        host.ReadAsync(async db => (await db.Runs.AsNoTracking().Where(r => r.Campaign == campaign.Id).OrderBy(r => r.Number).ThenBy(r => r.Id).ToListAsync()).ConvertAll(r => (r.Policy, r.State, r.InstanceDigest)));
}
