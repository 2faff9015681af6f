using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Backups;

public sealed class BackupTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_backup_made_amid_writes_holds_every_write_acknowledged_before_it()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var acknowledged = 0;
        using var stop = new CancellationTokenSource();
        var enough = new TaskCompletionSource();
        var writing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await campaign.ChangeAsync(db =>
                {
                    db.Audit.Add(new(host.Clock.GetUtcNow(), null, campaign.Id, "test.written", "x"));
                    return Task.CompletedTask;
                });
                if (Interlocked.Increment(ref acknowledged) == 20)
                {
                    enough.SetResult();
                }
            }
        });
        await enough.Task;

        var before = Volatile.Read(ref acknowledged);
        var backup = await host.BackUpAsync();
        await stop.CancelAsync();
        await writing;

        backup.Manifest.AuditEntries.Should().BeGreaterThanOrEqualTo(before).And.BeLessThanOrEqualTo(acknowledged);
        foreach (var database in new[] { "placement.db", "jobs.db" })
        {
            SqliteFile.Faults(Path.Combine(backup.Folder, database)).Should().BeEmpty();
        }

        Directory.EnumerateFiles(backup.Folder).Select(Path.GetFileName).Should().NotContain(name => name!.EndsWith("-wal", StringComparison.Ordinal), "a backup is whole without side files");
    }

    [Fact]
    public async Task Keys_and_journals_are_in_it_and_nobody_else_may_read_them()
    {
        await SmallCampaign.CreateAsync(host);
        using (var client = host.CreateClient())
        {
            await client.GetAsync("/Accounts/SignIn"); // a form makes the first key
        }

        await File.WriteAllTextAsync(Path.Combine(host.Folder, "relay-journal.jsonl"), "one\n");

        var backup = await host.BackUpAsync();

        backup.Manifest.Files.Select(file => file.Name).Should().Contain("relay-journal.jsonl").And.Contain(name => name.StartsWith("keys/key-", StringComparison.Ordinal));
        (OperatingSystem.IsWindows() || File.GetUnixFileMode(backup.Folder) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)).Should().BeTrue("keys sign people's cookies");
    }

    [Fact]
    public async Task Old_backups_go_and_the_newest_stays()
    {
        host.Settings["Backup:KeepDays"] = "7";
        await SmallCampaign.CreateAsync(host);
        var first = await host.BackUpAsync();
        host.Clock.Advance(TimeSpan.FromDays(6));
        var second = await host.BackUpAsync();

        host.Clock.Advance(TimeSpan.FromDays(2));
        var third = await host.BackUpAsync();

        Directory.Exists(first.Folder).Should().BeFalse("it is eight days old");
        host.Services.GetService(typeof(BackupShelf)).As<BackupShelf>().All().Select(backup => backup.Folder).Should().Equal(third.Folder, second.Folder);
    }

    [Fact]
    public async Task What_a_killed_backup_left_goes_after_a_day()
    {
        await SmallCampaign.CreateAsync(host);
        var shelf = Path.GetDirectoryName((await host.BackUpAsync()).Folder)!; // not null: it is a folder
        var (old, young) = (Directory.CreateDirectory(Path.Combine(shelf, ".part-old")), Directory.CreateDirectory(Path.Combine(shelf, ".part-young")));
        old.LastWriteTimeUtc = DateTime.UtcNow.AddDays(-2);

        await host.BackUpAsync();

        Directory.EnumerateDirectories(shelf, ".part-*").Should().Equal(young.FullName);
    }

    [Fact]
    public async Task A_new_storage_folder_is_its_owners_alone()
    {
        host.Settings["Storage:Folder"] = Path.Combine(host.Folder, "new");

        await SmallCampaign.CreateAsync(host);

        (OperatingSystem.IsWindows() || File.GetUnixFileMode(Path.Combine(host.Folder, "new")) == (UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute)).Should().BeTrue("it holds people's names and the keys that sign their cookies");
    }

    [Fact]
    public async Task However_old_the_last_backup_is_kept()
    {
        await SmallCampaign.CreateAsync(host);
        var only = await host.BackUpAsync();

        host.Services.GetService(typeof(BackupShelf)).As<BackupShelf>().Rotate(host.Clock.GetUtcNow().AddYears(5)).Should().Be(0);

        Directory.Exists(only.Folder).Should().BeTrue();
    }

    [Fact]
    public async Task Two_backups_within_a_second_are_two()
    {
        await SmallCampaign.CreateAsync(host);

        var first = await host.BackUpAsync();
        var second = await host.BackUpAsync();

        second.Folder.Should().NotBe(first.Folder);
        Directory.EnumerateDirectories(Path.GetDirectoryName(first.Folder)!).Should().HaveCount(2, "nothing half-made is left");
    }

    [Fact]
    public async Task The_copy_command_gets_the_folder_and_no_setting()
    {
        host.Settings["Backup:CopyCommand"] = "cp -r \"$PLACEMENT_BACKUP\" \"$PLACEMENT_BACKUP.copy\" && env > \"$PLACEMENT_BACKUP.copy/env\"";
        await SmallCampaign.CreateAsync(host);
        Environment.SetEnvironmentVariable("Test__Secret", "hidden");

        var backup = await host.BackUpAsync();

        (await File.ReadAllTextAsync(backup.Folder + ".copy/env")).Should().NotContain("hidden");
        BackupManifest.Read(backup.Folder + ".copy")!.AuditHash.Should().Be(backup.Manifest.AuditHash);
    }

    [Fact]
    public async Task A_copy_command_that_fails_is_told_and_the_backup_stands()
    {
        host.Settings["Backup:CopyCommand"] = "echo no route >&2; exit 7";
        await SmallCampaign.CreateAsync(host);

        await FluentActions.Awaiting(host.BackUpAsync).Should().ThrowAsync<BackupException>().WithMessage("*7*no route*");

        host.Services.GetService(typeof(BackupShelf)).As<BackupShelf>().All().Should().ContainSingle();
    }

    [Fact]
    public async Task A_copy_command_that_hangs_is_ended()
    {
        host.Settings["Backup:CopyCommand"] = "sleep 600";
        await SmallCampaign.CreateAsync(host);

        var backingUp = Task.Run(host.BackUpAsync);
        while (!backingUp.IsCompleted)
        {
            // The limit is on the tests' clock, and starts some time after this loop.
            host.Clock.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        await backingUp.Awaiting(task => task).Should().ThrowAsync<BackupException>().WithMessage("*longer than 1800 s*");
        host.Services.GetService(typeof(BackupShelf)).As<BackupShelf>().All().Should().ContainSingle();
    }

    [Fact]
    public async Task A_restored_backup_is_what_was_backed_up_and_the_replaced_files_are_kept()
    {
        var (folder, backup, campaign) = await RestableAsync();

        var restored = BackedUp.Restore(folder, backup.Folder);
        var marker = await File.ReadAllTextAsync(Path.Combine(folder, RestoreBackup.Marker));

        marker.Should().Contain(Path.GetFileName(backup.Folder));
        await using var other = new MatchingHost { Storage = folder };
        (await other.ReadAsync(db => db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaign))).State.Should().Be(CampaignState.Matching);
        (await other.ReadAsync(db => db.Audit.LongCountAsync())).Should().Be(backup.Manifest.AuditEntries + 1, "the start after a restore pauses sending, and writes that down");
        Directory.EnumerateFiles(restored.Aside).Select(Path.GetFileName).Should().Contain(["placement.db", "jobs.db"]);
    }

    [Fact]
    public async Task A_journal_keeps_what_was_written_since_and_gets_back_what_is_missing()
    {
        var (folder, backup, _) = await RestableAsync();
        await File.WriteAllTextAsync(Path.Combine(folder, "relay-journal.jsonl"), "two\nthr");

        BackedUp.Restore(folder, backup.Folder);

        (await File.ReadAllLinesAsync(Path.Combine(folder, "relay-journal.jsonl"))).Should().Equal("two", "thr", "one");
    }

    [Theory]
    [InlineData("placement.db", "*placement.db*not what was backed up*")]
    [InlineData("jobs.db", "*jobs.db*not what was backed up*")]
    [InlineData("manifest.json", "*not a whole backup*")]
    public async Task A_damaged_backup_is_refused_and_changes_nothing(string file, string words)
    {
        var (folder, backup, _) = await RestableAsync();
        var bytes = await File.ReadAllBytesAsync(Path.Combine(backup.Folder, file));
        bytes[bytes.Length / 2] ^= 1;
        bytes[0] ^= 1;
        await File.WriteAllBytesAsync(Path.Combine(backup.Folder, file), bytes);
        var before = Contents(folder);

        FluentActions.Invoking(() => BackedUp.Restore(folder, backup.Folder)).Should().Throw<BackupException>().WithMessage(words);

        Contents(folder).Should().Equal(before);
    }

    [Fact]
    public async Task A_sound_manifest_does_not_hide_an_unsound_database()
    {
        var (folder, backup, _) = await RestableAsync();
        var file = Path.Combine(backup.Folder, "placement.db");
        var bytes = await File.ReadAllBytesAsync(file);
        bytes.AsSpan(4096 * 3, 4096).Fill(0xAB);
        await File.WriteAllBytesAsync(file, bytes);
        new BackupManifest(1, backup.Manifest.MadeAt, 0, "", [.. backup.Manifest.Files.Select(f => f with { Sha256 = BackupShelf.HashOf(Path.Combine(backup.Folder, f.Name)) })]).Write(backup.Folder);

        FluentActions.Invoking(() => BackedUp.Restore(folder, backup.Folder)).Should().Throw<BackupException>().WithMessage("*not sound*");
    }

    [Fact]
    public async Task Nothing_is_restored_under_a_running_service()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var backup = await host.BackUpAsync();

        FluentActions.Invoking(() => BackedUp.Restore(host.Folder, backup.Folder)).Should().Throw<BackupException>().WithMessage($"*running (process {Environment.ProcessId})*");

        (await host.ReadAsync(db => db.Campaigns.CountAsync(c => c.Id == campaign.Id))).Should().Be(1);
        File.Exists(Path.Combine(host.Folder, RestoreBackup.Marker)).Should().BeFalse();
    }

    /// <summary>Names, and how far the audit chain goes. SQLite's own side files come and go with connections.</summary>
    private static List<string> Contents(string folder) =>
    [
        .. Directory.EnumerateFileSystemEntries(folder).Where(file => !file.EndsWith("-wal", StringComparison.Ordinal) && !file.EndsWith("-shm", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
        SqliteFile.LastAuditEntry(Path.Combine(folder, "placement.db")).Hash,
    ];

    /// <summary>A storage folder of which a backup was made, that went on afterwards, and whose service rests.</summary>
    private static async Task<(string Folder, Backup Backup, CampaignId Campaign)> RestableAsync()
    {
        var other = new MatchingHost { KeepStorage = true };
        await using (other)
        {
            var campaign = await SmallCampaign.CreateAsync(other);
            await File.WriteAllTextAsync(Path.Combine(other.Folder, "relay-journal.jsonl"), "one\n");
            var backup = await other.BackUpAsync();
            var run = await campaign.SolveAsync(await campaign.StartAsync());
            (await campaign.PublishAsync(run.Id)).Value();
            other.LetAnotherStart();
            return (other.Folder, backup, campaign.Id);
        }
    }
}
