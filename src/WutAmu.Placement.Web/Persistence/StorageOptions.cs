using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Persistence;

/// <summary>Section <c>Storage</c>.</summary>
public sealed class StorageOptions
{
    public const string Section = "Storage";

    /// <summary>Folder of the databases, keys and letter files; created if absent. Relative to the working directory.</summary>
    [Required]
    public string Folder { get; set; } = "data";

    public string DatabaseFile => Path.GetFullPath(Path.Combine(Folder, "placement.db"));

    /// <summary>What the mail server accepted, beside the database and never overwritten with it.</summary>
    public string RelayJournalFile => Path.GetFullPath(Path.Combine(Folder, "relay-journal.jsonl"));

    /// <summary>Who was erased, by id, beside the database and never overwritten with it: a restored backup must not bring them back.</summary>
    public string ErasureJournalFile => Path.GetFullPath(Path.Combine(Folder, "erased.jsonl"));

    /// <summary>There while files still hold traces of somebody erased; names the letters whose files are to go.</summary>
    public string ErasureMarker => Path.GetFullPath(Path.Combine(Folder, "erasing"));

    /// <summary>Left by a restore; makes the service start with sending paused.</summary>
    public string RestoredMarker => Path.GetFullPath(Path.Combine(Folder, "restored"));

    /// <summary>Hangfire's own file: it must not share the one writer.</summary>
    public string JobsFile => Path.GetFullPath(Path.Combine(Folder, "jobs.db"));
}

[OptionsValidator]
internal sealed partial class ValidateStorageOptions : IValidateOptions<StorageOptions>;
