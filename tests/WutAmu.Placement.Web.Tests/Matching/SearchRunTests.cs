using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Tests.Faults;
using WutAmu.Placement.Web.Tests.Hosts;

namespace WutAmu.Placement.Web.Tests.Matching;

/// <summary>Runs that need a complete search, for something opens only with a minimum: what is proven and what is not, in words; cancelling amid a comparison.</summary>
public sealed class SearchRunTests : IDisposable
{
    private const string Coordinator = "coordinator@institute.example.org";

    private readonly MatchingHost host = new();
    private string? tool;

    public void Dispose()
    {
        host.Dispose();
        if (tool is not null)
        {
            Directory.Delete(Path.GetDirectoryName(tool)!, recursive: true); // not null: it is a file
        }
    }

    [Theory]
    [InlineData("en", "proven by a complete search", "optimal, proven")]
    [InlineData("fr", "Une recherche complète a prouvé", "optimal, prouvé")]
    [InlineData("zh-Hans", "由完整搜索证明", "最优，已证明")]
    public async Task The_page_says_which_levels_rest_on_a_search(string language, string rests, string proven)
    {
        var campaign = await OpensWithTwoAsync();
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        browser.Speak(language);

        await browser.OpenAsync($"/Runs/{run.Id}");

        run.State.Should().Be(RunState.Verified, run.FailureDetail);
        ResultJson.TryRead(run.ResultJson, out var result, out _).Should().BeTrue();
        result!.Certificate!.Kind.Should().Be("search", "the best matching without the condition opens B for one alone"); // not null: read
        browser.Text.Should().Contain(rests).And.Contain(proven).And.Contain("handler=Publish");
    }

    [Theory]
    [InlineData("en", "The time was up before a proof", "it is not kept and cannot be published")]
    [InlineData("fr", "Le temps était écoulé avant une preuve", "elle n’est ni conservée ni publiable")]
    [InlineData("zh-Hans", "在得出证明之前已超时", "该方案不予保存，也不能发布")]
    public async Task A_matching_that_is_not_proven_is_told_with_its_figures_and_never_published(string language, string heading, string next)
    {
        tool = FakeSolver.Install("unproven");
        host.Settings["Solver:Tool"] = tool;
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        browser.Speak(language);

        await browser.OpenAsync($"/Runs/{run.Id}");
        var page = browser.Text;
        await browser.OpenAsync($"/Campaigns/{campaign.Id}/Compare");
        var comparison = browser.Text;
        var outcome = await campaign.PublishAsync(run.Id);

        (run.State, run.Failure).Should().Be((RunState.Failed, "run.not-proven"));
        page.Should().Contain(heading).And.Contain("profile [2, 1], feasible (not proven)").And.Contain(next).And.NotContain("handler=Publish").And.NotContain("optimal");
        comparison.Should().Contain($">{run.Policy}</code>").And.Contain(heading);
        outcome.Problem().Should().Be("publish.not-verified");
        (await host.ReadAsync(db => db.Placements.CountAsync())).Should().Be(0);
    }

    [Fact]
    public async Task A_run_cancelled_amid_a_comparison_keeps_no_other_waiting()
    {
        var campaign = await OpensWithTwoAsync();
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        await browser.OpenAsync($"/Campaigns/{campaign.Id}/Compare");
        await browser.PressAsync(handler: "All");
        var runs = await host.ReadAsync(db => db.Runs.AsNoTracking().OrderBy(r => r.Number).ThenBy(r => r.Id).ToListAsync());
        var unwanted = runs.Single(run => run.Policy == PolicyName.Serial);

        await browser.OpenAsync($"/Runs/{unwanted.Id}");
        await browser.PressAsync(handler: "Cancel");
        var cancelled = browser.Text;
        foreach (var run in runs)
        {
            await campaign.SolveAsync(run.Id);
        }

        await browser.OpenAsync($"/Campaigns/{campaign.Id}/Compare");

        cancelled.Should().Contain("Cancelled").And.NotContain("data-poll");
        var states = await host.ReadAsync(db => db.Runs.AsNoTracking().ToDictionaryAsync(r => r.Policy, r => r.State));
        states.Should().HaveCount(6);
        states[PolicyName.Serial].Should().Be(RunState.Cancelled);
        states.Where(run => run.Key != PolicyName.Serial).Should().OnlyContain(run => run.Value == RunState.Verified);
        browser.Text.Should().NotContain($">{PolicyName.Serial}</code>").And.Contain(">greedy-maximum</code>").And.NotContain("Runs without a result");
    }

    /// <summary>B opens with two students; s3 alone lists it first.</summary>
    private async Task<SmallCampaign> OpensWithTwoAsync()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await campaign.ChangeAsync(db => db.Offers.Where(o => o.Code == "B-1").ExecuteUpdateAsync(set => set.SetProperty(o => o.Opening, Opening.IfOpen).SetProperty(o => o.Min, 2).SetProperty(o => o.Max, 2)));
        return campaign;
    }
}
