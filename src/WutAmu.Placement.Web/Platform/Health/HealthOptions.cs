using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Platform.Health;

/// <summary>Section <c>Health</c>: when <c>/health/ready</c> calls for somebody.</summary>
public sealed class HealthOptions
{
    public const string Section = "Health";

    /// <summary>A letter that waits longer than this degrades.</summary>
    [Range(1, 10_000)]
    public int LetterWaitInMinutes { get; set; } = 30;

    /// <summary>A newest backup older than this degrades.</summary>
    [Range(1, 10_000)]
    public int BackupAgeInHours { get; set; } = 30;

    /// <summary>Less room than this on the disk of the storage folder degrades.</summary>
    [Range(1, 10_000_000)]
    public int LowDiskInMegabytes { get; set; } = 1000;

    /// <summary>Less room than this is not ready.</summary>
    [Range(1, 10_000_000)]
    public int LeastDiskInMegabytes { get; set; } = 100;

    /// <summary>Job servers silent for longer than this degrade.</summary>
    [Range(10, 3600)]
    public int JobServerSilenceInSeconds { get; set; } = 120;
}

[OptionsValidator]
internal sealed partial class ValidateHealthOptions : IValidateOptions<HealthOptions>;
