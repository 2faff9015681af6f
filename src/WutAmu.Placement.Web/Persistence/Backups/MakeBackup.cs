using System.Diagnostics;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Audit;

namespace WutAmu.Placement.Web.Persistence.Backups;

/// <summary>Copies both databases, the keys and the journals into a folder of their own, checks the copy, removes old ones. The service may run or rest.</summary>
public sealed partial class MakeBackup(BackupShelf shelf, IOptions<StorageOptions> storage, IOptions<BackupOptions> options, TimeProvider clock, ILogger<MakeBackup> logger)
{
    private const string PartPrefix = ".part-";

    /// <exception cref="BackupException">There is nothing to copy, the copy is not sound, or the copy command failed (the backup itself then stands).</exception>
    public async Task<Backup> HandleAsync(CancellationToken cancellationToken)
    {
        var started = clock.GetTimestamp();
        var backup = Make(clock.GetUtcNow());
        var removed = shelf.Rotate(backup.Manifest.MadeAt);
        var (name, took) = (Path.GetFileName(backup.Folder), clock.GetElapsedTime(started).TotalMilliseconds);
        LogMade(name, backup.Manifest.SizeInBytes, took, removed);
        await CopyAsync(backup, cancellationToken);
        return backup;
    }

    private Backup Make(DateTimeOffset now)
    {
        if (!File.Exists(storage.Value.DatabaseFile))
        {
            throw new BackupException($"There is no database {storage.Value.DatabaseFile}.");
        }

        Directory.CreateDirectory(shelf.Folder);
        RemoveUnfinished();
        var part = Path.Combine(shelf.Folder, PartPrefix + Path.GetRandomFileName());
        // Holds the keys that sign people's cookies.
        PrivateFolder.Create(part);

        try
        {
            // Jobs before the rows they work on: a job without its row does nothing, a row without its job is found by the sweeper.
            // Journals last: what a database knows to be sent must stand in them.
            foreach (var file in (ReadOnlySpan<string>)[storage.Value.JobsFile, storage.Value.DatabaseFile])
            {
                if (File.Exists(file))
                {
                    SqliteFile.Copy(file, Path.Combine(part, Path.GetFileName(file)));
                }
            }

            CopyFiles(part);
            foreach (var database in Directory.EnumerateFiles(part, "*.db"))
            {
                if (SqliteFile.Faults(database) is [var fault, ..])
                {
                    throw new BackupException($"The copy of {Path.GetFileName(database)} is not sound: {fault}");
                }
            }

            var chain = CheckChain(Path.Combine(part, Path.GetFileName(storage.Value.DatabaseFile)));
            var manifest = new BackupManifest(1, now, chain.Count, chain.Hash, [.. Directory.EnumerateFiles(part, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
                .Select(file => new BackupFile(Path.GetRelativePath(part, file).Replace('\\', '/'), new FileInfo(file).Length, BackupShelf.HashOf(file)))]);
            manifest.Write(part);
            SqliteFile.Flush(Path.Combine(part, BackupManifest.FileName));
            var folder = shelf.NewFolder(now);
            Directory.Move(part, folder);
            return new(folder, manifest);
        }
        finally
        {
            if (Directory.Exists(part))
            {
                Directory.Delete(part, recursive: true);
            }
        }
    }

    /// <summary>A broken chain is told and keeps no backup from being made: it may be the last before somebody looks.</summary>
    private ChainReport CheckChain(string database)
    {
        using var copy = AuditTrail.Open(database);
        var report = AuditTrail.Check(copy, shelf.All(), CancellationToken.None);
        if (report.Fault is { } fault)
        {
            LogBroken(fault.Number, fault.Kind);
        }

        return report;
    }

    /// <summary>What a killed backup left, unless it may still be at work.</summary>
    private void RemoveUnfinished()
    {
        foreach (var left in Directory.EnumerateDirectories(shelf.Folder, PartPrefix + "*").Where(folder => DateTime.UtcNow - Directory.GetLastWriteTimeUtc(folder) > TimeSpan.FromDays(1)))
        {
            Directory.Delete(left, recursive: true);
        }
    }

    private void CopyFiles(string part)
    {
        var keys = Path.Combine(shelf.StorageFolder, BackupShelf.KeysFolder);
        if (Directory.Exists(keys))
        {
            Directory.CreateDirectory(Path.Combine(part, BackupShelf.KeysFolder));
            foreach (var key in Directory.EnumerateFiles(keys, "*.xml"))
            {
                CopyFile(key, Path.Combine(part, BackupShelf.KeysFolder, Path.GetFileName(key)));
            }
        }

        foreach (var journal in Directory.EnumerateFiles(shelf.StorageFolder, "*" + BackupShelf.JournalEnding))
        {
            CopyFile(journal, Path.Combine(part, Path.GetFileName(journal)));
        }
    }

    private static void CopyFile(string from, string to)
    {
        // By streams: the service may hold the file open to append to it.
        using (var source = new FileStream(from, FileMode.Open, FileAccess.Read, FileShare.ReadWrite))
        using (var target = File.Create(to))
        {
            source.CopyTo(target);
        }

        SqliteFile.Flush(to);
    }

    private async Task CopyAsync(Backup backup, CancellationToken cancellationToken)
    {
        if (options.Value.CopyCommand.Length == 0)
        {
            return;
        }

        var start = new ProcessStartInfo("/bin/sh", ["-c", options.Value.CopyCommand]) { RedirectStandardError = true, RedirectStandardOutput = true };
        // Settings of the service may hold secrets; the command gets what finding programs and keys needs.
        var environment = ((string[])["PATH", "HOME", "USER", "LANG", "SSH_AUTH_SOCK", "TMPDIR"]).Select(name => (name, Value: Environment.GetEnvironmentVariable(name))).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in environment.Where(variable => variable.Value is not null))
        {
            start.Environment[name] = value;
        }

        start.Environment["PLACEMENT_BACKUP"] = backup.Folder;
        using var process = Process.Start(start) ?? throw new BackupException("/bin/sh did not start.");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(options.Value.CopyTimeLimitInSeconds), clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var words = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(either.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            cancellationToken.ThrowIfCancellationRequested();
            throw new BackupException($"The copy command took longer than {options.Value.CopyTimeLimitInSeconds} s and was ended. The backup {backup.Folder} itself stands.");
        }

        await output;
        if (process.ExitCode != 0)
        {
            throw new BackupException($"The copy command ended with {process.ExitCode}: {(await words).Trim()} The backup {backup.Folder} itself stands.");
        }
    }

    [LoggerMessage(EventId = 5001, Level = LogLevel.Information, Message = "Backup {Name} made: {Bytes} bytes in {Milliseconds} ms; {Removed} old ones removed.")]
    private partial void LogMade(string name, long bytes, double milliseconds, int removed);

    [LoggerMessage(EventId = 5003, Level = LogLevel.Error, Message = "The audit chain breaks at entry {Number}: {Kind}. scripts/audit --check says more.")]
    private partial void LogBroken(long number, ChainFaultKind kind);
}
