using System.Text.Json;
using System.Text.Json.Serialization;

namespace WutAmu.Placement.Web.Persistence.Backups;

/// <summary>One backup: a folder, and in it the <c>manifest.json</c> that makes it whole.</summary>
public sealed record Backup(string Folder, BackupManifest Manifest);

/// <summary>What is in a backup. Written last: a folder without it is not a backup.</summary>
/// <param name="Format">1.</param>
/// <param name="MadeAt">Instant up to which everything acknowledged is in it.</param>
/// <param name="AuditEntries">Entries of the audit chain in it.</param>
/// <param name="AuditHash">Hash of the last of them; empty without any.</param>
public sealed record BackupManifest(int Format, DateTimeOffset MadeAt, long AuditEntries, string AuditHash, IReadOnlyList<BackupFile> Files)
{
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip };

    [JsonIgnore]
    public long SizeInBytes => Files.Sum(file => file.SizeInBytes);

    public void Write(string folder) => File.WriteAllBytes(Path.Combine(folder, FileName), JsonSerializer.SerializeToUtf8Bytes(this, Json));

    /// <returns>Null where there is no manifest, or one that cannot be read.</returns>
    public static BackupManifest? Read(string folder)
    {
        var file = Path.Combine(folder, FileName);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<BackupManifest>(File.ReadAllBytes(file), Json) is { Format: 1, Files: not null } manifest ? manifest : null;
        }
        catch (JsonException)
        {
            return null; // half-written or not ours: no backup, and said so by whoever asked for it
        }
    }
}

/// <param name="Name">Relative to the backup's folder, with <c>/</c>.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
public sealed record BackupFile(string Name, long SizeInBytes, string Sha256);

/// <summary>A backup that could not be made, or cannot be trusted. The message is for the operator.</summary>
public sealed class BackupException(string message) : Exception(message);
