using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Hosts;

public sealed class ComingTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_head_sees_who_comes_and_accepts_until_the_deadline()
    {
        var (campaign, page) = await PublishAsync();
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        head.Speak("en");

        await head.OpenAsync(page);
        var shown = head.Text;
        await head.Fill("placement", (await PlacementAsync(campaign, "s1")).Id.ToString()).Fill("answer", "Accepted").PressAsync();
        host.Clock.Advance(TimeSpan.FromDays(31));
        using var later = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        later.Speak("en");
        await later.OpenAsync(page);

        shown.Should().Contain("Student s1").And.Contain("s1@wut.example.org").And.NotContain("Student s3");
        (await PlacementAsync(campaign, "s1")).HostAnswer.Should().Be(Answer.Accepted);
        later.Text.Should().Contain("Answers were possible until").And.NotContain("name=\"answer\"");
    }

    [Fact]
    public async Task A_refusal_needs_a_reason_and_tells_the_coordinators_and_not_the_student()
    {
        var (campaign, page) = await PublishAsync();
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        head.Speak("en");
        var placement = await PlacementAsync(campaign, "s1");

        await head.OpenAsync(page);
        await head.Fill("placement", placement.Id.ToString()).Fill("answer", "Refused").Fill("reason", " ").PressAsync();
        var refused = head.Text;
        await head.Fill("placement", placement.Id.ToString()).Fill("answer", "Refused").Fill("reason", "no bench left").PressAsync();

        refused.Should().Contain("Give the reason for the refusal.");
        (await PlacementAsync(campaign, "s1")).HostReason.Should().Be("no bench left");
        var notice = await host.ReadAsync(db => db.Outbox.AsNoTracking().SingleAsync(l => l.Kind == LetterKind.Notice));
        notice.To.Value.Should().Be("coordinator@institute.example.org");
        notice.TextBody.Should().Contain("no bench left");
    }

    [Fact]
    public async Task A_placement_at_another_host_cannot_be_answered()
    {
        var (campaign, page) = await PublishAsync();
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        head.Speak("en");
        var elsewhere = await host.ReadAsync(db => db.Placements.AsNoTracking().SingleAsync(p => p.Offer == campaign.Offers["B-1"]));

        await head.OpenAsync(page);
        await head.Fill("placement", elsewhere.Id.ToString()).Fill("answer", "Accepted").PressAsync();

        head.Text.Should().Contain("This placement is not yours");
        (await host.ReadAsync(db => db.Placements.AsNoTracking().SingleAsync(p => p.Id == elsewhere.Id))).HostAnswer.Should().Be(Answer.Pending);
    }

    private async Task<(SmallCampaign Campaign, string Page)> PublishAsync()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await campaign.ChangeAsync(async db => (await db.Campaigns.SingleAsync()).Schedule(null, null, host.Clock.GetUtcNow().AddDays(30)).Value());
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        (await campaign.PublishAsync(run.Id)).Value();
        var laboratory = await host.ReadAsync(db => db.Hosts.AsNoTracking().SingleAsync(h => h.Code == "A"));
        return (campaign, $"/Campaigns/{campaign.Id}/Hosts/{laboratory.Id}/Students");
    }

    private Task<Domain.Placements.Placement> PlacementAsync(SmallCampaign campaign, string student) =>
        host.ReadAsync(db => db.Placements.AsNoTracking().SingleAsync(p => p.Student == campaign.Students[student]));
}
