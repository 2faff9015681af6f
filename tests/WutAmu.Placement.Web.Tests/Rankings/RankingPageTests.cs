using System.Net;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Rankings;

public sealed class RankingPageTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("/Versions")]
    [InlineData("/Check")]
    public async Task A_list_that_was_imported_before_students_rank_waits_and_the_page_says_so(string page)
    {
        var campaign = await RankingCampaign.CreateAsync(host, until: CampaignState.Declaring);
        await campaign.ChangeAsync(async db =>
        {
            var ranking = new Ranking(RankingId.New(host.Clock.GetUtcNow()), campaign.Id, campaign.Students["s1"]);
            ranking.TakeIn(new([[campaign.Offers["A-1"]]]), host.Clock.GetUtcNow());
            await db.AddAsync(ranking);
        });
        using var student = await campaign.SignInAsync("s1");

        await student.OpenAsync(campaign.Page + page);

        student.Status.Should().Be(HttpStatusCode.OK);
        student.Text.Should().NotContain("A-1");
    }

    [Fact]
    public async Task A_student_makes_checks_and_submits_a_list_by_buttons_and_gets_a_receipt()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.SignInAsync("s1");

        await student.OpenAsync(campaign.OffersPage);
        await student.PressAsync(campaign.Offers["A-1"].ToString(), name: "add");
        await student.PressAsync(campaign.Offers["B-1"].ToString(), name: "add");
        await student.OpenAsync(campaign.Page);
        await student.Fill("Form.Offer", campaign.Offers["A-2"].ToString()).PressAsync("add");
        await student.PressAsync($"up:{campaign.Offers["B-1"]}");
        var moved = student.Text;
        await student.PressAsync($"tie:{campaign.Offers["A-2"]}");
        await student.PressAsync("check");
        var check = student.Text;
        await student.PressAsync();

        moved.Should().Contain("B-1 moved to position 1 of 3");
        check.Should().Contain("Restricted zone: B-1").And.Contain("You rank 3 offers of 4 possible").And.Contain("Some offers are tied");
        student.Path.Should().Be($"{campaign.Page}/Versions/1");
        (await campaign.SubmittedAsync("s1")).Should().Be("B-1 A-1=A-2");
        var letter = (await campaign.LettersAsync(LetterKind.RankingReceipt)).Should().ContainSingle().Subject;
        var version = (await campaign.RankingAsync("s1"))!.Submitted!;
        letter.To.Value.Should().Be("s1@wut.example.org");
        letter.TextBody.Should().Contain(version.Choices.ShortHash()).And.Contain("1. B-1 – Topic B-1 (Laboratory B)").And.Contain("2. (tied) A-2").And.Contain("in Marseille");
        student.Text.Should().Contain(version.Choices.ShortHash());
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "ranking.submitted"))).Detail.Should().Be($"version 1, 3 choices, hash {version.Choices.ShortHash()}");
    }

    [Fact]
    public async Task Every_move_has_a_button()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2 A-3 B-1");
        string Id(string code) => campaign.Offers[code].ToString();
        var drafts = new List<string>();

        foreach (var button in new[] { $"down:{Id("A-1")}", $"tie:{Id("A-3")}", $"split:{Id("A-3")}", $"remove:{Id("B-1")}", "undo", "undo", "redo" })
        {
            await student.PressAsync(button);
            drafts.Add(await campaign.DraftAsync("s1"));
        }

        await student.Fill($"Form.Position[{Id("A-3")}]", "1").PressAsync($"move:{Id("A-3")}");
        drafts.Add(await campaign.DraftAsync("s1"));

        drafts.Should().Equal(
            "A-2 A-1 A-3 B-1",
            "A-2 A-1=A-3 B-1",
            "A-2 A-1 A-3 B-1",
            "A-2 A-1 A-3",
            "A-2 A-1 A-3 B-1",
            "A-1 A-2 A-3 B-1",
            "A-2 A-1 A-3 B-1",
            "A-3 A-2 A-1 B-1");
    }

    [Fact]
    public async Task The_submitted_list_stays_in_force_and_the_pages_say_so()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2");
        await student.PressAsync("check");
        await student.PressAsync();

        await student.OpenAsync(campaign.Page);
        await student.PressAsync($"down:{campaign.Offers["A-1"]}");
        await student.OpenAsync("/");

        student.Text.Should().Contain("Your submitted list stays in force; your draft differs.").And.Contain("20 days left").And.Contain("in Wuhan");
        (await campaign.SubmittedAsync("s1")).Should().Be("A-1 A-2");
        var instance = await SealAsync(campaign);
        instance.Students.Single(s => s.Id == "s1").Choices.Select(group => string.Join('=', group)).Should().Equal("A-1", "A-2");
    }

    [Fact]
    public async Task After_the_deadline_the_list_is_read_only_and_a_late_press_is_refused_in_words()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2");
        await student.PressAsync("check");
        await student.PressAsync();
        await student.OpenAsync(campaign.Page);
        await campaign.ChangeAsync(async db => (await db.Campaigns.SingleAsync(c => c.Id == campaign.Id)).Schedule(null, host.Clock.GetUtcNow().AddHours(1), null).Value());

        host.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMicroseconds(1));
        await student.PressAsync($"up:{campaign.Offers["A-2"]}");

        student.Status.Should().Be(HttpStatusCode.Forbidden);
        student.Text.Should().Contain("Ranking is not open; the submitted list stays in force.").And.Contain("The list that counts").And.NotContain("value=\"up:");
        (await campaign.DraftAsync("s1")).Should().Be("A-1 A-2");
    }

    [Fact]
    public async Task An_offer_of_another_programme_cannot_be_added_and_a_full_list_says_so()
    {
        var campaign = await RankingCampaign.CreateAsync(host, limit: 2);
        using var student = await campaign.WithListAsync("A-1");

        await student.Fill("Form.Offer", campaign.Offers["B-2"].ToString()).PressAsync("add");
        var closed = (student.Status, student.Text);
        await student.OpenAsync(campaign.OffersPage);
        await student.PressAsync(campaign.Offers["A-2"].ToString(), name: "add");
        await student.PressAsync(campaign.Offers["A-3"].ToString(), name: "add");

        closed.Status.Should().Be(HttpStatusCode.BadRequest);
        closed.Text.Should().Contain("not open to your programme");
        student.Text.Should().Contain("The list has 3 offers; at most 2 are allowed.");
        (await campaign.DraftAsync("s1")).Should().Be("A-1 A-2");
    }

    [Fact]
    public async Task A_student_sees_only_their_own_list_and_nobody_else_sees_any()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1", submit: true);
        using var other = await campaign.SignInAsync("s2");
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        using var coordinator = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        using var anonymous = host.CreateClient(new WebApplicationFactoryClientOptions { AllowAutoRedirect = false });

        await other.OpenAsync(campaign.Page);
        var others = other.Text;
        await other.OpenAsync(campaign.Page + "/Versions/1");

        others.Should().Contain("Nothing submitted").And.NotContain("data-name=\"A-1\"");
        other.Status.Should().Be(HttpStatusCode.NotFound);
        foreach (var path in new[] { campaign.Page, campaign.Page + "/Check", campaign.Page + "/Versions", campaign.Page + "/Versions/1" })
        {
            await head.OpenAsync(path);
            head.Status.Should().Be(HttpStatusCode.Forbidden, path);
            await coordinator.OpenAsync(path);
            coordinator.Status.Should().Be(HttpStatusCode.Forbidden, path);
            (await anonymous.GetAsync(path)).Headers.Location!.ToString().Should().Contain("/Accounts/SignIn", path);
        }
    }

    [Fact]
    public async Task A_history_of_nothing_leads_to_the_list_as_long_as_one_can_be_made()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.SignInAsync("s1");
        var button = $"<a class=\"button\" href=\"{campaign.Page}\">Open my list</a>";

        await student.OpenAsync(campaign.Page + "/Versions");
        var open = student.Html;
        await campaign.MoveAsync(CampaignState.Matching);
        await student.OpenAsync(campaign.Page + "/Versions");

        open.Should().Contain("You have not submitted anything yet.").And.Contain(button);
        student.Html.Should().Contain("You have not submitted anything yet.").And.NotContain(button);
    }

    [Fact]
    public async Task History_shows_what_changed_and_an_old_version_becomes_the_draft_again()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2", submit: true);
        await student.OpenAsync(campaign.Page);
        await student.PressAsync($"remove:{campaign.Offers["A-1"]}");
        await student.PressAsync("check");
        await student.PressAsync();

        await student.OpenAsync(campaign.Page + "/Versions");
        var history = student.Text;
        await student.PressAsync("1", name: "number");

        history.Should().Contain("A-1 removed (was at rank 1)").And.Contain("A-2 up from rank 2 to rank 1");
        (await campaign.DraftAsync("s1")).Should().Be("A-1 A-2");
        (await campaign.SubmittedAsync("s1")).Should().Be("A-2");
        (await campaign.RankingAsync("s1"))!.Versions.Should().HaveCount(2);
    }

    [Fact]
    public async Task Offers_changed_or_withdrawn_after_submission_are_marked_and_stay_listed()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2 B-1", submit: true);
        host.Clock.Advance(TimeSpan.FromHours(1));
        await campaign.RedeclareAsync("A", capacity => capacity with { Offers = [capacity.Offers[0] with { StartsOn = new(2027, 2, 1) }, capacity.Offers[2]] });

        await student.OpenAsync(campaign.Page);
        var page = student.Text;
        await student.OpenAsync(campaign.Page + "/Check");

        page.Should().Contain("Changed since you submitted").And.Contain("1 February 2027").And.Contain("Withdrawn");
        student.Text.Should().Contain("A-2 (rank 2) was withdrawn");
        (await campaign.DraftAsync("s1")).Should().Be("A-1 A-2 B-1");
    }

    [Theory]
    [InlineData(PolicyName.Serial, "no other order can get you a better place")]
    [InlineData(PolicyName.StudentOptimalStable, "no other order can get you a better place")]
    [InlineData(PolicyName.HostOptimalStable, "there are cases in which another order")]
    [InlineData(PolicyName.MinRegretGreedy, "there are cases in which another order")]
    public async Task The_check_page_says_honestly_whether_the_true_order_is_best(string policy, string sentence)
    {
        var campaign = await RankingCampaign.CreateAsync(host, policy);
        using var student = await campaign.WithListAsync("A-1");

        await student.OpenAsync(campaign.Page + "/Check");

        student.Text.Should().Contain(sentence).And.Contain($"whose seed is announced now: <code>{await SeedAsync(campaign)}</code>");
    }

    [Theory]
    [InlineData(PolicyName.Serial, "there are cases in which another order")]
    [InlineData(PolicyName.StudentOptimalStable, "no other order can get you a better place")]
    public async Task A_minimum_changes_whether_the_true_order_is_best_in_the_order_of_service(string policy, string sentence)
    {
        var campaign = await RankingCampaign.CreateAsync(host, policy);
        await campaign.RedeclareAsync("B", capacity => capacity with { Min = 1 });
        using var student = await campaign.WithListAsync("A-1");

        await student.OpenAsync(campaign.Page + "/Check");

        student.Text.Should().Contain(sentence);
    }

    [Fact]
    public async Task The_receipt_names_the_policy_and_the_seed_before_anything_is_drawn()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1", submit: true);

        await student.OpenAsync(campaign.Page + "/Versions/1");
        var letter = await host.ReadAsync(db => db.Outbox.AsNoTracking().SingleAsync(l => l.Kind == LetterKind.RankingReceipt));

        var seed = await SeedAsync(campaign);
        student.Text.Should().Contain("Seed of the lottery").And.Contain(seed);
        letter.TextBody.Should().Contain("whose seed is announced now: " + seed);
    }

    [Fact]
    public async Task A_note_stays_ones_own_and_a_motivation_is_asked_for_only_where_heads_read_it()
    {
        var campaign = await RankingCampaign.CreateAsync(host, PolicyName.StudentOptimalStable);
        using var student = await campaign.WithListAsync("A-1");

        await student.Fill($"Form.Notes[{campaign.Offers["A-1"]}]", "prof. is kind").Fill("Form.Motivation", "I like bacteria.").PressAsync("save");
        await campaign.MoveAsync(CampaignState.Matching);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        await head.OpenAsync($"/Campaigns/{campaign.Id}/Hosts/{await host.ReadAsync(db => db.Hosts.Where(h => h.Code == "A").Select(h => h.Id).SingleAsync())}/Applicants");

        (await campaign.RankingAsync("s1"))!.NoteOn(campaign.Offers["A-1"]).Should().Be("prof. is kind");
        (await host.ReadAsync(db => db.Students.SingleAsync(s => s.Id == campaign.Students["s1"]))).Motivation.Should().Be("I like bacteria.");
        head.Text.Should().NotContain("prof. is kind");
    }

    private Task<string> SeedAsync(RankingCampaign campaign) => host.ReadAsync(db => db.Campaigns.AsNoTracking().Where(c => c.Id == campaign.Id).Select(c => c.LotterySeed).SingleAsync());

    private async Task<Instance> SealAsync(RankingCampaign campaign)
    {
        var found = await host.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaign.Id));
        return await host.DoAsync<Web.Features.Matching.SealInstance, Instance>(seal => seal.ReadAsync(found, false, CancellationToken.None));
    }
}
