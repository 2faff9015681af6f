using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Hosts;

public sealed class ApplicantsTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_head_orders_by_buttons_and_submits_and_the_sealed_instance_holds_the_order()
    {
        var campaign = await HostCampaign.CreateAsync(host, PolicyName.HostOptimalStable, CampaignState.Matching);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        await head.OpenAsync(campaign.Page("A") + "/Applicants");
        await head.PressAsync($"up:{campaign.Students["s2"]}");
        await head.PressAsync($"up:{campaign.Students["s1"]}");
        await head.PressAsync($"up:{campaign.Students["s1"]}");
        await head.PressAsync("submit");

        head.Text.Should().Contain("Order submitted (version 1)");
        (await SealAsync(campaign)).Hosts.Single(h => h.Id == "A").Ranking!.Value.Select(group => string.Join('=', group)).Should().Equal("s1", "s2");
    }

    [Fact]
    public async Task The_script_saves_a_draft_hears_of_it_and_may_send_it_again()
    {
        var campaign = await HostCampaign.CreateAsync(host, PolicyName.HostOptimalStable, CampaignState.Matching);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        using var other = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        await head.OpenAsync(campaign.Page("A") + "/Applicants");
        await other.OpenAsync(campaign.Page("A") + "/Applicants");
        head.AsScript();

        await head.Fill("Form.Rows[0].Rank", "2").Fill("Form.Rows[1].Rank", "1").PressAsync("save");
        var first = (head.Status, head.Text);
        await head.PressAsync("save");
        var again = (head.Status, head.Text);
        await other.Fill("Form.Rows[0].Rank", "1").PressAsync("save");

        first.Status.Should().Be(HttpStatusCode.OK);
        first.Text.Should().Contain("\"version\":1");
        again.Should().Be((HttpStatusCode.OK, first.Text), "an answer that was lost is no conflict");
        other.Status.Should().Be(HttpStatusCode.Conflict);
        other.Text.Should().Contain("Nothing is lost").And.Contain("1. Student s2");
    }

    [Fact]
    public async Task Ties_are_made_and_ended_by_buttons()
    {
        var campaign = await HostCampaign.CreateAsync(host, PolicyName.HostOptimalStable, CampaignState.Matching);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        await head.OpenAsync(campaign.Page("A") + "/Applicants");
        await head.PressAsync($"up:{campaign.Students["s1"]}");

        await head.PressAsync($"tie:{campaign.Students["s2"]}");
        await head.PressAsync("submit");
        var tied = await SealAsync(campaign);
        await head.PressAsync($"split:{campaign.Students["s2"]}");
        await head.PressAsync("submit");

        tied.Hosts.Single(h => h.Id == "A").Ranking!.Value.Should().ContainSingle().Which.Should().BeEquivalentTo("s1", "s2");
        (await SealAsync(campaign)).Hosts.Single(h => h.Id == "A").Ranking!.Value.Select(group => string.Join('=', group)).Should().Equal("s1", "s2");
    }

    [Fact]
    public async Task Equal_numbers_are_equally_good_and_a_veto_with_a_reason_forbids_every_offer_of_the_host()
    {
        var campaign = await HostCampaign.CreateAsync(host, PolicyName.HostOptimalStable, CampaignState.Matching);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        await head.OpenAsync(campaign.Page("A") + "/Applicants");
        await head.Fill("Form.Rows[0].Rank", "1").Fill("Form.Rows[1].Rank", "1").PressAsync("submit");
        var tied = await SealAsync(campaign);
        await head.Fill("Form.Rows[0].Veto", "true").PressAsync("submit");
        var refused = (head.Status, head.Text);
        await head.Fill("Form.Rows[0].Veto", "true").Fill("Form.Rows[0].Reason", "no bench").PressAsync("submit");
        var vetoed = await SealAsync(campaign);

        tied.Hosts.Single(h => h.Id == "A").Ranking!.Value.Should().ContainSingle().Which.Should().BeEquivalentTo("s1", "s2");
        refused.Status.Should().Be(HttpStatusCode.BadRequest);
        refused.Text.Should().Contain("Give a reason for each person");
        vetoed.Forbidden.Should().BeEquivalentTo([new StudentOffer("s1", "A-1"), new StudentOffer("s1", "A-2")]);
    }

    [Fact]
    public async Task A_head_reads_names_and_programmes_of_their_own_applicants_and_nothing_of_their_lists()
    {
        var campaign = await HostCampaign.CreateAsync(host, PolicyName.StudentOptimalStable, CampaignState.Matching);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        using var other = await HostBrowser.SignInAsync(host, "head-b@amu.example.org");

        await head.OpenAsync(campaign.Page("A") + "/Applicants");
        await other.OpenAsync(campaign.Page("A") + "/Applicants");

        head.Text.Should().Contain("Student s1").And.Contain("Microbiology").And.NotContain("Student s3").And.NotContain("s1@wut.example.org").And.NotContain("A-1");
        other.Status.Should().Be(HttpStatusCode.Forbidden);
    }

    [Fact]
    public async Task Before_the_lists_are_closed_nobody_is_shown_and_nothing_can_be_ranked()
    {
        var campaign = await HostCampaign.CreateAsync(host, PolicyName.HostOptimalStable);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        await head.OpenAsync(campaign.Page("A") + "/Applicants");

        head.Text.Should().Contain("once the students have finished").And.NotContain("Student s1").And.NotContain("These students chose", "there is nobody to give an order to");
    }

    [Fact]
    public async Task Of_two_windows_the_second_gets_409_with_both_orders()
    {
        var campaign = await HostCampaign.CreateAsync(host, PolicyName.HostOptimalStable, CampaignState.Matching);
        using var first = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        using var second = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        await first.OpenAsync(campaign.Page("A") + "/Applicants");
        await second.OpenAsync(campaign.Page("A") + "/Applicants");

        await first.Fill("Form.Rows[0].Rank", "1").PressAsync("save");
        await second.Fill("Form.Rows[1].Rank", "8").PressAsync("save");

        second.Status.Should().Be(HttpStatusCode.Conflict);
        second.Text.Should().Contain("1. Student s1").And.Contain("value=\"8\"");
    }

    [Fact]
    public async Task A_policy_without_host_rankings_has_no_such_page_and_no_order_in_the_instance()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Matching);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        await head.OpenAsync(campaign.Page("A") + "/Applicants");

        head.Status.Should().Be(HttpStatusCode.NotFound);
        (await SealAsync(campaign)).Hosts.Should().OnlyContain(h => h.Ranking == null);
    }

    [Fact]
    public void Somebody_tied_leaves_the_tie_on_the_side_they_move_to()
    {
        var (a, b, c) = (NewStudent(), NewStudent(), NewStudent());
        var list = new Domain.Rankings.RankedApplicants([[a, b], [c]], []);

        ApplicantsForm.Move(list, b, "up").Groups.Select(group => group.ToArray()).Should().BeEquivalentTo(new[] { new[] { b }, [a], [c] }, options => options.WithStrictOrdering());
        ApplicantsForm.Move(list, a, "down").Groups.Select(group => group.ToArray()).Should().BeEquivalentTo(new[] { new[] { b }, [a], [c] }, options => options.WithStrictOrdering());
        ApplicantsForm.Move(list, c, "up").Groups.Select(group => group.ToArray()).Should().BeEquivalentTo(new[] { new[] { c }, [a, b] }, options => options.WithStrictOrdering());
    }

    private static Domain.People.StudentId NewStudent() => Domain.People.StudentId.New(new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));

    private async Task<Instance> SealAsync(HostCampaign campaign)
    {
        var found = await host.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaign.Id));
        return await host.DoAsync<SealInstance, Instance>(seal => seal.ReadAsync(found, false, CancellationToken.None));
    }
}
