using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Tests.Backups;
using WutAmu.Placement.Web.Tests.Faults;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Audit;

/// <summary>Operators read and check the journal by the script, beside a running service or without one.</summary>
public sealed class AuditCommandTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task The_newest_entries_come_first_and_people_are_ids()
    {
        var campaign = await WrittenAsync(12);

        var (code, said, _) = await ScriptAsync("--limit", "3");

        code.Should().Be(0);
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines.Should().HaveCount(4);
        lines.Take(3).Select(line => line.Trim().Split(' ')[0]).Should().Equal("12", "11", "10");
        lines[0].Should().Contain("2026-11-24T08:00:00Z  test.done").And.Contain($"by {campaign.Coordinator}").And.Contain("on subject 12  detail 12  \"reason 12\"");
        lines[3].Should().Be("Older entries: --limit 30");
        said.Should().NotContain("Coordinator");
    }

    [Fact]
    public async Task A_whole_chain_is_exit_0_and_its_hash_is_told()
    {
        await WrittenAsync(3);
        await host.BackUpAsync();

        var (code, said, _) = await ScriptAsync("--check");

        code.Should().Be(0);
        said.Should().Contain($"The audit chain is whole: 3 entries, the last with hash {(await LastAsync()).Hash}.").And.Contain("that noted the same: 1.");
    }

    [Fact]
    public async Task A_broken_chain_is_exit_4_and_the_first_broken_number()
    {
        await WrittenAsync(5);
        await host.DoAsync<PlacementDb>(db => db.Audit.Where(a => a.Sequence >= 4).ExecuteUpdateAsync(set => set.SetProperty(a => a.Reason, "forged")));

        var (code, said, words) = await ScriptAsync("--check");

        code.Should().Be(4);
        words.Should().Be("The audit chain breaks at entry 4: it is not what was written.\n");
        said.Should().BeEmpty();
    }

    [Theory]
    [InlineData("--limit", "0")]
    [InlineData("--limit", "many")]
    [InlineData("--chek", null)]
    public async Task Wrong_arguments_are_refused_before_anything_is_read(string first, string? second)
    {
        var (code, _, words) = await ScriptAsync([first, .. second is null ? Array.Empty<string>() : [second]]);

        code.Should().Be(2);
        words.Should().Contain("usage: scripts/audit");
    }

    [Fact]
    public async Task Without_a_database_it_says_so_and_makes_none()
    {
        var empty = Directory.CreateTempSubdirectory("placement-");
        try
        {
            var (code, words) = await ServiceProcess.RunAsync(empty.FullName, "audit");

            code.Should().Be(1);
            words.Should().Contain("There is no database");
            empty.EnumerateFileSystemInfos().Should().BeEmpty();
        }
        finally
        {
            empty.Delete(recursive: true);
        }
    }

    [Fact]
    public async Task Entries_cut_off_at_the_end_are_missed_by_a_backup_that_knew_them()
    {
        await WrittenAsync(5);
        var backup = await host.BackUpAsync();
        await host.DoAsync<PlacementDb>(db => db.Audit.Where(a => a.Sequence > 3).ExecuteDeleteAsync());

        var report = await CheckAsync();

        report.Should().BeEquivalentTo(new { Count = 3, Fault = new ChainFault(5, ChainFaultKind.Rewritten), Witness = backup }, options => options.ComparingByMembers<ChainReport>());
        report.Sentence().Should().Contain(Path.GetFileName(backup.Folder)).And.Contain("another entry 5");
    }

    [Fact]
    public async Task A_chain_written_anew_is_noticed_by_a_backup_that_knew_the_old_one()
    {
        await WrittenAsync(3);
        await host.BackUpAsync();
        await host.DoAsync<PlacementDb>(db => db.Audit.ExecuteDeleteAsync());
        await WrittenAsync(4, "forged");

        (await CheckAsync()).Fault.Should().Be(new ChainFault(3, ChainFaultKind.Rewritten));
    }

    [Fact]
    public async Task The_nightly_backup_tells_a_broken_chain_and_is_made_all_the_same()
    {
        await WrittenAsync(5);
        await host.DoAsync<PlacementDb>(db => db.Audit.Where(a => a.Sequence == 2).ExecuteDeleteAsync());

        var backup = await host.BackUpAsync();

        host.Logs.Should().ContainSingle(line => line.StartsWith("The audit chain breaks at entry 2: Missing.", StringComparison.Ordinal));
        (backup.Manifest.AuditEntries, backup.Manifest.AuditHash).Should().Be((5L, (await LastAsync()).Hash));
    }

    [Fact]
    public async Task After_a_restore_younger_backups_are_no_accusation()
    {
        using var first = new MatchingHost { KeepStorage = true };
        var campaign = await SmallCampaign.CreateAsync(first);
        await WriteAsync(first, campaign, 1, 3, "subject");
        var old = await first.BackUpAsync();
        await WriteAsync(first, campaign, 4, 9, "subject");
        first.Clock.Advance(TimeSpan.FromHours(1));
        await first.BackUpAsync();
        first.LetAnotherStart();
        first.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();

        var (restored, said) = await ServiceProcess.RunAsync(first.Folder, "restore", old.Folder);
        var (unstarted, unasked) = await ServiceProcess.RunAsync(first.Folder, "audit", "--check");
        using var second = new MatchingHost { Storage = first.Folder };
        second.Clock.Advance(TimeSpan.FromHours(2));
        var report = await second.DoAsync<PlacementDb, ChainReport>(db => Task.FromResult(AuditTrail.Check(db, Shelf(second).All(), CancellationToken.None)));
        var forged = await second.DoAsync<PlacementDb, ChainReport>(async db =>
        {
            await db.Audit.Where(a => a.Action == AuditTrail.RestoredAction).ExecuteDeleteAsync();
            return AuditTrail.Check(db, Shelf(second).All(), CancellationToken.None);
        });

        (restored, unstarted).Should().Be((0, 0));
        said.Should().Contain("The audit chain is whole: 3 entries");
        unasked.Should().Contain("younger backups were not asked");
        (report.Count, report.Fault, report.Agreed).Should().Be((4L, null, 1), "the fourth entry says that a backup was restored");
        forged.Fault.Should().Be(new ChainFault(9, ChainFaultKind.Rewritten), "without that entry six are simply gone");
    }

    [Fact]
    public async Task A_backup_with_a_broken_chain_is_restored_and_said_to_be_broken()
    {
        using var first = new MatchingHost { KeepStorage = true };
        var campaign = await SmallCampaign.CreateAsync(first);
        await WriteAsync(first, campaign, 1, 3, "subject");
        await first.DoAsync<PlacementDb>(db => db.Audit.Where(a => a.Sequence == 2).ExecuteUpdateAsync(set => set.SetProperty(a => a.Detail, "forged")));
        var backup = await first.BackUpAsync();
        first.LetAnotherStart();
        first.Dispose();
        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();

        var (code, words) = await ServiceProcess.RunAsync(first.Folder, "restore", backup.Folder);

        code.Should().Be(0, "people need their data");
        words.Should().Contain("breaks at entry 2: it is not what was written. It is restored all the same");
        Directory.Delete(first.Folder, recursive: true);
    }

    [Fact]
    public async Task A_journal_older_than_erasable_reasons_is_read_too()
    {
        await WrittenAsync(2, reason: null);
        await host.DoAsync<PlacementDb>(db => db.Database.ExecuteSqlRawAsync("ALTER TABLE Audit DROP COLUMN ReasonSalt; ALTER TABLE Audit DROP COLUMN ReasonHash;"));

        (await CheckAsync()).Should().Match<ChainReport>(report => report.Count == 2 && report.Fault == null);
    }

    private static BackupShelf Shelf(MatchingHost host) => (BackupShelf)host.Services.GetService(typeof(BackupShelf))!; // not null: registered

    private async Task<SmallCampaign> WrittenAsync(int count, string subject = "subject", string? reason = "reason")
    {
        var campaign = await host.ReadAsync(db => db.Campaigns.AnyAsync()) ? null : await SmallCampaign.CreateAsync(host);
        await WriteAsync(host, campaign, 1, count, subject, reason);
        return campaign!; // not null the first time, and only then looked at
    }

    private static Task WriteAsync(MatchingHost host, SmallCampaign? campaign, int from, int to, string subject, string? reason = "reason") => host.DoAsync<PlacementDb>(async db =>
    {
        db.Audit.AddRange(Enumerable.Range(from, to - from + 1).Select(i => new AuditEntry(host.Clock.GetUtcNow(), campaign?.Coordinator, null, "test.done", $"{subject} {i}", $"detail {i}", reason is null ? null : $"{reason} {i}")));
        await db.SaveChangesAsync();
    });

    private Task<AuditEntry> LastAsync() => host.ReadAsync(db => db.Audit.AsNoTracking().OrderByDescending(a => a.Sequence).FirstAsync());

    private Task<ChainReport> CheckAsync() => host.DoAsync<PlacementDb, ChainReport>(db => Task.FromResult(AuditTrail.Check(db, Shelf(host).All(), CancellationToken.None)));

    private async Task<(int Code, string Said, string Words)> ScriptAsync(params string[] arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(Checkout.Root, "scripts", "audit"), [.. arguments, "--storage", host.Folder]) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["PLACEMENT_PROGRAM"] = ServiceProcess.Program;
        using var process = Process.Start(start)!; // not null: UseShellExecute is off
        var words = process.StandardError.ReadToEndAsync();
        var said = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, said, await words);
    }
}
