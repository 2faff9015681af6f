using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Hosts;

public sealed class CapacityTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task Last_years_values_are_proposed_and_nothing_is_declared_or_saved_by_looking()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-b@amu.example.org");

        await head.OpenAsync(campaign.Page("B"));

        head.Text.Should().Contain("The values of 2025-2026").And.Contain("value=\"B-1\"").And.Contain("value=\"2027-01-12\"", "dates move to this year").And.Contain("Not declared");
        var declaration = await campaign.DeclarationAsync("B");
        declaration.Declared.Should().BeNull();
        declaration.Draft.Should().BeNull();
    }

    [Fact]
    public async Task A_head_saves_checks_and_declares_and_gets_a_receipt_on_the_page_and_by_letter()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-b@amu.example.org");

        await head.OpenAsync(campaign.Page("B"));
        await head.Fill("Form.Max", "2").Fill("Form.Min", "1").Fill("Form.IfOpen", "true").PressAsync("check");
        var checkedAt = head.Path;
        await head.Fill("sure", "true").PressAsync();

        checkedAt.Should().Be(campaign.Page("B") + "/Check");
        head.Path.Should().Be(campaign.Page("B") + "/Versions/1");
        var declaration = await campaign.DeclarationAsync("B");
        var hash = declaration.Declared!.ShortHash();
        declaration.Declared.Max.Should().Be(2);
        head.Text.Should().Contain(hash).And.Contain("in Marseille").And.Contain("in Wuhan").And.Contain("at least 1, or nobody");
        var letter = await host.ReadAsync(db => db.Outbox.AsNoTracking().SingleAsync(l => l.Kind == LetterKind.DeclarationReceipt));
        letter.To.Value.Should().Be("head-b@amu.example.org");
        letter.TextBody.Should().Contain(hash).And.Contain("Version: 1").And.Contain("in Wuhan");
    }

    [Fact]
    public async Task The_home_page_names_the_next_step_of_a_host()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var silent = await HostBrowser.SignInAsync(host, "head-b@amu.example.org");
        using var declared = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        var asked = await StepAsync(silent, campaign.Page("B"));
        var open = await StepAsync(declared, campaign.Page("A"));
        await campaign.SaveDraftAsync("A");
        var begun = await StepAsync(declared, campaign.Page("A"));
        await campaign.MoveAsync();
        var over = await StepAsync(declared, campaign.Page("A"));

        (asked, open, begun, over).Should().Be(("Declare capacity", "See or change", "Go on with the draft", "See the capacity"));
    }

    /// <summary>What the home page calls the way to a host's page.</summary>
    private static async Task<string> StepAsync(HostBrowser head, string page)
    {
        await head.OpenAsync("/");
        return Regex.Match(head.Html, $"href=\"{page}\">([^<]+)<").Groups[1].Value;
    }

    [Fact]
    public async Task A_draft_is_kept_and_what_is_in_force_stays_in_force()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        await head.OpenAsync(campaign.Page("A"));
        await head.Fill("Form.Offers[0].Max", "4").PressAsync("save");

        head.Text.Should().Contain("stays in force");
        var declaration = await campaign.DeclarationAsync("A");
        declaration.Draft!.Offers[0].Max.Should().Be(4);
        declaration.Declared!.Offers[0].Max.Should().Be(1);
        (await host.ReadAsync(db => db.Offers.AsNoTracking().SingleAsync(o => o.Code == "A-1"))).Max.Should().Be(1);
    }

    [Fact]
    public async Task A_change_is_a_new_version_with_its_diff_and_tells_those_whose_list_names_it_and_nobody_else()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        var lists = await ListsAsync();

        await head.OpenAsync(campaign.Page("A"));
        await head.Fill("Form.Offers[0].EndsOn", "2026-07-31").PressAsync("check");
        var announced = head.Text;
        await head.Fill("sure", "true").PressAsync();

        announced.Should().Contain("will get a letter: 1");
        head.Path.Should().EndWith("/Versions/2");
        head.Text.Should().Contain("A-1 – Topic A-1").And.Contain("31 July 2026").And.Contain("30 June 2026");
        var told = await host.ReadAsync(db => db.Outbox.AsNoTracking().Where(l => l.Kind == LetterKind.OfferChanged).ToListAsync());
        told.Should().ContainSingle().Which.To.Value.Should().Be("s1@wut.example.org", "only s1 ranks A-1");
        told[0].TextBody.Should().Contain("31 July 2026").And.Contain("kept as it is").And.NotContain("A-2");
        (await ListsAsync()).Should().Equal(lists, "rankings are kept");
        (await campaign.DeclarationAsync("A")).Versions.Should().HaveCount(2);
    }

    [Fact]
    public async Task An_offer_left_out_is_withdrawn_and_its_rankings_are_kept()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        var lists = await ListsAsync();

        await head.OpenAsync(campaign.Page("A"));
        await head.PressAsync("remove:A-2");
        await head.PressAsync("check");
        await head.Fill("sure", "true").PressAsync();

        (await host.ReadAsync(db => db.Offers.AsNoTracking().SingleAsync(o => o.Code == "A-2"))).Withdrawn.Should().BeTrue();
        (await host.ReadAsync(db => db.Outbox.AsNoTracking().SingleAsync(l => l.Kind == LetterKind.OfferChanged))).To.Value.Should().Be("s2@wut.example.org");
        (await ListsAsync()).Should().Equal(lists);
    }

    [Fact]
    public async Task A_new_offer_takes_the_next_free_code_and_tells_nobody()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        await head.OpenAsync(campaign.Page("A"));
        await head.PressAsync("add");
        await head.Fill("Form.Offers[2].TitleZh", "新课题").PressAsync("check");
        await head.Fill("sure", "true").PressAsync();

        var offer = await host.ReadAsync(db => db.Offers.AsNoTracking().SingleAsync(o => o.Code == "A-3"));
        offer.Title.Zh.Should().Be("新课题");
        (await host.ReadAsync(db => db.Outbox.CountAsync(l => l.Kind == LetterKind.OfferChanged))).Should().Be(0);
    }

    [Fact]
    public async Task Declaring_twice_is_one_version_and_the_same_values_again_are_none()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        using var again = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        await head.OpenAsync(campaign.Page("A"));
        await head.Fill("Form.Max", "1").PressAsync("check");
        await again.OpenAsync(campaign.Page("A") + "/Check");

        await head.Fill("sure", "true").PressAsync();
        await again.Fill("sure", "true").PressAsync();

        again.Path.Should().EndWith("/Versions/2");
        (await campaign.DeclarationAsync("A")).Versions.Should().HaveCount(2);
    }

    [Fact]
    public async Task Of_two_windows_the_second_gets_409_with_both_versions_and_loses_nothing()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var first = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        using var second = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        await first.OpenAsync(campaign.Page("A"));
        await second.OpenAsync(campaign.Page("A"));

        await first.Fill("Form.Max", "7").PressAsync("save");
        await second.Fill("Form.Max", "9").PressAsync("save");
        var conflict = (second.Status, second.Text);
        var kept = (await campaign.DeclarationAsync("A")).Draft!.Max;
        await second.PressAsync("save");

        conflict.Status.Should().Be(HttpStatusCode.Conflict);
        conflict.Text.Should().Contain("<del>7</del>").And.Contain("<ins>9</ins>").And.Contain("value=\"9\"");
        kept.Should().Be(7);
        (await campaign.DeclarationAsync("A")).Draft!.Max.Should().Be(9, "saving again is a decision");
    }

    [Fact]
    public async Task The_same_save_repeated_is_no_conflict()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var first = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        using var second = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        await first.OpenAsync(campaign.Page("A"));
        await second.OpenAsync(campaign.Page("A"));

        await first.Fill("Form.Max", "7").PressAsync("save");
        await second.Fill("Form.Max", "7").PressAsync("save");

        second.Status.Should().Be(HttpStatusCode.OK);
        (await campaign.DeclarationAsync("A")).Draft!.Max.Should().Be(7);
    }

    [Fact]
    public async Task A_draft_saved_after_the_check_is_not_declared_unseen()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var first = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        using var second = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");
        await first.OpenAsync(campaign.Page("A"));
        await first.Fill("Form.Max", "7").PressAsync("check");
        await second.OpenAsync(campaign.Page("A"));
        await second.Fill("Form.Max", "8").PressAsync("save");

        await first.Fill("sure", "true").PressAsync();

        first.Status.Should().Be(HttpStatusCode.Conflict);
        first.Text.Should().Contain("<ins>8</ins>");
        (await campaign.DeclarationAsync("A")).DeclaredNumber.Should().Be(1);
    }

    [Theory]
    [InlineData("Form.Max", "many", "not a whole number")]
    [InlineData("Form.Offers[0].Max", "", "number of places")]
    [InlineData("Form.Offers[0].Max", "1001", "between 0 and 1000")]
    [InlineData("Form.Offers[0].Min", "5", "over the maximum")]
    [InlineData("Form.Min", "3", "over the sum of the offers")]
    [InlineData("Form.Offers[0].EndsOn", "2025-01-01", "before the start")]
    [InlineData("Form.Offers[0].StartsOn", "31/12/2026", "not a date")]
    [InlineData("Form.Offers[0].Programmes", null, "at least one programme")]
    public async Task What_is_wrong_is_said_at_its_field_and_what_was_typed_stays(string field, string? value, string sentence)
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        await head.OpenAsync(campaign.Page("A"));
        await head.Fill(field, value).PressAsync("check");

        head.Status.Should().Be(HttpStatusCode.BadRequest);
        head.Text.Should().Contain(sentence);
        if (value is { Length: > 0 })
        {
            head.Text.Should().Contain($"value=\"{value}\"");
        }

        (await campaign.DeclarationAsync("A")).DeclaredNumber.Should().Be(1);
    }

    [Fact]
    public async Task A_title_in_one_language_is_enough_and_none_is_refused()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-a@amu.example.org");

        await head.OpenAsync(campaign.Page("A"));
        await head.Fill("Form.Offers[0].TitleFr", "").Fill("Form.Offers[0].TitleZh", "").Fill("Form.Offers[0].TitleEn", "").PressAsync("check");

        head.Status.Should().Be(HttpStatusCode.BadRequest);
        head.Text.Should().Contain("A-1: Give a title in at least one language.");
    }

    [Theory]
    [InlineData("head-b@amu.example.org")]
    [InlineData("s1@wut.example.org")]
    public async Task Nobody_but_the_head_and_coordinators_enters(string address)
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var other = await HostBrowser.SignInAsync(host, address);

        foreach (var page in new[] { "", "/Check", "/Versions/1" })
        {
            await other.OpenAsync(campaign.Page("A") + page);
            other.Status.Should().Be(HttpStatusCode.Forbidden, page);
            other.Text.Should().NotContain("Topic A-1");
        }
    }

    [Fact]
    public async Task An_offer_of_another_host_cannot_be_declared()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-b@amu.example.org");

        await head.OpenAsync(campaign.Page("B"));
        await head.Fill("Form.Offers[0].Code", "A-1").PressAsync("save");

        head.Status.Should().Be(HttpStatusCode.BadRequest);
        head.Text.Should().Contain("belongs to another host");
        (await campaign.DeclarationAsync("B")).Draft.Should().BeNull();
    }

    [Fact]
    public async Task After_the_deadline_the_head_looks_and_the_coordinator_declares_on_behalf_with_a_reason_and_an_audit_entry()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        host.Clock.Advance(TimeSpan.FromDays(11));
        using var head = await HostBrowser.SignInAsync(host, "head-b@amu.example.org");
        using var coordinator = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");

        await head.OpenAsync(campaign.Page("B"));
        await coordinator.OpenAsync(campaign.Page("B"));
        await coordinator.PressAsync("check");
        await coordinator.Fill("sure", "true").Fill("reason", "  ").PressAsync();
        var refused = coordinator.Text;
        await coordinator.Fill("sure", "true").Fill("reason", "told me by phone").PressAsync();

        head.Text.Should().Contain("Declaring is not open").And.NotContain("name=\"Form.Max\"");
        refused.Should().Contain("Give the reason");
        coordinator.Path.Should().EndWith("/Versions/1");
        var entry = await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "declaration.declared"));
        entry.Reason.Should().Be("told me by phone");
        entry.Detail.Should().Contain("on behalf");
        (await host.ReadAsync(db => db.Outbox.AsNoTracking().SingleAsync())).TextBody.Should().Contain("on your behalf");
    }

    [Fact]
    public async Task A_coordinator_withdraws_an_offer_with_a_reason_and_only_those_who_rank_it_are_told()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: Domain.Campaigns.CampaignState.Matching);
        using var coordinator = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");

        await coordinator.OpenAsync(campaign.Page("A"));
        await coordinator.Fill("code", "A-1").Fill("reason", "the supervisor left").PressAsync(handler: "Withdraw");

        coordinator.Text.Should().NotContain("role=\"alert\"");
        coordinator.Path.Should().EndWith("/Versions/2");
        var told = await host.ReadAsync(db => db.Outbox.AsNoTracking().SingleAsync(l => l.Kind == LetterKind.OfferChanged));
        told.To.Value.Should().Be("s1@wut.example.org");
        told.TextBody.Should().Contain("offer withdrawn");
    }

    [Fact]
    public async Task Coordinators_see_who_has_not_declared_as_such_and_never_as_zero()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var coordinator = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");

        await coordinator.OpenAsync($"/Campaigns/{campaign.Id}/Hosts");

        var row = coordinator.Text[coordinator.Text.IndexOf("Laboratory B", StringComparison.Ordinal)..coordinator.Text.IndexOf("Laboratory A", StringComparison.Ordinal)];
        row.Should().Contain("Not declared", "hosts that wait stand first").And.NotContain("0 (");
        coordinator.Text.Should().Contain("2 (offers: 2)");
    }

    [Fact]
    public async Task Asking_adds_the_missing_hosts_and_reminding_writes_once_a_day_only_to_those_who_have_not_declared()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var coordinator = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");
        await coordinator.OpenAsync($"/Campaigns/{campaign.Id}/Hosts");

        await coordinator.PressAsync(handler: "Invite");
        await coordinator.PressAsync(handler: "Remind");
        await coordinator.PressAsync(handler: "Remind");

        coordinator.Text.Should().NotContain("role=\"alert\"").And.Contain("Letters queued: 0");
        var letters = await host.ReadAsync(db => db.Outbox.AsNoTracking().OrderBy(l => l.Key).ToListAsync());
        letters.Where(l => l.Kind == LetterKind.Invitation).Select(l => l.To.Value).Should().Equal("head-c@amu.example.org");
        letters.Where(l => l.Kind == LetterKind.Reminder).Select(l => l.To.Value).Should().BeEquivalentTo("head-b@amu.example.org", "head-c@amu.example.org");
        (await campaign.DeclarationAsync("C")).Declared.Should().BeNull();
    }

    [Fact]
    public async Task The_sealed_instance_holds_what_was_declared()
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-b@amu.example.org");
        await head.OpenAsync(campaign.Page("B"));
        await head.Fill("Form.Max", "2").Fill("Form.Min", "1").Fill("Form.IfOpen", "true").Fill("Form.Offers[0].Max", "2").Fill("Form.Offers[0].Supervisor", "Ada").Fill("Form.Offers[0].SupervisorMax", "1").PressAsync("check");
        await head.Fill("sure", "true").PressAsync();

        var found = await host.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaign.Id));
        var instance = await host.DoAsync<SealInstance, Domain.Matching.Instance>(seal => seal.ReadAsync(found, false, CancellationToken.None));

        instance.Hosts.Single(h => h.Id == "B").Should().Match<Domain.Matching.InstanceHost>(h => h.Min == 1 && h.Max == 2 && h.Opening == Domain.Matching.Opening.IfOpen);
        instance.Offers.Single(o => o.Id == "B-1").Max.Should().Be(2);
        instance.Supervisors.Should().ContainSingle().Which.Should().Be(new Domain.Matching.InstanceSupervisor("B/Ada", "B", 0, 1));
    }

    [Theory]
    [InlineData("fr", "capacité d’accueil", "Pas encore déclaré")]
    [InlineData("zh-Hans", "接收名额", "尚未申报")]
    [InlineData("en", "capacity", "Not declared")]
    public async Task The_page_speaks_the_readers_language(string language, string title, string state)
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var head = await HostBrowser.SignInAsync(host, "head-b@amu.example.org");
        head.Speak(language);

        await head.OpenAsync(campaign.Page("B"));

        head.Text.Should().Contain(title).And.Contain(state);
    }

    private async Task<List<string>> ListsAsync() =>
        [.. (await host.ReadAsync(db => db.Rankings.AsNoTracking().OrderBy(r => r.Id).ToListAsync())).Select(r => $"{r.Student} {r.Version} {r.Draft.ShortHash()} {r.Submitted?.Choices.ShortHash()}")];
}
