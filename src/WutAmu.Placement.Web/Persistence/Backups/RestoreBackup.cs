using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Persistence.Backups;

/// <summary>
/// Puts a backup in the place of the storage folder's databases while the service rests. What was there is kept aside; keys and journals are added to,
/// never taken from; the marker <c>restored</c> tells the next start that letters may have left since.
/// </summary>
public sealed class RestoreBackup(BackupShelf shelf, StorageLock storageLock, IOptions<StorageOptions> storage, TimeProvider clock)
{
    /// <summary>Read by the service at its start.</summary>
    public const string Marker = "restored";

    /// <summary>Stands while a restore is under way: a service that started then would find half a storage.</summary>
    public const string UnderWay = "restoring";

    /// <param name="folder">The backup's folder.</param>
    /// <exception cref="BackupException">The service runs, or the backup cannot be trusted. Nothing was changed then.</exception>
    public Restored Handle(string folder)
    {
        var backup = Check(folder);
        // A broken chain is told and not refused: a service without its data helps nobody to find out what happened.
        using var copy = AuditTrail.Open(Path.Combine(folder, Path.GetFileName(storage.Value.DatabaseFile)));
        var chain = AuditTrail.Check(copy, [new(folder, backup)], CancellationToken.None);
        if (storageLock.Take() is { } holder)
        {
            throw new BackupException($"The service is running (process {holder}) on {shelf.StorageFolder}. Stop it first; nothing was changed.");
        }

        var now = clock.GetUtcNow();
        var aside = Path.Combine(shelf.StorageFolder, "replaced-" + now.UtcDateTime.ToString("yyyy-MM-dd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        string[] databases = [storage.Value.DatabaseFile, storage.Value.JobsFile];
        foreach (var database in databases)
        {
            File.Copy(Path.Combine(folder, Path.GetFileName(database)), database + ".new", overwrite: true);
            SqliteFile.Flush(database + ".new");
        }

        WriteThrough(Path.Combine(shelf.StorageFolder, UnderWay), folder);
        Directory.CreateDirectory(aside);
        foreach (var database in databases)
        {
            foreach (var file in (ReadOnlySpan<string>)[database, database + "-wal", database + "-shm"])
            {
                if (File.Exists(file))
                {
                    File.Move(file, Path.Combine(aside, Path.GetFileName(file)), overwrite: true);
                }
            }

            File.Move(database + ".new", database);
        }

        AddKeys(folder);
        foreach (var file in backup.Files.Where(file => file.Name.EndsWith(BackupShelf.JournalEnding, StringComparison.Ordinal)))
        {
            AddLines(Path.Combine(folder, file.Name), Path.Combine(shelf.StorageFolder, file.Name));
        }

        WriteThrough(
            Path.Combine(shelf.StorageFolder, Marker),
            string.Create(CultureInfo.InvariantCulture, $"backup {Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)))}\nmade {backup.MadeAt:O}\nrestored {now:O}\n"));
        File.Delete(Path.Combine(shelf.StorageFolder, UnderWay));
        return new(backup, now - backup.MadeAt, aside, chain);
    }

    private BackupManifest Check(string folder)
    {
        var backup = BackupManifest.Read(folder) ?? throw new BackupException($"{folder} is not a whole backup: it has no readable {BackupManifest.FileName}.");
        foreach (var file in backup.Files)
        {
            var path = Path.GetFullPath(Path.Combine(folder, file.Name));
            if (!path.StartsWith(Path.TrimEndingDirectorySeparator(Path.GetFullPath(folder)) + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path) || BackupShelf.HashOf(path) != file.Sha256)
            {
                throw new BackupException($"{file.Name} of the backup {folder} is missing or not what was backed up. Nothing was changed.");
            }
        }

        foreach (var database in (ReadOnlySpan<string>)[storage.Value.DatabaseFile, storage.Value.JobsFile])
        {
            var copy = Path.Combine(folder, Path.GetFileName(database));
            if (!File.Exists(copy))
            {
                throw new BackupException($"The backup {folder} has no {Path.GetFileName(database)}. Nothing was changed.");
            }

            if (SqliteFile.Faults(copy) is [var fault, ..])
            {
                throw new BackupException($"{Path.GetFileName(database)} of the backup {folder} is not sound: {fault}. Nothing was changed.");
            }
        }

        return backup;
    }

    private void AddKeys(string folder)
    {
        var from = Path.Combine(folder, BackupShelf.KeysFolder);
        if (!Directory.Exists(from))
        {
            return;
        }

        var to = Directory.CreateDirectory(Path.Combine(shelf.StorageFolder, BackupShelf.KeysFolder)).FullName;
        foreach (var key in Directory.EnumerateFiles(from))
        {
            var place = Path.Combine(to, Path.GetFileName(key));
            if (!File.Exists(place))
            {
                File.Copy(key, place);
            }
        }
    }

    // A journal is newer here than in the backup, unless this is another machine.
    private static void AddLines(string from, string to)
    {
        var present = File.Exists(to) ? File.ReadLines(to).ToHashSet(StringComparer.Ordinal) : [];
        var missing = File.ReadLines(from).Where(line => !present.Contains(line)).ToList();
        if (missing.Count == 0)
        {
            return;
        }

        using var stream = new FileStream(to, FileMode.OpenOrCreate, FileAccess.ReadWrite);
        // A line torn by a power cut stays a line of its own.
        stream.Seek(-Math.Min(1, stream.Length), SeekOrigin.End);
        var torn = stream.Length > 0 && stream.ReadByte() != '\n';
        stream.Seek(0, SeekOrigin.End);
        stream.Write(Encoding.UTF8.GetBytes((torn ? "\n" : "") + string.Concat(missing.Select(line => line + "\n"))));
        stream.Flush(flushToDisk: true);
    }

    private static void WriteThrough(string file, string text)
    {
        using var stream = File.Create(file);
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }
}

/// <param name="Lost">Age of the backup: what was acknowledged in that time before the restore is not in it.</param>
/// <param name="Aside">Folder with the files that were replaced.</param>
/// <param name="Chain">What the check of the backup's audit chain found.</param>
public sealed record Restored(BackupManifest Backup, TimeSpan Lost, string Aside, ChainReport Chain);
