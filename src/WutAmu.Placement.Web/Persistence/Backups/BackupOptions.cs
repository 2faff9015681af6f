using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Persistence.Backups;

/// <summary>Section <c>Backup</c>.</summary>
public sealed class BackupOptions
{
    public const string Section = "Backup";

    /// <summary>Where backups go, best on another disk; empty: <c>backups</c> in the storage folder.</summary>
    public string Folder { get; set; } = "";

    /// <summary>Time of the nightly backup in Marseille, HH:mm; empty: none is made by itself.</summary>
    [RegularExpression("^(([01][0-9]|2[0-3]):[0-5][0-9])?$")]
    public string At { get; set; } = "04:15";

    /// <summary>Older backups are removed after a new one was made; the newest stays in any case.</summary>
    [Range(1, 3650)]
    public int KeepDays { get; set; } = 30;

    /// <summary>Run by <c>/bin/sh</c> after each backup with its folder in <c>PLACEMENT_BACKUP</c>, for example to copy it to another machine; empty: none.</summary>
    public string CopyCommand { get; set; } = "";

    [Range(1, 86_400)]
    public int CopyTimeLimitInSeconds { get; set; } = 1800;
}

[OptionsValidator]
internal sealed partial class ValidateBackupOptions : IValidateOptions<BackupOptions>;
