using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Campaigns;

/// <summary>How long letters wait after a publication, set on the page of rules.</summary>
public sealed class LetterHoldTests : IDisposable
{
    private readonly MatchingHost host = new();

    private CampaignId campaign;

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData(CampaignState.Declaring, "45", 45, "Hold saved: 45 minutes.")]
    [InlineData(CampaignState.Matching, "1", 1, "Hold saved: 1 minute.")]
    [InlineData(CampaignState.Matching, "0", 0, "Hold saved: 0 minutes.")]
    [InlineData(CampaignState.Matching, "1440", 1440, "Hold saved: 1440 minutes.")]
    public async Task Is_ten_minutes_until_a_coordinator_sets_it_in_any_step(CampaignState state, string typed, int minutes, string said)
    {
        using var browser = await EnterAsync(state);
        var before = browser.Text;

        await browser.Fill("Hold", typed).PressAsync(handler: "Hold");

        before.Should().MatchRegex("id=\"hold\"[^>]*value=\"10\"");
        browser.Text.Should().Contain(said).And.MatchRegex($"id=\"hold\"[^>]*value=\"{minutes}\"");
        (await HoldAsync()).Should().Be(TimeSpan.FromMinutes(minutes));
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "campaign.hold"))).Detail.Should().Be($"10 to {minutes} minutes");
    }

    [Theory]
    [InlineData("-1")]
    [InlineData("1441")]
    [InlineData("99999999999")]
    [InlineData("ten")]
    [InlineData("")]
    public async Task What_is_no_such_number_is_refused_at_its_field_and_stays_there(string typed)
    {
        using var browser = await EnterAsync(CampaignState.Declaring);

        await browser.Fill("Hold", typed).PressAsync(handler: "Hold");

        browser.Status.Should().Be(HttpStatusCode.BadRequest);
        browser.Text.Should().Contain("Give a number of minutes between 0 and 1440.").And.MatchRegex($"id=\"hold\"[^>]*value=\"{typed}\"");
        (await HoldAsync()).Should().Be(TimeSpan.FromMinutes(10));
    }

    [Fact]
    public async Task A_page_that_is_out_of_date_changes_nothing()
    {
        using var first = await EnterAsync(CampaignState.Declaring);
        using var second = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        await second.OpenAsync(first.Path);
        await first.Fill("Hold", "20").PressAsync(handler: "Hold");

        await second.Fill("Hold", "30").PressAsync(handler: "Hold");

        second.Status.Should().Be(HttpStatusCode.BadRequest);
        (await HoldAsync()).Should().Be(TimeSpan.FromMinutes(20));
    }

    private async Task<HostBrowser> EnterAsync(CampaignState state)
    {
        campaign = (await HostCampaign.CreateAsync(host, until: state)).Id;
        var browser = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        await browser.OpenAsync($"/Campaigns/{campaign}/Rules");
        return browser;
    }

    private Task<TimeSpan> HoldAsync() => host.ReadAsync(db => db.Campaigns.Where(c => c.Id == campaign).Select(c => c.LetterHold).SingleAsync());
}
