using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Rankings;

public sealed class AnswerTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task Before_publication_nothing_is_said_and_nothing_can_be_fetched()
    {
        var campaign = await RankingCampaign.CreateAsync(host, until: CampaignState.Matching);
        await PlaceAsync(campaign, published: false);
        using var student = await SignInAsync("s1");

        await student.OpenAsync("/");
        student.Text.Should().NotContain("Topic A-1").And.Contain("The lists are closed.");
        await student.OpenAsync(Page(campaign));
        student.Text.Should().NotContain("Topic A-1").And.NotContain("Accept this place");
        student.Html.Should().Contain($"href=\"{campaign.Page}\"", "from a page without a result the list is one press away").And.NotContain($"href=\"{Page(campaign)}\"");
        foreach (var file in new[] { "Letter", "Calendar" })
        {
            await student.OpenAsync($"{Page(campaign)}?handler={file}");
            student.Status.Should().Be(HttpStatusCode.NotFound, file);
        }
    }

    [Theory]
    [InlineData("s1")]
    [InlineData("s2")]
    public async Task The_result_stands_among_the_students_other_pages(string who)
    {
        var campaign = await RankingCampaign.CreateAsync(host, until: CampaignState.Matching);
        await PlaceAsync(campaign);
        using var student = await SignInAsync(who);

        await student.OpenAsync(Page(campaign));

        student.Html.Should().Contain($"<a href=\"{Page(campaign)}\" aria-current=\"page\">").And.Contain($"<a href=\"{campaign.Page}\">").And.Contain($"<a href=\"{campaign.OffersPage}\">");
        student.Html.Should().NotContain($"href=\"{campaign.Page}/Versions\"", "nothing was submitted");
    }

    [Fact]
    public async Task A_placed_student_accepts_refuses_with_a_coded_reason_and_thinks_again_until_the_deadline()
    {
        var campaign = await RankingCampaign.CreateAsync(host, until: CampaignState.Matching);
        await PlaceAsync(campaign);
        using var student = await SignInAsync("s1");
        await student.OpenAsync(Page(campaign));

        await student.PressAsync("Accepted", name: "answer");
        var accepted = student.Text;
        await student.Fill("reason", "my own words").PressAsync("Refused", name: "answer");
        var (status, refused) = (student.Status, student.Text);
        await student.Fill("reason", "visa").PressAsync("Refused", name: "answer");
        await student.PressAsync("Accepted", name: "answer");

        accepted.Should().Contain("Place accepted.");
        (status, refused.Contains("Choose a reason for the refusal.", StringComparison.Ordinal)).Should().Be((HttpStatusCode.BadRequest, true));
        (await AnswerAsync(campaign)).Should().Be((Answer.Accepted, null));
        (await campaign.LettersAsync(LetterKind.AnswerReceipt)).Should().HaveCount(3).And.OnlyContain(letter => letter.To.Value == "s1@wut.example.org");
        var notices = await campaign.LettersAsync(LetterKind.Notice);
        notices.Should().HaveCount(2).And.OnlyContain(letter => letter.To.Value == "coordinator@institute.example.org");
        // Both are of one instant of the standing clock: in no order.
        notices.Should().ContainSingle(letter => letter.TextBody.Contains("Student s1 refuses a place. Reason given: Visa or documents"))
            .And.ContainSingle(letter => letter.TextBody.Contains("now accepts it"));
        (await host.ReadAsync(db => db.Audit.Where(a => a.Action == "placement.student-answered").OrderBy(a => a.Sequence).Select(a => a.Detail + a.Reason).ToListAsync()))
            .Should().Equal("Accepted", "Refusedvisa", "Accepted");
    }

    [Fact]
    public async Task An_answer_within_the_hold_sends_nothing_before_its_end_and_a_recall_takes_its_letters_along()
    {
        var campaign = await RankingCampaign.CreateAsync(host, until: CampaignState.Matching);
        await PlaceAsync(campaign, held: TimeSpan.FromMinutes(10));
        using var student = await SignInAsync("s1");
        await student.OpenAsync(Page(campaign));

        await student.Fill("reason", "visa").PressAsync("Refused", name: "answer");
        var written = await AboutResultsAsync(campaign);
        var coordinator = (await host.ReadAsync(db => db.People.ToListAsync())).Single(p => p.Email.Value == "coordinator@institute.example.org").Id;
        (await host.DoAsync<RecallPublication, Domain.Result<Domain.Done>>(recall => recall.HandleAsync(campaign.Id, "wrong file", coordinator, CancellationToken.None))).Value();
        var recalled = await AboutResultsAsync(campaign);

        written.Should().HaveCount(2).And.OnlyContain(letter => letter.NextAttemptAt == host.Clock.GetUtcNow().AddMinutes(10));
        recalled.Should().HaveCount(2).And.OnlyContain(letter => letter.State == LetterState.Recalled);

        static async Task<List<OutboxLetter>> AboutResultsAsync(RankingCampaign campaign) => [.. await campaign.LettersAsync(LetterKind.AnswerReceipt), .. await campaign.LettersAsync(LetterKind.Notice)];
    }

    [Fact]
    public async Task The_same_answer_pressed_twice_is_one()
    {
        var campaign = await RankingCampaign.CreateAsync(host, until: CampaignState.Matching);
        await PlaceAsync(campaign);
        using var student = await SignInAsync("s1");
        await student.OpenAsync(Page(campaign));

        await student.PressAsync("Accepted", name: "answer");
        await student.PressAsync("Accepted", name: "answer");

        (await campaign.LettersAsync(LetterKind.AnswerReceipt)).Should().ContainSingle();
    }

    [Fact]
    public async Task After_the_deadline_no_answer_is_taken_and_the_page_says_so()
    {
        var campaign = await RankingCampaign.CreateAsync(host, until: CampaignState.Matching);
        await PlaceAsync(campaign);
        host.Clock.Advance(TimeSpan.FromDays(60) - TimeSpan.FromHours(1));
        using var student = await SignInAsync("s1");
        await student.OpenAsync(Page(campaign));
        host.Clock.Advance(TimeSpan.FromHours(1) + TimeSpan.FromMicroseconds(1));

        await student.PressAsync("Accepted", name: "answer");

        student.Text.Should().Contain("The time to answer is over").And.NotContain("Accept this place");
        (await AnswerAsync(campaign)).Should().Be((Answer.Pending, null));
    }

    [Fact]
    public async Task An_unplaced_student_reads_what_comes_next_and_cannot_answer_for_another()
    {
        var campaign = await RankingCampaign.CreateAsync(host, until: CampaignState.Matching);
        await PlaceAsync(campaign);
        using var student = await SignInAsync("s2");

        await student.OpenAsync(Page(campaign));
        var page = student.Text;
        var other = (await host.ReadAsync(db => db.Students.SingleAsync(s => s.Id == campaign.Students["s2"]))).Person;
        var answered = await host.DoAsync<AnswerAsStudent, Domain.Result<Domain.Done>>(answer => answer.HandleAsync(campaign.Id, other, Answer.Refused, "visa", CancellationToken.None));

        page.Should().Contain("What comes next").And.NotContain("Topic A-1").And.NotContain("Accept this place");
        answered.Problem().Should().Be("answer.none");
        (await AnswerAsync(campaign)).Should().Be((Answer.Pending, null));
    }

    [Fact]
    public async Task The_letter_and_the_dates_can_be_kept()
    {
        var campaign = await RankingCampaign.CreateAsync(host, until: CampaignState.Matching);
        await PlaceAsync(campaign);
        using var student = await SignInAsync("s1");

        await student.OpenAsync($"{Page(campaign)}?handler=Letter");
        var letter = student.Text;
        await student.OpenAsync($"{Page(campaign)}?handler=Calendar");

        letter.Should().Contain("Auto-Submitted: auto-generated").And.Contain("s1@wut.example.org").And.Contain("Laboratory A");
        student.Text.Should().Contain("DTSTART;VALUE=DATE:20270111").And.Contain("DTEND;VALUE=DATE:20270701").And.Contain("LOCATION:Luminy");
    }

    private static string Page(RankingCampaign campaign) => $"/Results/{campaign.Id}";

    private Task<HostBrowser> SignInAsync(string code) => HostBrowser.SignInAsync(host, $"{code}@wut.example.org");

    private async Task<(Answer, string?)> AnswerAsync(RankingCampaign campaign)
    {
        var placement = await host.ReadAsync(db => db.Placements.AsNoTracking().SingleAsync(p => p.Student == campaign.Students["s1"]));
        return (placement.StudentAnswer, placement.StudentReason);
    }

    /// <summary>s1 is placed at A-1, s2 nowhere.</summary>
    private Task PlaceAsync(RankingCampaign made, bool published = true, TimeSpan held = default) => host.DoAsync<IServiceProvider>(async services =>
    {
        var db = services.GetRequiredService<PlacementDb>();
        var now = host.Clock.GetUtcNow();
        var campaign = await db.Campaigns.SingleAsync(c => c.Id == made.Id);
        var coordinator = (await db.People.ToListAsync()).Single(p => p.Email.Value == "coordinator@institute.example.org");
        var run = new Run(RunId.New(now), campaign.Id, 1, PolicyName.MinRegretGreedy, [], "digest", coordinator.Id, now);
        var publication = new Domain.Placements.Publication(PublicationId.New(now), campaign.Id, run.Id, coordinator.Id, now, now + held, null);
        var placement = new Domain.Placements.Placement(PlacementId.New(now), publication.Id, campaign.Id, made.Students["s1"], made.Offers["A-1"], 1);
        if (published)
        {
            campaign.MoveTo(CampaignState.Published).Value();
            db.AddRange(await services.GetRequiredService<ResultLetters>().WriteAsync(campaign, publication, run, [placement], now, CancellationToken.None));
        }
        else
        {
            publication.Recall("not yet", now.AddTicks(-1)).Value();
        }

        db.AddRange(run, publication, placement);
        await db.SaveChangesAsync();
    });
}
