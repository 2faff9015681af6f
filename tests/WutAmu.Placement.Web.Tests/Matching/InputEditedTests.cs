using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Tests.Hosts;

namespace WutAmu.Placement.Web.Tests.Matching;

/// <summary>Somebody edits the input while a run is solving or before it is published.</summary>
public sealed class InputEditedTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task The_page_of_a_run_that_is_solving_says_that_its_input_was_edited_and_asks_for_a_new_run()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.StartAsync();
        await campaign.ChangeAsync(async db => (await db.Runs.SingleAsync()).Claim(host.Clock.GetUtcNow(), TimeSpan.FromMinutes(1)));
        using var browser = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        await browser.OpenAsync($"/Runs/{run}");
        browser.Text.Should().NotContain("Start a new run");

        await EditAsync(campaign);
        await browser.OpenAsync($"/Runs/{run}");

        browser.Text.Should().Contain("The input has changed since").And.Contain("Start a new run").And.Contain("data-poll", "it still solves");
    }

    [Fact]
    public async Task A_run_of_edited_input_is_not_published_and_a_new_run_is_of_the_new_input()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await EditAsync(campaign);
        using var browser = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        await browser.OpenAsync($"/Runs/{run.Id}");
        browser.Text.Should().Contain("The input has changed since");

        var refused = await campaign.PublishAsync(run.Id);
        var again = await campaign.SolveAsync(await campaign.StartAsync());
        var published = await campaign.PublishAsync(again.Id);

        refused.Problem().Should().Be("publish.input-edited");
        again.InstanceDigest.Should().NotBe(run.InstanceDigest);
        published.Problem().Should().BeNull();
    }

    [Fact]
    public async Task Two_coordinators_who_publish_two_runs_at_once_make_one_publication()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var first = await campaign.SolveAsync(await campaign.StartAsync());
        var second = await campaign.SolveAsync(await campaign.StartAsync("greedy-maximum"));

        var outcomes = await Task.WhenAll(campaign.PublishAsync(first.Id), campaign.PublishAsync(second.Id, "decided by the board"));

        outcomes.Select(outcome => outcome.Problem()).Should().BeEquivalentTo([null, "publish.already"]);
        (await host.ReadAsync(db => db.Publications.CountAsync())).Should().Be(1);
        (await host.ReadAsync(db => db.Outbox.CountAsync())).Should().Be(6, "nobody gets two results");
    }

    [Fact]
    public async Task A_run_whose_process_died_is_failed_at_the_next_start_however_the_clock_jumped()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.StartAsync();
        await campaign.ChangeAsync(async db => (await db.Runs.SingleAsync()).Claim(host.Clock.GetUtcNow().AddDays(400), TimeSpan.FromMinutes(1)));

        await Persistence.PersistenceSetup.MigrateAsync(host.Services, CancellationToken.None);
        await host.DoAsync<Features.Matching.SweepRuns>(sweep => sweep.ExecuteAsync(CancellationToken.None));

        (await campaign.RunAsync(run)).Should().Match<Run>(r => r.State == RunState.Failed && r.Failure == "run.lost");
    }

    private Task EditAsync(SmallCampaign campaign) =>
        campaign.ChangeAsync(async db => (await db.Students.SingleAsync(s => s.Code == "s1")).Withdraw(host.Clock.GetUtcNow()));
}
