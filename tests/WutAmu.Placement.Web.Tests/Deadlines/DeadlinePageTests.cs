using System.Net;
using Ical.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Deadlines;

public sealed class DeadlinePageTests : IDisposable
{
    private const string Coordinator = "coordinator@institute.example.org";
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_deadline_is_typed_in_marseille_and_shown_on_both_clocks()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        await browser.OpenAsync(Page(campaign));

        await browser.Fill("Ranking.Date", "2027-01-20").Fill("Ranking.Time", "12:00").Fill("Reason", "holidays").PressAsync();

        browser.Status.Should().Be(HttpStatusCode.OK);
        (await host.CampaignAsync(campaign.Id)).RankingDeadline.Should().Be(new DateTimeOffset(2027, 1, 20, 11, 0, 0, TimeSpan.Zero));
        browser.Text.Should().Contain("2027-01-20T11:00Z").And.Contain("19:00");
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "campaign.scheduled"))).Reason.Should().Be("holidays");
    }

    [Fact]
    public async Task An_hour_that_does_not_exist_is_refused()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        var before = await host.CampaignAsync(campaign.Id);
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        await browser.OpenAsync(Page(campaign));

        await browser.Fill("Answer.Date", "2027-03-28").Fill("Answer.Time", "02:30").PressAsync();

        browser.Status.Should().Be(HttpStatusCode.BadRequest);
        browser.Text.Should().Contain("the clocks go forward");
        (await host.CampaignAsync(campaign.Id)).Version.Should().Be(before.Version);
    }

    [Theory]
    [InlineData("1", 0)]
    [InlineData("2", 1)]
    public async Task A_doubled_hour_must_be_chosen(string which, int utcHour)
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        await browser.OpenAsync(Page(campaign));
        await browser.Fill("Answer.Date", "2027-10-31").Fill("Answer.Time", "02:30").PressAsync();
        browser.Status.Should().Be(HttpStatusCode.BadRequest);
        browser.Text.Should().Contain("Say which");

        await browser.Fill("Answer.Which", which).PressAsync();

        browser.Status.Should().Be(HttpStatusCode.OK);
        (await host.CampaignAsync(campaign.Id)).AnswerDeadline.Should().Be(new DateTimeOffset(2027, 10, 31, utcHour, 30, 0, TimeSpan.Zero));
    }

    [Theory]
    [InlineData("Ranking.Date", "2026-11-23", "must lie in the future")]
    [InlineData("Answer.Date", "2026-11-30", "not in order")]
    [InlineData("Ranking.Date", "soon", "cannot be read")]
    public async Task What_cannot_be_is_said_and_changes_nothing(string field, string value, string words)
    {
        var campaign = await HostCampaign.CreateAsync(host);
        var before = await host.CampaignAsync(campaign.Id);
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        await browser.OpenAsync(Page(campaign));

        await browser.Fill(field, value).PressAsync();

        browser.Text.Should().Contain(words);
        (await host.CampaignAsync(campaign.Id)).Version.Should().Be(before.Version);
    }

    [Fact]
    public async Task Two_coordinators_do_not_overwrite_each_other()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var one = await HostBrowser.SignInAsync(host, Coordinator);
        using var other = await HostBrowser.SignInAsync(host, Coordinator);
        await one.OpenAsync(Page(campaign));
        await other.OpenAsync(Page(campaign));
        await one.Fill("Answer.Date", "2027-05-01").PressAsync();

        await other.Fill("Answer.Date", "2027-06-01").PressAsync();

        other.Text.Should().Contain("has changed meanwhile");
        (await host.CampaignAsync(campaign.Id)).AnswerDeadline!.Value.Month.Should().Be(5);
    }

    [Fact]
    public async Task The_ranking_is_opened_again_with_a_reason_until_a_new_deadline()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Matching);
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        await browser.OpenAsync(Page(campaign));

        await browser.Fill("Ranking.Date", "2027-01-10").Fill("Ranking.Time", "12:00").Fill("Reason", "a laboratory came late").PressAsync(handler: "Reopen");

        var reopened = await host.CampaignAsync(campaign.Id);
        (reopened.State, reopened.RankingDeadline).Should().Be((CampaignState.Ranking, new DateTimeOffset(2027, 1, 10, 11, 0, 0, TimeSpan.Zero)));
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "campaign.reopened"))).Reason.Should().Be("a laboratory came late");
    }

    [Theory]
    [InlineData(Coordinator, new[] { "declaration", "ranking", "answer" })]
    [InlineData("s1@wut.example.org", new[] { "ranking", "answer" })]
    [InlineData("head-a@amu.example.org", new[] { "declaration", "answer" })]
    public async Task Each_downloads_their_own_deadlines(string address, string[] kinds)
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var browser = await HostBrowser.SignInAsync(host, address);

        await browser.OpenAsync($"/Campaigns/{campaign.Id}/deadlines.ics");

        var events = Calendar.Load(browser.Text)!.Events;
        events.Select(e => e.Uid).Should().BeEquivalentTo(kinds.Select(kind => $"{campaign.Id.Value:N}-{kind}@institute.example.org"));
        events.Should().OnlyContain(e => e.Start!.IsUtc && e.Alarms.Count == 2);
    }

    [Fact]
    public async Task A_changed_deadline_keeps_its_uid_and_raises_its_sequence()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        await browser.OpenAsync($"/Campaigns/{campaign.Id}/deadlines.ics");
        var before = Calendar.Load(browser.Text)!.Events.Single(e => e.Uid!.Contains("answer", StringComparison.Ordinal));
        await browser.OpenAsync(Page(campaign));
        await browser.Fill("Answer.Date", "2027-05-01").PressAsync();

        await browser.OpenAsync($"/Campaigns/{campaign.Id}/deadlines.ics");

        var after = Calendar.Load(browser.Text)!.Events.Single(e => e.Uid == before.Uid);
        after.Sequence.Should().BeGreaterThan(before.Sequence);
        after.Start!.AsUtc.Should().Be(new DateTime(2027, 5, 1, 7, 0, 0, DateTimeKind.Utc), "the hour in Marseille stays 09:00");
    }

    [Fact]
    public async Task A_stranger_has_no_deadlines()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var client = host.CreateClient(new() { AllowAutoRedirect = false });

        using var answer = await client.GetAsync($"/Campaigns/{campaign.Id}/deadlines.ics");

        answer.StatusCode.Should().Be(HttpStatusCode.Redirect, "one signs in first");
    }

    [Fact]
    public async Task The_overview_says_what_will_happen_at_the_deadline_and_takes_the_decision()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        await browser.OpenAsync($"/Campaigns/{campaign.Id}");
        browser.Text.Should().Contain("will wait for your decision");

        await browser.Fill("reason", "B comes next year").PressAsync(handler: "Accept");

        browser.Text.Should().Contain("goes on by itself").And.Contain("B comes next year");
    }

    [Theory]
    [InlineData("fr", "Échéances")]
    [InlineData("zh-Hans", "截止时间")]
    [InlineData("en", "Deadlines")]
    public async Task The_page_speaks_the_three_languages(string language, string title)
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Matching);
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        browser.Speak(language);

        await browser.OpenAsync(Page(campaign));

        browser.Status.Should().Be(HttpStatusCode.OK);
        browser.Text.Should().Contain($"<h1>{title}</h1>");
    }

    private static string Page(HostCampaign campaign) => $"/Campaigns/{campaign.Id}/Deadlines";
}
