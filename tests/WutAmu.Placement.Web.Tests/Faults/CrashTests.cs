using System.Diagnostics;
using System.Globalization;
using Hangfire.Storage.SQLite;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Tests.Mail;
using Xunit.Abstractions;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>
/// The real service, killed at random instants while people save, submit, declare, run and publish and letters leave. A few kills here;
/// <c>scripts/soak crash</c> makes a hundred.
/// </summary>
public sealed class CrashTests(ITestOutputHelper output) : IDisposable
{
    private const string KillsVariable = "PLACEMENT_SOAK_KILLS";

    /// <summary>Every so many kills strike a service that is still starting.</summary>
    private const int StartingEvery = 5;

    private static readonly bool Soak = Environment.GetEnvironmentVariable(KillsVariable) is { Length: > 0 };
    private static readonly int Kills = Number(KillsVariable, 5);
    private static readonly int Seed = Number("PLACEMENT_SOAK_SEED", Random.Shared.Next());

    private string storage = "";

    public void Dispose()
    {
        if (Directory.Exists(storage))
        {
            Directory.Delete(storage, recursive: true);
        }
    }

    [SmtpSinkFact]
    public async Task Nothing_acknowledged_is_lost_and_no_letter_is_missed_however_often_the_service_is_killed()
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Kills} kills, seed {Seed}"));
        await using var sink = await SmtpSink.StartAsync();
        (var campaigns, storage) = await CrashCampaigns.CreateAsync(ready: Kills * 2);
        var settings = new Dictionary<string, string> { ["Mail:Host"] = "127.0.0.1", ["Mail:Port"] = sink.Port.ToString(CultureInfo.InvariantCulture), ["Mail:Security"] = "None", ["Backup:At"] = "" };
        var clients = new CrashClients(campaigns, Seed);
        var random = new Random(Seed);
        var starts = new List<double>();

        for (var kill = 1; kill <= Kills; kill++)
        {
            if (kill % StartingEvery == 0)
            {
                await ServiceProcess.StartAndKillAsync(storage, settings, TimeSpan.FromMilliseconds(random.Next(0, 3000)));
                continue;
            }

            var started = Stopwatch.GetTimestamp();
            await using var service = await ServiceProcess.StartAsync(storage, settings);
            starts.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            using var stop = new CancellationTokenSource();
            var work = clients.WorkAsync(service.Address, stop.Token);
            await UntilAcknowledgedAsync(clients, clients.Acknowledged + random.Next(1, 40));
            await Task.Delay(random.Next(0, 300)); // a random instant of whatever is under way then
            await service.KillAsync();
            await stop.CancelAsync();
            await work;
        }

        await using (var last = await ServiceProcess.StartAsync(storage, settings))
        {
            await OutsideView.UntilAsync(storage, async db => !await db.Outbox.AnyAsync(l => l.State == LetterState.Queued || l.State == LetterState.Sending) && !await db.Runs.AnyAsync(r => r.State == RunState.Queued || r.State == RunState.Solving));
            await CheckJobsAsync();
            (await last.StopAsync()).Should().Be(0, last.Words);
        }

        clients.Unexpected.Should().BeEmpty();
        clients.Acknowledged.Should().BeGreaterThan(Kills, "people got something done between the kills");
        SqliteFile.Faults(Path.Combine(storage, "placement.db")).Should().BeEmpty();
        SqliteFile.Faults(Path.Combine(storage, "jobs.db")).Should().BeEmpty();
        await OutsideView.DoAsync(storage, db => CheckAcknowledgedAsync(db, campaigns, clients));
        await OutsideView.DoAsync(storage, db => CheckRowsAndLettersAsync(db, campaigns));
        var (letters, twice) = await CheckReceivedAsync(await sink.LettersAsync());
        output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{Kills} kills (seed {Seed}): {clients.Acknowledged} acknowledged ({clients.Drafts.Values.Sum(d => d.Acknowledged)} drafts, {clients.Submitted.Count} submissions, {clients.Declared.Count} declarations, {clients.Started.Count} runs, {clients.Published.Count} publications), 0 lost; {letters} letters, 0 missing, {twice} received twice; serving again after {starts.Order().ElementAt(starts.Count / 2):0} ms (median)."));
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out var number) ? number : otherwise;

    private static async Task CheckAcknowledgedAsync(PlacementDb db, CrashCampaigns campaigns, CrashClients clients)
    {
        var rankings = await db.Rankings.AsNoTracking().Where(r => r.Campaign == campaigns.Open).ToDictionaryAsync(r => r.Student);
        foreach (var (student, (asked, acknowledged)) in clients.Drafts)
        {
            var stored = int.Parse(rankings[campaigns.Ranking[student].Student].NoteOn(campaigns.Offers[0]) ?? "0", CultureInfo.InvariantCulture);
            stored.Should().BeInRange(acknowledged, asked, "a draft that was said to be saved is there, or a later one that was asked for");
        }

        foreach (var (student, version) in clients.Submitted)
        {
            rankings[student].Versions.Should().Contain(v => v.Number == version, "its receipt was shown");
        }

        var declarations = await db.Declarations.AsNoTracking().Where(d => d.Campaign == campaigns.Open).ToDictionaryAsync(d => d.Host);
        foreach (var (host, version, total) in clients.Declared)
        {
            declarations[host].Versions.Single(v => v.Number == version).Capacity.Max.Should().Be(total, "its receipt was shown");
        }

        clients.Started.Should().BeSubsetOf(await db.Runs.AsNoTracking().Select(r => r.Id).ToListAsync(), "its page was shown");
        var published = await db.Publications.AsNoTracking().Select(p => p.Run).ToListAsync();
        published.Should().OnlyHaveUniqueItems();
        clients.Published.Should().NotBeEmpty().And.BeSubsetOf(published, "its page was shown");
    }

    private static async Task CheckRowsAndLettersAsync(PlacementDb db, CrashCampaigns campaigns)
    {
        var keys = await db.Outbox.AsNoTracking().Select(l => l.Key).ToListAsync();
        var rankings = await db.Rankings.AsNoTracking().Where(r => r.Campaign == campaigns.Open).ToListAsync();
        keys.Where(key => key.StartsWith("ranking:", StringComparison.Ordinal)).Should().BeEquivalentTo(
            rankings.SelectMany(ranking => ranking.Versions.Select(version => $"ranking:{ranking.Id}:{version.Number}")), "a submission and its receipt are one commit");

        var declarations = await db.Declarations.AsNoTracking().Where(d => d.Campaign == campaigns.Open).ToListAsync();
        keys.Where(key => key.StartsWith("declaration:", StringComparison.Ordinal)).Should().BeEquivalentTo(
            declarations.SelectMany(declaration => declaration.Versions.Where(v => v.Number > 1).Select(version => $"declaration:{declaration.Id}:{version.Number}")), "a declaration and its receipt are one commit; the first was made with the campaign");

        foreach (var publication in await db.Publications.AsNoTracking().ToListAsync())
        {
            keys.Count(key => key.StartsWith($"result:{publication.Id}:student:", StringComparison.Ordinal)).Should().Be(2, "both students get their result");
            (await db.Placements.CountAsync(p => p.Publication == publication.Id)).Should().Be(2);
        }

        var audit = await db.Audit.AsNoTracking().OrderBy(a => a.Sequence).ToListAsync();
        audit.Should().OnlyContain(entry => entry.IsIntact());
        audit.Select(entry => entry.PreviousHash).Should().Equal(audit.Select(entry => entry.Hash).Prepend("").SkipLast(1), "the chain has no gap");
    }

    private async Task<(int Letters, int Twice)> CheckReceivedAsync(List<MimeKit.MimeMessage> messages)
    {
        var letters = await OutsideView.ReadAsync(storage, db => db.Outbox.AsNoTracking().ToListAsync());
        letters.Should().OnlyContain(letter => letter.State == LetterState.Accepted);
        var received = messages.GroupBy(message => message.MessageId ?? "").ToDictionary(group => group.Key, group => group.Count(), StringComparer.Ordinal);
        received.Keys.Should().BeEquivalentTo(letters.Select(letter => letter.MessageId("institute.example.org")), "every letter arrives, and nothing that is no letter");
        var twice = received.Values.Sum(count => count - 1);
        twice.Should().BeLessThanOrEqualTo(Kills, "at most the letter that was under way goes again, with the same Message-ID");
        return (letters.Count, twice);
    }

    /// <summary>No job has failed; and, where there is time to wait until the leases of the killed lapse, none is left over.</summary>
    private async Task CheckJobsAsync()
    {
        using var jobs = new SQLiteStorage(Path.Combine(storage, "jobs.db"));
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (Soak && jobs.GetMonitoringApi().GetStatistics() is { } left && left.Enqueued + left.Processing > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(200), patience.Token);
        }

        jobs.GetMonitoringApi().FailedCount().Should().Be(0);
    }

    /// <summary>However fast this machine is, people get something done, and the first time everything once; after half a minute it is killed anyway.</summary>
    private static async Task UntilAcknowledgedAsync(CrashClients clients, int count)
    {
        var started = Stopwatch.GetTimestamp();
        while ((clients.Acknowledged < count || clients.Published.IsEmpty) && Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(30))
        {
            await Task.Delay(10);
        }
    }
}
