using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Rankings;

/// <summary>What careless students and forgers post: a page in words, and the list as it was.</summary>
public sealed class CarelessStudentTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task The_back_button_and_a_second_press_lead_to_the_same_receipt()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2");
        await student.OpenAsync(campaign.Page + "/Check");
        var (version, key, token) = (student.Field("version"), student.Field("key"), student.Field("__RequestVerificationToken"));

        await student.PressAsync();
        var first = student.Path;
        await student.Fill("version", version).Fill("key", key).Fill("__RequestVerificationToken", token).PressToAsync(campaign.Page + "/Check");

        student.Status.Should().Be(HttpStatusCode.OK);
        student.Path.Should().Be(first).And.Be($"{campaign.Page}/Versions/1");
        (await campaign.RankingAsync("s1"))!.Versions.Should().ContainSingle();
        (await campaign.LettersAsync(LetterKind.RankingReceipt)).Should().ContainSingle();
    }

    [Fact]
    public async Task A_second_tab_that_submits_after_the_first_is_shown_what_counts_before_it_goes_on()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var first = await campaign.WithListAsync("A-1 A-2");
        using var second = await campaign.SignInAsync("s1");
        await second.OpenAsync(campaign.Page + "/Check");
        await first.PressAsync("check");
        await first.PressAsync();

        await second.PressAsync();
        var status = second.Status;
        await second.PressAsync();

        status.Should().Be(HttpStatusCode.Conflict);
        second.Path.Should().Be($"{campaign.Page}/Versions/1", "the list says the same: it is no second version");
        (await campaign.LettersAsync(LetterKind.RankingReceipt)).Should().ContainSingle();
    }

    [Theory]
    [InlineData("en", "Ranking is not open", "The list that counts")]
    [InlineData("fr", "Le classement n’est pas ouvert", "La liste qui compte")]
    [InlineData("zh", "志愿填报未开放", "有效的志愿表")]
    public async Task Who_checks_before_the_deadline_and_submits_after_it_reads_so_and_has_no_button_left(string language, string words, string title)
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1", submit: true);
        await student.OpenAsync(campaign.Page);
        await student.Fill("Form.List", campaign.Ids("A-2")).PressAsync("check");
        student.Speak(language);
        await campaign.ChangeAsync(async db => (await db.Campaigns.SingleAsync(c => c.Id == campaign.Id)).Schedule(null, host.Clock.GetUtcNow().AddHours(1), null).Value());
        host.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMicroseconds(1));

        await student.PressAsync();

        student.Status.Should().Be(HttpStatusCode.Forbidden);
        student.Text.Should().Contain(words).And.NotContain("name=\"anyOther\"");
        (await campaign.SubmittedAsync("s1")).Should().Be("A-1");
        student.Html.Should().Contain($"<a class=\"button\" href=\"{campaign.Page}\">");
        await student.OpenAsync(campaign.Page);
        student.Text.Should().Contain(title);
    }

    [Fact]
    public async Task An_offer_withdrawn_between_check_and_submit_keeps_its_rank_and_the_receipt_says_that_it_is_gone()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2");
        await student.PressAsync("check");
        await campaign.ChangeAsync(async db => (await db.Offers.SingleAsync(o => o.Code == "A-1")).Withdraw());

        await student.PressAsync();

        student.Path.Should().Be($"{campaign.Page}/Versions/1");
        student.Html.Should().Contain("class=\"row gone\"");
        student.Text.Should().Contain("Withdrawn");
        (await campaign.SubmittedAsync("s1")).Should().Be("A-1 A-2");
    }

    [Fact]
    public async Task A_note_beyond_all_measure_is_refused_in_words_and_is_still_in_the_page()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        var note = new string('n', 10_000);

        await student.Fill($"Form.Notes[{campaign.Offers["A-1"]}]", note).PressAsync("save");

        student.Status.Should().Be(HttpStatusCode.BadRequest);
        student.Text.Should().Contain("500").And.Contain(note);
        (await campaign.RankingAsync("s1"))!.Notes.Should().BeEmpty();
    }

    [Theory]
    [InlineData("🧬👩🏽‍🔬 préféré")]
    [InlineData("مختبر جيد \u202Ebacteria")]
    [InlineData("<script>alert(1)</script> & \"quoted\"")]
    public async Task A_note_of_any_writing_comes_back_as_it_was_and_stays_in_its_own_direction(string note)
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");

        await student.Fill($"Form.Notes[{campaign.Offers["A-1"]}]", note).PressAsync("save");
        await student.OpenAsync(campaign.Page);

        (await campaign.RankingAsync("s1"))!.NoteOn(campaign.Offers["A-1"]).Should().Be(note);
        student.Html.Should().NotContain("<script>alert").And.MatchRegex("<textarea[^>]* dir=\"auto\"").And.Contain("<p class=\"note\" dir=\"auto\"");
        student.Text.Should().Contain(note);
    }

    [Fact]
    public async Task A_note_with_a_character_that_is_none_is_refused_as_unreadable()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");

        await student.Fill($"Form.Notes[{campaign.Offers["A-1"]}]", "a\u0000b").PressAsync("save");

        student.Status.Should().Be(HttpStatusCode.BadRequest);
        student.Text.Should().Contain("<h1>Request not understood</h1>");
        (await campaign.DraftAsync("s1")).Should().Be("A-1");
    }

    [Fact]
    public async Task Notes_on_what_is_in_no_list_are_not_kept()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2");
        await student.Fill($"Form.Notes[{campaign.Offers["A-2"]}]", "near").PressAsync($"remove:{campaign.Offers["A-2"]}");

        for (var i = 0; i < 900; i++)
        {
            student.Fill($"Form.Notes[{Guid.NewGuid()}]", "forged");
        }

        await student.Fill($"Form.Notes[{campaign.Offers["A-1"]}]", "far").PressAsync("save");

        (await campaign.RankingAsync("s1"))!.Notes.Should().Equal(new Dictionary<string, string> { [campaign.Offers["A-2"].ToString()] = "near", [campaign.Offers["A-1"].ToString()] = "far" });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task More_fields_than_a_form_can_have_are_not_read(bool script)
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        for (var i = 0; i < 2000; i++)
        {
            student.Fill($"Form.Notes[{Guid.NewGuid()}]", "forged");
        }

        if (script)
        {
            student.AsScript();
        }

        await student.PressAsync("save");

        student.Status.Should().Be(HttpStatusCode.BadRequest);
        (await campaign.RankingAsync("s1"))!.Notes.Should().BeEmpty();
    }

    [Theory]
    [InlineData(false, HttpStatusCode.BadRequest)]
    [InlineData(true, HttpStatusCode.BadRequest)]
    public async Task Two_hundred_rows_are_refused(bool repeated, HttpStatusCode status)
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        var rows = Enumerable.Range(0, 200).Select(_ => repeated ? campaign.Offers["A-2"].ToString() : Guid.NewGuid().ToString());

        await student.Fill("Form.List", string.Join(';', rows)).PressAsync("save");

        student.Status.Should().Be(status);
        student.Html.Should().Contain("rel=\"stylesheet\"");
        (await campaign.DraftAsync("s1")).Should().Be("A-1");
    }

    [Theory]
    [InlineData("en", "Request not understood")]
    [InlineData("fr", "Demande illisible")]
    [InlineData("zh", "无法读取请求")]
    public async Task An_offer_of_another_campaign_is_not_added(string language, string title)
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        var foreign = await ForeignOfferAsync();
        student.Speak(language);

        await student.Fill("Form.Offer", foreign.ToString()).PressAsync("add");

        student.Status.Should().Be(HttpStatusCode.BadRequest);
        student.Text.Should().Contain($"<h1>{title}</h1>");
        (await campaign.DraftAsync("s1")).Should().Be("A-1");
    }

    [Fact]
    public async Task Nor_is_it_from_the_page_of_offers_or_listed_by_a_script()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");
        var foreign = await ForeignOfferAsync();
        await student.OpenAsync(campaign.OffersPage);

        await student.PressAsync(foreign.ToString(), name: "add");
        var page = student.Status;
        await student.OpenAsync(campaign.Page);
        student.AsScript();
        await student.Fill("Form.List", $"{foreign}").PressAsync("save");

        page.Should().Be(HttpStatusCode.NotFound);
        student.Status.Should().Be(HttpStatusCode.BadRequest);
        student.Text.Should().Contain("ranking.not-open");
        (await campaign.DraftAsync("s1")).Should().Be("A-1");
    }

    [Theory]
    [InlineData("Form.List")]
    [InlineData("Form.Version")]
    [InlineData("Form.Key")]
    public async Task A_form_that_lost_a_field_does_not_empty_the_list(string field)
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2");

        await student.Fill(field, null).PressAsync("save");

        student.Status.Should().Be(HttpStatusCode.BadRequest);
        (await campaign.DraftAsync("s1")).Should().Be("A-1 A-2");
    }

    [Fact]
    public async Task An_emptied_list_is_kept_empty()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1");

        await student.PressAsync($"remove:{campaign.Offers["A-1"]}");
        await student.PressAsync("save");

        student.Status.Should().Be(HttpStatusCode.OK);
        (await campaign.DraftAsync("s1")).Should().BeEmpty();
    }

    [Theory]
    [InlineData("one")]
    [InlineData("-1")]
    [InlineData("99999999999999")]
    public async Task A_position_that_is_none_moves_to_an_end_or_not_at_all(string position)
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2");

        await student.Fill($"Form.Position[{campaign.Offers["A-1"]}]", position).PressAsync($"move:{campaign.Offers["A-1"]}");

        student.Status.Should().Be(HttpStatusCode.OK);
        (await campaign.DraftAsync("s1")).Should().Be("A-1 A-2");
    }

    [Fact]
    public async Task A_key_that_was_used_does_not_carry_another_list_past_the_version()
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.WithListAsync("A-1 A-2");
        await student.OpenAsync(campaign.Page);
        var (version, key) = (student.Field("Form.Version"), student.Field("Form.Key"));
        await student.PressAsync($"up:{campaign.Offers["A-2"]}");

        await student.Fill("Form.List", campaign.Ids("A-3")).Fill("Form.Version", version).Fill("Form.Key", key).PressAsync("save");
        var other = student.Status;
        await student.OpenAsync(campaign.Page);
        await student.Fill("Form.List", campaign.Ids("A-2 A-1")).Fill("Form.Version", version).Fill("Form.Key", key).PressAsync("save");

        other.Should().Be(HttpStatusCode.Conflict);
        student.Status.Should().Be(HttpStatusCode.OK, "the same once more is no conflict");
        (await campaign.DraftAsync("s1")).Should().Be("A-2 A-1");
    }

    [Theory]
    [InlineData("?p=-3")]
    [InlineData("?p=99999999999")]
    [InlineData("?p=one")]
    [InlineData("?q=%00")]
    [InlineData("?programme=%27%22%3E")]
    public async Task An_address_that_somebody_typed_shows_offers_or_says_that_there_are_none(string query)
    {
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await campaign.SignInAsync("s1");

        await student.OpenAsync(campaign.OffersPage + query);

        student.Status.Should().Be(HttpStatusCode.OK);
        student.Html.Should().Contain("role=\"search\"");
    }

    private async Task<OfferId> ForeignOfferAsync()
    {
        var now = host.Clock.GetUtcNow();
        var id = OfferId.New(now);
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            var other = new Campaign(CampaignId.New(now), Track.MasterInternship, "2025-2026", PolicyName.Default.Name, "seed");
            db.AddRange(other, new Offer(id, other.Id, (await db.Hosts.FirstAsync()).Id, "X-1", new("Ailleurs", null, null)));
            await db.SaveChangesAsync();
        });
        return id;
    }
}
