using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Rankings;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Rankings;

/// <summary>One list in two windows, or sent twice: nothing is lost, nothing is submitted unseen.</summary>
public sealed class TwoWindowsTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task Of_two_windows_the_second_gets_409_with_both_lists_and_neither_is_lost()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var first = await campaign.WithListAsync("A-1 A-2 A-3");
        using var second = await campaign.SignInAsync("s1");
        await second.OpenAsync(campaign.Page);

        await first.PressAsync($"up:{campaign.Offers["A-2"]}");
        await second.PressAsync($"remove:{campaign.Offers["A-1"]}");
        var (status, shown) = (second.Status, second.Text);
        await second.PressAsync("other");
        var kept = await campaign.DraftAsync("s1");
        await second.PressAsync("redo");

        status.Should().Be(HttpStatusCode.Conflict);
        shown.Should().Contain("The list in this window").And.Contain("The list saved meanwhile");
        Rows(shown).Should().Equal("1 A-2", "2 A-3", "1 A-2", "2 A-1", "3 A-3");
        kept.Should().Be("A-2 A-1 A-3");
        (await campaign.DraftAsync("s1")).Should().Be("A-2 A-3", "what the other window had is one press away");
    }

    [Theory]
    [InlineData("save", "written in the second window")]
    [InlineData("other", "written in the first window")]
    public async Task Of_two_motivations_the_second_gets_409_with_both_and_the_chosen_side_brings_its_own(string side, string kept)
    {
        var campaign = await RankingCampaign.CreateAsync(host, PolicyName.StudentOptimalStable);
        using var first = await campaign.WithListAsync("A-1 A-2");
        await first.OpenAsync(campaign.Page);
        using var second = await campaign.SignInAsync("s1");
        await second.OpenAsync(campaign.Page);

        await first.Fill("Form.Motivation", "written in the first window").PressAsync("save");
        await second.Fill("Form.Motivation", "written in the second window").PressAsync("save");
        var (status, shown, stored) = (second.Status, second.Text, await MotivationAsync(campaign));
        await second.Fill("Form.Motivation", side == "save" ? "written in the second window" : null).PressAsync(side);

        status.Should().Be(HttpStatusCode.Conflict);
        shown.Should().Contain("written in the first window").And.Contain("written in the second window").And.Contain("no undo");
        stored.Should().Be("written in the first window");
        (await MotivationAsync(campaign)).Should().Be(kept);
        (await campaign.DraftAsync("s1")).Should().Be("A-1 A-2");
    }

    [Fact]
    public async Task A_window_that_shows_an_older_motivation_does_not_put_it_back_with_a_move()
    {
        var campaign = await RankingCampaign.CreateAsync(host, PolicyName.StudentOptimalStable);
        using var first = await campaign.WithListAsync("A-1 A-2");
        await first.OpenAsync(campaign.Page);
        using var second = await campaign.SignInAsync("s1");
        await second.OpenAsync(campaign.Page);

        await first.Fill("Form.Motivation", "new").PressAsync("save");
        await second.PressAsync($"up:{campaign.Offers["A-2"]}");

        second.Status.Should().Be(HttpStatusCode.Conflict);
        (await MotivationAsync(campaign)).Should().Be("new");
    }

    [Fact]
    public async Task Keeping_this_windows_list_can_be_taken_back()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var first = await campaign.WithListAsync("A-1 A-2");
        using var second = await campaign.SignInAsync("s1");
        await second.OpenAsync(campaign.Page);
        await first.PressAsync($"up:{campaign.Offers["A-2"]}");

        await second.PressAsync($"remove:{campaign.Offers["A-1"]}");
        await second.PressAsync("save");
        var kept = await campaign.DraftAsync("s1");
        await second.PressAsync("undo");

        kept.Should().Be("A-2");
        (await campaign.DraftAsync("s1")).Should().Be("A-2 A-1");
    }

    [Fact]
    public async Task A_list_changed_between_check_and_submit_is_not_submitted_unseen()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var first = await campaign.WithListAsync("A-1 A-2");
        using var second = await campaign.SignInAsync("s1");
        await second.OpenAsync(campaign.Page + "/Check");

        await first.PressAsync($"up:{campaign.Offers["A-2"]}");
        await second.PressAsync();
        var status = second.Status;
        await second.PressAsync();

        status.Should().Be(HttpStatusCode.Conflict);
        (await campaign.SubmittedAsync("s1")).Should().Be("A-2 A-1");
        (await campaign.RankingAsync("s1"))!.Versions.Should().ContainSingle();
    }

    [Fact]
    public async Task A_submission_sent_twice_is_one_version_one_letter_and_one_entry()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        var person = (await host.ReadAsync(db => db.Students.SingleAsync(s => s.Id == campaign.Students["s1"]))).Person;
        var request = new RankingRequest(Guid.NewGuid(), (await campaign.RankingAsync("s1"))!.Version);

        var numbers = new List<int>();
        for (var i = 0; i < 3; i++)
        {
            numbers.Add((await host.DoAsync<SubmitRanking, Result<int>>(submit => submit.HandleAsync(campaign.Id, person, false, request, CancellationToken.None))).Value());
        }

        numbers.Should().Equal(1, 1, 1);
        (await campaign.LettersAsync(LetterKind.RankingReceipt)).Should().ContainSingle();
        (await host.ReadAsync(db => db.Audit.CountAsync(a => a.Action == "ranking.submitted"))).Should().Be(1);
    }

    private Task<string?> MotivationAsync(RankingCampaign campaign) => host.ReadAsync(db => db.Students.Where(s => s.Id == campaign.Students["s1"]).Select(s => s.Motivation).SingleAsync());

    private static IEnumerable<string> Rows(string html) =>
        System.Text.RegularExpressions.Regex.Matches(html, "<span class=\"place\">(\\d+)</span>.*?<p class=\"muted\">(\\S+) ·", System.Text.RegularExpressions.RegexOptions.Singleline).Select(match => $"{match.Groups[1].Value} {match.Groups[2].Value}");
}
