using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Campaigns;

/// <summary>From an empty service to a campaign with its rules.</summary>
public sealed class SetUpTests : IDisposable
{
    private const string Coordinator = "coordinator@institute.example.org";
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_coordinator_finds_nothing_and_creates_the_first_campaign()
    {
        using var browser = await EnterAsync();

        await browser.OpenAsync("/Campaigns");
        var nothing = browser.Text;
        await browser.OpenAsync("/Campaigns/New");
        await ChooseAsync(browser, PolicyName.Serial, Track.BachelorStudy);

        nothing.Should().Contain("Create the first one").And.Contain("href=\"/Campaigns/New\"");
        var made = await CampaignAsync();
        browser.Path.Should().Be($"/Campaigns/{made.Id}");
        browser.Text.Should().Contain("Campaign created");
        (made.Track, made.AcademicYear, made.State, made.Policy, made.StudentLimit, made.ChoiceLimit, made.TiesAllowed, made.HostsRank)
            .Should().Be((Track.BachelorStudy, "2026-2027", CampaignState.Preparing, PolicyName.Serial, 150, 10, true, false));
        made.LotterySeed.Should().MatchRegex("^2026-11-24/[0-9a-f]{8}$");
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync())).Should().Match<Domain.Audit.AuditEntry>(a => a.Action == "campaign.created" && a.Campaign == made.Id && a.Detail!.Contains(made.LotterySeed));
    }

    [Fact]
    public async Task Two_campaigns_get_two_seeds_that_nobody_chose()
    {
        using var browser = await EnterAsync();

        foreach (var track in Enum.GetValues<Track>())
        {
            await browser.OpenAsync("/Campaigns/New");
            await ChooseAsync(browser, PolicyName.Serial, track);
        }

        (await host.ReadAsync(db => db.Campaigns.Select(c => c.LotterySeed).ToListAsync())).Should().HaveCount(2).And.OnlyHaveUniqueItems();
    }

    [Theory]
    [InlineData("2026/2027")]
    [InlineData(" 2026–2027 ")]
    public async Task A_year_is_understood_as_people_write_it(string typed)
    {
        using var browser = await EnterAsync();
        await browser.OpenAsync("/Campaigns/New");

        await ChooseAsync(browser.Fill("Year", typed));

        (await CampaignAsync()).AcademicYear.Should().Be("2026-2027");
    }

    [Theory]
    [InlineData("Year", "2026-2028", "two years in a row")]
    [InlineData("Year", "2026", "two years in a row")]
    [InlineData("Year", "", "two years in a row")]
    [InlineData("Rules.LotterySeed", " ", "Give a seed")]
    [InlineData("Rules.StudentLimit", "0", "number of students between 1 and 2000")]
    [InlineData("Rules.ChoiceLimit", "101", "number of choices between 1 and 100")]
    [InlineData("Rules.ChoiceLimit", "many", "number of choices between 1 and 100")]
    [InlineData("Rules.Policy", "best", "Choose a policy")]
    public async Task What_is_wrong_is_said_at_its_field_and_nothing_is_created(string field, string typed, string sentence)
    {
        using var browser = await EnterAsync();
        await browser.OpenAsync("/Campaigns/New");

        await ChooseAsync(browser.Fill(field, typed), field == "Rules.Policy" ? typed : PolicyName.MinCost);

        browser.Status.Should().Be(HttpStatusCode.BadRequest);
        browser.Text.Should().Contain(sentence).And.Contain("class=\"problem\"");
        (await host.ReadAsync(db => db.Campaigns.AnyAsync())).Should().BeFalse();
    }

    [Fact]
    public async Task One_campaign_for_each_track_and_year()
    {
        using var browser = await EnterAsync();
        await browser.OpenAsync("/Campaigns/New");
        await ChooseAsync(browser);
        await browser.OpenAsync("/Campaigns/New");

        await ChooseAsync(browser);

        browser.Status.Should().Be(HttpStatusCode.BadRequest);
        browser.Text.Should().Contain("There is already a campaign “Master internships” for 2026-2027.");
        (await host.ReadAsync(db => db.Campaigns.CountAsync())).Should().Be(1);
    }

    [Fact]
    public async Task Rules_change_until_students_rank_and_are_read_only_from_then_on()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);
        using var browser = await HostBrowser.SignInAsync(host, Coordinator);
        await browser.OpenAsync(Page(campaign));
        await ChooseAsync(browser.Fill("Rules.ChoiceLimit", "5"), PolicyName.Serial);
        var saved = browser.Text;

        await campaign.MoveAsync();
        await ChooseAsync(browser.Fill("Rules.ChoiceLimit", "7"), PolicyName.Serial);
        var (status, refused) = (browser.Status, browser.Text);
        await browser.OpenAsync(Page(campaign));

        saved.Should().Contain("Rules saved.");
        (status, refused.Contains("can no longer change", StringComparison.Ordinal)).Should().Be((HttpStatusCode.BadRequest, true));
        browser.Text.Should().Contain("can no longer change").And.NotContain("Save the rules");
        var row = await host.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaign.Id));
        (row.Policy, row.ChoiceLimit).Should().Be((PolicyName.Serial, 5));
        (await host.ReadAsync(db => db.Audit.AsNoTracking().SingleAsync(a => a.Action == "campaign.rules"))).Detail.Should().Contain("10 choices").And.Contain("5 choices");
    }

    [Fact]
    public async Task Of_two_windows_the_second_reads_that_it_is_out_of_date()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);
        using var first = await HostBrowser.SignInAsync(host, Coordinator);
        using var second = await HostBrowser.SignInAsync(host, Coordinator);
        await first.OpenAsync(Page(campaign));
        await second.OpenAsync(Page(campaign));
        await ChooseAsync(first.Fill("Rules.ChoiceLimit", "5"), PolicyName.Serial);

        await ChooseAsync(second.Fill("Rules.ChoiceLimit", "7"), PolicyName.Serial);

        second.Status.Should().Be(HttpStatusCode.BadRequest);
        (await host.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaign.Id))).ChoiceLimit.Should().Be(5);
    }

    [Fact]
    public async Task Without_overlap_the_deadlines_must_follow_each_other()
    {
        var campaign = await HostCampaign.CreateAsync(host, until: CampaignState.Declaring);
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            var row = await db.Campaigns.SingleAsync(c => c.Id == campaign.Id);
            row.Schedule(row.RankingDeadline!.Value.AddDays(1), row.RankingDeadline, row.AnswerDeadline).Value();
            await db.SaveChangesAsync();
        });
        var before = await host.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaign.Id));

        var by = (await host.ReadAsync(db => db.People.AsNoTracking().ToListAsync())).Single(p => p.Roles == Roles.Coordinator).Id;
        var changed = await host.DoAsync<SetUpCampaign, Result<Done>>(setUp => setUp.ChangeRulesAsync(campaign.Id, before.Version, CampaignRules.Of(before) with { Overlap = false }, by, CancellationToken.None));

        changed.TryGet(out _, out var problem).Should().BeFalse();
        problem!.Code.Should().Be("campaign.deadlines-order"); // not null: refused
        (await host.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaign.Id))).DeclaringOverlapsRanking.Should().BeTrue();
    }

    [Theory]
    [InlineData("s1@wut.example.org")]
    [InlineData("head-a@amu.example.org")]
    public async Task Nobody_but_a_coordinator_sets_a_campaign_up(string address)
    {
        var campaign = await HostCampaign.CreateAsync(host);
        using var browser = await HostBrowser.SignInAsync(host, address);

        foreach (var page in new[] { "/Campaigns/New", Page(campaign) })
        {
            await browser.OpenAsync(page);
            browser.Status.Should().Be(HttpStatusCode.Forbidden, page);
        }
    }

    [Fact]
    public async Task A_new_campaign_takes_in_its_files()
    {
        using var browser = await EnterAsync();
        await browser.OpenAsync("/Campaigns/New");
        await ChooseAsync(browser);
        var made = await CampaignAsync();

        await browser.OpenAsync($"/Campaigns/{made.Id}");
        var overview = browser.Text;
        var sample = new SampleCampaign(made.Id, (await host.ReadAsync(db => db.People.SingleAsync())).Id, Track.MasterInternship);
        var report = await sample.ImportAsync(host, await sample.FilesAsync());

        overview.Should().Contain($"/Campaigns/{made.Id}/Import").And.Contain($"/Campaigns/{made.Id}/Deadlines").And.Contain($"/Campaigns/{made.Id}/Rules");
        report.Problems.Should().BeEmpty();
        (await host.ReadAsync(db => db.Students.CountAsync(s => s.Campaign == made.Id))).Should().Be(20);
    }

    private static string Page(HostCampaign campaign) => $"/Campaigns/{campaign.Id}/Rules";

    /// <summary>Chooses what the page has buttons for, and sends it.</summary>
    private static Task ChooseAsync(HostBrowser browser, string policy = PolicyName.Serial, Track track = Track.MasterInternship) =>
        browser.Fill("Rules.Policy", policy).Fill("Track", track.ToString()).PressAsync();

    private async Task<HostBrowser> EnterAsync()
    {
        await host.DoAsync<Persistence.PlacementDb>(async db =>
        {
            db.Add(new Person(PersonId.New(host.Clock.GetUtcNow()), "Coordinator", null, EmailAddress.Create(Coordinator), Language.English, Roles.Coordinator));
            await db.SaveChangesAsync();
        });
        return await HostBrowser.SignInAsync(host, Coordinator);
    }

    private Task<Campaign> CampaignAsync() => host.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync());
}
