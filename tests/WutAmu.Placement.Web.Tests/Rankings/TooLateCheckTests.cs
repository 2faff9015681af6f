using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Rankings;

/// <summary>Whoever submits what they checked before the deadline after it: the page speaks no longer of submitting.</summary>
public sealed class TooLateCheckTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData("en", "Ranking is not open; the submitted list stays in force.", "See what counts", "you are about to submit", "Change the list", "before you submit", "Adding offers")]
    [InlineData("fr", "la liste soumise reste en vigueur.", "Voir ce qui compte", "que vous allez soumettre", "Modifier la liste", "avant de soumettre", "Ajouter des offres")]
    [InlineData("zh", "已提交的志愿表仍然有效。", "查看有效志愿表", "将要提交的志愿表", "修改志愿表", "提交前请注意", "多填一些")]
    public async Task The_list_is_shown_with_the_way_to_what_counts_and_nothing_to_do(string language, string why, string way, params string[] over)
    {
        using var student = await TooLateAsync(language, submitted: true);

        student.Status.Should().Be(HttpStatusCode.Forbidden);
        student.Text.Should().Contain(why).And.Contain(way).And.Contain("A-1").And.NotContainAny(over);
    }

    [Theory]
    [InlineData("en", "you have submitted no list", "See what counts", "stays in force")]
    [InlineData("fr", "vous n’avez soumis aucune liste", "Voir ce qui compte", "reste en vigueur")]
    [InlineData("zh", "您没有提交过志愿表", "查看有效志愿表", "仍然有效")]
    public async Task Who_never_submitted_is_not_told_that_something_counts(string language, string why, params string[] untrue)
    {
        using var student = await TooLateAsync(language, submitted: false);

        student.Status.Should().Be(HttpStatusCode.Forbidden);
        student.Text.Should().Contain(why).And.NotContainAny(untrue);
    }

    [Fact]
    public async Task Before_the_deadline_it_says_what_there_is_to_do()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1", submit: true);

        await student.OpenAsync(campaign.Page + "/Check");

        student.Text.Should().Contain("you are about to submit").And.Contain("Change the list").And.Contain("before you submit").And.Contain("Adding offers");
    }

    private async Task<HostBrowser> TooLateAsync(string language, bool submitted)
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        var student = await campaign.WithListAsync("A-1", submitted);
        await campaign.ChangeAsync(async db => (await db.Campaigns.SingleAsync(c => c.Id == campaign.Id)).Schedule(null, host.Clock.GetUtcNow().AddHours(1), null).Value());
        student.Speak(language);
        await student.OpenAsync(campaign.Page + "/Check");
        host.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMicroseconds(1));
        await student.PressAsync();
        return student;
    }
}
