using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Deadlines;

/// <summary>Two campaigns at one minute: the first one's turn fails, and the other has its own all the same.</summary>
public sealed class FailingCampaignTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_campaign_that_cannot_be_moved_keeps_no_other_from_moving()
    {
        var (failing, other) = await TwoAsync();
        await RefuseToMoveAsync(failing);
        host.Clock.Advance(TimeSpan.FromDays(21));

        await host.KeepDeadlinesAsync();

        (await host.CampaignAsync(failing)).State.Should().Be(CampaignState.Ranking);
        (await host.CampaignAsync(other)).State.Should().Be(CampaignState.Matching);
        host.Logs.Should().ContainSingle(line => line.StartsWith($"The minute of campaign {failing} failed", StringComparison.Ordinal)).Which.Should().Contain("no room for it");
        host.Logs.Should().NotContain(line => line.StartsWith($"Campaign {failing} moved", StringComparison.Ordinal), "it did not");
    }

    [Fact]
    public async Task A_campaign_whose_reminders_fail_keeps_no_other_from_its_own()
    {
        var (failing, other) = await TwoAsync();
        await ExecuteAsync("UPDATE People SET TimeZone = 'Europe/Nowhere' WHERE Email = 's3@wut.example.org'");
        host.Clock.Advance(TimeSpan.FromDays(13) + TimeSpan.FromHours(1));

        await host.KeepDeadlinesAsync();

        var reminders = await host.ReadAsync(db => db.Outbox.AsNoTracking().Where(l => l.Kind == LetterKind.Reminder).ToListAsync());
        reminders.Should().ContainSingle().Which.Campaign.Should().Be(other);
        host.Logs.Should().Contain(line => line.StartsWith($"The minute of campaign {failing} failed", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Health_says_so_until_the_campaign_has_its_turn_again()
    {
        var (failing, _) = await TwoAsync();
        await RefuseToMoveAsync(failing);
        host.Clock.Advance(TimeSpan.FromDays(21));

        await host.KeepDeadlinesAsync();
        await host.KeepDeadlinesAsync();
        var troubled = await DeadlinesAsync();
        await ExecuteAsync("DROP TRIGGER no_room");
        await host.KeepDeadlinesAsync();
        var mended = await DeadlinesAsync();

        troubled.Should().Be(("degraded", "campaigns-fail", 1, 2));
        mended.Should().Be(("ready", null, 0, 2));
        (await host.CampaignAsync(failing)).State.Should().Be(CampaignState.Matching);
    }

    [Fact]
    public async Task A_job_that_is_stopped_is_no_failure_of_a_campaign()
    {
        await TwoAsync();
        host.Clock.Advance(TimeSpan.FromDays(21));

        var keep = () => host.DoAsync<KeepDeadlines>(job => job.ExecuteAsync(new(canceled: true)));

        await keep.Should().ThrowAsync<OperationCanceledException>();
        (await DeadlinesAsync()).Should().Be(("ready", null, 0, 0));
    }

    /// <summary>Both are ranking until one deadline, with one student each who has submitted nothing; what is open is accepted.</summary>
    private async Task<(CampaignId Failing, CampaignId Other)> TwoAsync()
    {
        var first = await HostCampaign.CreateAsync(host);
        host.Clock.Advance(TimeSpan.FromSeconds(1)); // ids, and so the turns, go by time
        var second = await host.DoAsync<Persistence.PlacementDb, CampaignId>(async db =>
        {
            var now = host.Clock.GetUtcNow();
            var campaign = new Campaign(CampaignId.New(now), Track.BachelorStudy, "2026-2027", "min-regret-greedy", "seed");
            campaign.Schedule(now.AddDays(10), now.AddDays(20), null).Value();
            campaign.MoveTo(CampaignState.Declaring).Value();
            campaign.MoveTo(CampaignState.Ranking).Value();
            var person = new Person(PersonId.New(now), "Student b1", null, EmailAddress.Create("b1@wut.example.org"), Language.English, Roles.None);
            db.AddRange(campaign, person, new Student(StudentId.New(now), campaign.Id, person.Id, "b1", "microbiology", null));
            await db.SaveChangesAsync();
            return campaign.Id;
        });
        foreach (var campaign in new[] { first.Id, second })
        {
            var row = await host.CampaignAsync(campaign);
            var by = await host.ReadAsync(db => db.People.Where(p => p.Roles != Roles.None).Select(p => p.Id).FirstAsync());
            (await host.DoAsync<ScheduleCampaign, Result<Done>>(schedule => schedule.AcceptOpenItemsAsync(campaign, row.Version, "it is a test", by, CancellationToken.None))).Value();
        }

        return (first.Id, second);
    }

    /// <summary>The database takes no move of this campaign, as if its disk were full just then.</summary>
    private Task RefuseToMoveAsync(CampaignId campaign) =>
        ExecuteAsync($"CREATE TRIGGER no_room BEFORE UPDATE OF State ON Campaigns WHEN lower(OLD.Id) = '{campaign}' AND NEW.State <> OLD.State BEGIN SELECT RAISE(ABORT, 'no room for it'); END");

    private Task ExecuteAsync(string sql) => host.DoAsync<Persistence.PlacementDb>(db => db.Database.ExecuteSqlRawAsync(sql));

    private async Task<(string? Status, string? Why, int Failing, int Failures)> DeadlinesAsync()
    {
        using var client = host.CreateClient();
        using var answer = await client.GetAsync("/health/ready");
        var check = JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("checks").GetProperty("deadlines");
        var figures = check.GetProperty("figures");
        return (check.GetProperty("status").GetString(), check.GetProperty("why").GetString(), figures.GetProperty("failing").GetInt32(), figures.GetProperty("failures").GetInt32());
    }
}
