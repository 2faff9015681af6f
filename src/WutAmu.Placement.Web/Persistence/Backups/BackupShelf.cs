using System.Globalization;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Persistence.Backups;

/// <summary>The folder of the backups, and what of the storage folder belongs into one.</summary>
public sealed class BackupShelf(IOptions<StorageOptions> storage, IOptions<BackupOptions> options)
{
    /// <summary>Files that are only ever appended to: a restore adds to them and takes nothing away.</summary>
    public const string JournalEnding = ".jsonl";

    public const string KeysFolder = "keys";

    public string StorageFolder => Path.GetFullPath(storage.Value.Folder);

    public string Folder => options.Value.Folder is { Length: > 0 } folder ? Path.GetFullPath(folder) : Path.Combine(StorageFolder, "backups");

    /// <summary>Newest first; folders without a readable manifest are left out.</summary>
    public IReadOnlyList<Backup> All() => !Directory.Exists(Folder)
        ? []
        : [.. Directory.EnumerateDirectories(Folder)
            .Select(folder => (Folder: folder, Manifest: BackupManifest.Read(folder)))
            .Where(found => found.Manifest is not null)
            .Select(found => new Backup(found.Folder, found.Manifest!)) // not null: just asked
            .OrderByDescending(backup => backup.Manifest.MadeAt).ThenBy(backup => backup.Folder, StringComparer.Ordinal)];

    /// <summary>Removes backups older than the days to keep, but never the newest.</summary>
    /// <returns>How many were removed.</returns>
    public int Rotate(DateTimeOffset now)
    {
        var old = All().Skip(1).Where(backup => backup.Manifest.MadeAt < now.AddDays(-options.Value.KeepDays)).ToList();
        foreach (var backup in old)
        {
            Directory.Delete(backup.Folder, recursive: true);
        }

        return old.Count;
    }

    /// <summary>Name of a new backup's folder; sorts by time.</summary>
    public string NewFolder(DateTimeOffset now)
    {
        var name = Path.Combine(Folder, now.UtcDateTime.ToString("yyyy-MM-dd'T'HHmmss'Z'", CultureInfo.InvariantCulture));
        var free = name;
        for (var number = 2; Directory.Exists(free); number++)
        {
            free = string.Create(CultureInfo.InvariantCulture, $"{name}-{number}");
        }

        return free;
    }

    internal static string HashOf(string file)
    {
        using var stream = File.OpenRead(file);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}
