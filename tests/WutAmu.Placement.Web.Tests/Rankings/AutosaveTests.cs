using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Rankings;

/// <summary>What the script of the ranking page sends without a button, and how it is judged.</summary>
public sealed class AutosaveTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task An_autosave_answers_with_version_and_instant_and_a_repeated_one_is_one_save()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2");
        student.Fill("Form.List", campaign.Ids("A-2 A-1")).AsScript();

        await student.PressAsync();
        var first = student.Text;
        await student.PressAsync();
        var again = student.Text;
        await student.Fill("Form.List", campaign.Ids("A-2")).PressAsync();

        first.Should().Contain("\"version\":2").And.Contain("2026-11-24T08:00:00");
        again.Should().Be(first);
        student.Status.Should().Be(HttpStatusCode.Conflict, "the same key with another list is another request, and it was made from version 1");
        student.Text.Should().Contain("ranking.stale");
        (await campaign.RankingAsync("s1"))!.Version.Should().Be(2);
    }

    [Fact]
    public async Task An_autosave_is_judged_as_a_pressed_button_is()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        student.AsScript();
        async Task<(HttpStatusCode, string)> SendAsync(string list, string? button = null)
        {
            await student.Fill("Form.List", list).Fill("Form.Key", Guid.NewGuid().ToString()).PressAsync(button);
            return (student.Status, student.Text);
        }

        var foreign = await SendAsync(campaign.Ids("A-1 B-2"), "save");
        var twice = await SendAsync($"{campaign.Ids("A-2")};{campaign.Ids("A-2")}");
        student.Fill("Form.Motivation", "nobody asked for it");
        var right = await SendAsync(campaign.Ids("A-2 A-1"));
        await campaign.MoveAsync(CampaignState.Matching);
        var late = await SendAsync(campaign.Ids("A-3"));
        var garbage = await SendAsync("no offer");

        garbage.Item1.Should().Be(HttpStatusCode.BadRequest);
        foreign.Should().Match<(HttpStatusCode Status, string Text)>(answer => answer.Status == HttpStatusCode.BadRequest && answer.Text.Contains("ranking.not-open"));
        twice.Should().Match<(HttpStatusCode Status, string Text)>(answer => answer.Status == HttpStatusCode.BadRequest && answer.Text.Contains("ranking.duplicate"));
        right.Item1.Should().Be(HttpStatusCode.OK);
        late.Should().Match<(HttpStatusCode Status, string Text)>(answer => answer.Status == HttpStatusCode.Forbidden && answer.Text.Contains("ranking.closed"));
        (await campaign.DraftAsync("s1")).Should().Be("A-2 A-1");
        (await host.ReadAsync(db => db.Students.SingleAsync(s => s.Id == campaign.Students["s1"]))).Motivation.Should().BeNull("heads do not rank in this campaign");
    }

    [Fact]
    public async Task Somebody_elses_script_saves_nothing()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        await head.OpenAsync("/Accounts/SignIn");
        head.AsScript();

        await head.Fill("Form.List", campaign.Ids("A-1")).Fill("Form.Version", "0").Fill("Form.Key", Guid.NewGuid().ToString()).PressToAsync(campaign.Page);

        head.Status.Should().Be(HttpStatusCode.Forbidden);
        head.Text.Should().Contain("ranking.not-student");
        (await host.ReadAsync(db => db.Rankings.CountAsync())).Should().Be(0);
    }
}
