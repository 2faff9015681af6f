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

    [Fact]
    public async Task The_first_save_of_all_begins_the_list_with_its_notes_and_what_is_said_twice_is_kept_once()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.SignInAsync("s1");
        await student.OpenAsync(campaign.Page);
        student.AsScript();
        var offer = campaign.Offers["A-2"];

        await student.Fill("Form.List", campaign.Ids("A-2=A-1")).Fill($"Form.Notes[{offer}]", " loin \r\n mais bien ").PressAsync("save");

        student.Status.Should().Be(HttpStatusCode.OK);
        (await campaign.DraftAsync("s1")).Should().Be("A-2=A-1");
        (await campaign.RankingAsync("s1"))!.NoteOn(offer).Should().Be("loin \n mais bien");
        (await campaign.RankingAsync("s1"))!.Version.Should().Be(1);
    }

    [Fact]
    public async Task A_button_that_a_script_presses_is_the_pages()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2");
        student.AsScript();

        await student.PressAsync($"up:{campaign.Offers["A-2"]}");

        student.Status.Should().Be(HttpStatusCode.OK);
        student.Text.Should().Contain("\"version\":2");
        (await campaign.DraftAsync("s1")).Should().Be("A-2 A-1");
    }

    [Fact]
    public async Task A_script_without_the_forms_token_or_with_somebody_elses_saves_nothing()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        using var other = await campaign.SignInAsync("s2");
        await other.OpenAsync(campaign.Page);
        student.Fill("Form.List", campaign.Ids("A-2")).AsScript();
        async Task<(HttpStatusCode, bool)> SendAsync(string? token)
        {
            await student.Fill("__RequestVerificationToken", token).PressAsync("save");
            var answer = (student.Status, student.Text.StartsWith('{'));
            await student.OpenAsync(campaign.Page);
            student.Fill("Form.List", campaign.Ids("A-2"));
            return answer;
        }

        var answers = new[] { await SendAsync(null), await SendAsync("nonsense"), await SendAsync(other.Field("__RequestVerificationToken")) };
        var draft = await campaign.DraftAsync("s1");
        await student.PressAsync("save");

        answers.Should().AllBeEquivalentTo((HttpStatusCode.BadRequest, false), "a page that is not JSON tells the script to ask for another token");
        draft.Should().Be("A-1");
        student.Status.Should().Be(HttpStatusCode.OK, "else the token was not what was wrong");
    }

    [Fact]
    public async Task A_session_that_was_ended_or_never_begun_saves_nothing()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        student.Fill("Form.List", campaign.Ids("A-2")).AsScript();
        await campaign.ChangeAsync(async db => (await db.Sessions.SingleAsync()).End(host.Clock.GetUtcNow()));

        await student.PressAsync("save");
        using var nobody = host.CreateClient(new() { AllowAutoRedirect = false, BaseAddress = host.ClientOptions.BaseAddress });
        nobody.DefaultRequestHeaders.Accept.Add(new("application/json"));
        nobody.DefaultRequestHeaders.Add("Sec-Fetch-Mode", "cors");
        using var form = new FormUrlEncodedContent([new("Form.List", campaign.Ids("A-2")), new("Form.Version", "1"), new("Form.Key", Guid.NewGuid().ToString())]);
        using var refused = await nobody.PostAsync(campaign.Page, form);

        student.Path.Should().Be("/Accounts/SignIn");
        refused.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await campaign.DraftAsync("s1")).Should().Be("A-1");
    }

    [Fact]
    public async Task A_list_is_its_students_whoever_sends_the_same()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var first = await campaign.WithListAsync("A-1");
        using var second = await campaign.SignInAsync("s2");
        await second.OpenAsync(campaign.Page);
        second.AsScript();

        await second.Fill("Form.List", campaign.Ids("A-3")).PressAsync("save");

        second.Status.Should().Be(HttpStatusCode.OK);
        (await campaign.DraftAsync("s1")).Should().Be("A-1");
        (await campaign.DraftAsync("s2")).Should().Be("A-3");
    }

    [Fact]
    public async Task Who_left_the_campaign_saves_nothing()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        student.AsScript();
        await campaign.ChangeAsync(async db => (await db.Students.SingleAsync(s => s.Id == campaign.Students["s1"])).Withdraw(host.Clock.GetUtcNow()));

        await student.Fill("Form.List", campaign.Ids("A-2")).PressAsync("save");

        student.Status.Should().Be(HttpStatusCode.Forbidden);
        student.Text.Should().Contain("ranking.left");
        (await campaign.DraftAsync("s1")).Should().Be("A-1");
    }

    [Theory]
    [InlineData("Form.List", null)]
    [InlineData("Form.Version", null)]
    [InlineData("Form.Version", "one")]
    [InlineData("Form.Key", "")]
    public async Task A_form_that_lacks_something_saves_nothing(string field, string? value)
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        student.Fill("Form.List", campaign.Ids("A-2")).Fill(field, value).AsScript();

        await student.PressAsync("save");

        student.Status.Should().Be(HttpStatusCode.BadRequest);
        (await campaign.DraftAsync("s1")).Should().Be("A-1");
    }

    [Fact]
    public async Task A_list_beyond_the_limit_is_refused_and_one_with_an_offer_withdrawn_meanwhile_too_unless_it_was_in_it()
    {
        var campaign = await RankingCampaign.CreateAsync(host, limit: 2);
        using var student = await campaign.WithListAsync("A-1");
        student.AsScript();
        await campaign.ChangeAsync(async db =>
        {
            foreach (var offer in await db.Offers.Where(o => o.Code == "A-1" || o.Code == "A-2").ToListAsync())
            {
                offer.Withdraw();
            }
        });
        async Task<string> SendAsync(string codes)
        {
            await student.Fill("Form.List", campaign.Ids(codes)).Fill("Form.Key", Guid.NewGuid().ToString()).PressAsync();
            return student.Text;
        }

        var tooLong = await SendAsync("A-1 A-2 A-3");
        var withdrawn = await SendAsync("A-1 A-2");
        var kept = await SendAsync("A-3 A-1");

        tooLong.Should().Contain("ranking.too-long");
        withdrawn.Should().Contain("ranking.not-open");
        kept.Should().Contain("\"version\":2");
        (await campaign.DraftAsync("s1")).Should().Be("A-3 A-1");
    }
}
