using System.Net;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Tests.Backups;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Platform;

public sealed class HealthTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task The_service_is_alive_for_anybody_who_asks()
    {
        using var client = host.CreateClient();

        (await client.GetAsync("/health/live")).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Every_part_says_how_it_is_in_figures()
    {
        await SmallCampaign.CreateAsync(host);

        var (status, report) = await AskAsync();

        status.Should().Be(HttpStatusCode.OK);
        report.GetProperty("checks").EnumerateObject().Select(check => check.Name).Should().BeEquivalentTo("database", "jobs", "deadlines", "mail", "backup", "disk");
        Figure(report, "database", "writes").Should().BePositive();
        Figure(report, "database", "commits").Should().Be(Figure(report, "database", "writes"), "nothing here waited with others for its commit");
        Figure(report, "database", "writeP99Milliseconds").Should().BePositive();
        Figure(report, "disk", "freeMegabytes").Should().BePositive();
        Why(report, "jobs").Should().Be("no-job-server", "these tests run without workers");
    }

    [Fact]
    public async Task A_letter_that_waits_too_long_degrades_and_one_on_hold_does_not()
    {
        await PublishedAsync(); // its letters are held for 10 minutes

        host.Clock.Advance(TimeSpan.FromMinutes(39));
        var held = await AskAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(2));
        var late = await AskAsync();

        Why(held.Report, "mail").Should().BeNull();
        Why(late.Report, "mail").Should().Be("letters-wait");
        late.Status.Should().Be(HttpStatusCode.OK, "pages can be served; a restart would not help");
        late.Report.GetProperty("status").GetString().Should().Be("degraded");
    }

    [Fact]
    public async Task Why_letters_wait_is_said_before_that_they_do()
    {
        await PublishedAsync();
        host.Clock.Advance(TimeSpan.FromMinutes(41));
        var coordinator = await host.ReadAsync(db => db.People.Where(p => p.Roles != Domain.People.Roles.None).Select(p => p.Id).FirstAsync());

        await ChangeSendingAsync(sending => sending.Stumble("421 closing", host.Clock.GetUtcNow()));
        var trouble = await AskAsync();
        await ChangeSendingAsync(sending => sending.Pause("looking", coordinator, host.Clock.GetUtcNow()).Value());
        var paused = await AskAsync();

        Why(trouble.Report, "mail").Should().Be("mail-server-trouble");
        Why(paused.Report, "mail").Should().Be("sending-paused");
        paused.Status.Should().Be(HttpStatusCode.OK);
    }

    [Fact]
    public async Task A_backup_too_old_or_none_at_all_degrades()
    {
        await PublishedAsync();
        var fresh = await AskAsync();
        host.Clock.Advance(TimeSpan.FromHours(31));
        var none = await AskAsync();
        await host.BackUpAsync();
        var made = await AskAsync();
        host.Clock.Advance(TimeSpan.FromHours(31));
        var old = await AskAsync();

        new[] { fresh, none, made, old }.Select(answer => Why(answer.Report, "backup")).Should().Equal(null, "no-backup", null, "backup-old");
    }

    [Fact]
    public async Task A_full_disk_is_not_ready()
    {
        host.Settings["Health:LeastDiskInMegabytes"] = "10000000";
        host.Settings["Health:LowDiskInMegabytes"] = "10000000";

        var (status, report) = await AskAsync();

        status.Should().Be(HttpStatusCode.ServiceUnavailable);
        Why(report, "disk").Should().Be("disk-full");
    }

    [Fact]
    public async Task A_database_that_does_not_answer_is_not_ready_and_tells_nobody_why()
    {
        await SmallCampaign.CreateAsync(host);
        await host.DoAsync<Persistence.PlacementDb>(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Campaigns RENAME TO Gone"));

        using var client = host.CreateClient();
        using var answer = await client.GetAsync("/health/ready");
        var text = await answer.Content.ReadAsStringAsync();

        answer.StatusCode.Should().Be(HttpStatusCode.ServiceUnavailable);
        text.Should().Contain("no-answer").And.NotContain("Campaigns").And.NotContain(host.Folder);
    }

    private static string? Why(JsonElement report, string check) => report.GetProperty("checks").GetProperty(check).GetProperty("why").GetString();

    private static double Figure(JsonElement report, string check, string figure) => report.GetProperty("checks").GetProperty(check).GetProperty("figures").GetProperty(figure).GetDouble();

    private Task ChangeSendingAsync(Action<Domain.Letters.SendingState> change) => host.DoAsync<Persistence.PlacementDb>(async db =>
    {
        change(await db.Sending.SingleAsync());
        await db.SaveChangesAsync();
    });

    private async Task PublishedAsync()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        (await campaign.PublishAsync(run.Id)).Value();
    }

    private async Task<(HttpStatusCode Status, JsonElement Report)> AskAsync()
    {
        using var client = host.CreateClient();
        using var answer = await client.GetAsync("/health/ready");
        return (answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }
}
