using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Section <c>Solver</c>: the command-line tool that does the runs.</summary>
public sealed class SolverOptions
{
    public const string Section = "Solver";

    /// <summary>The command-line tool's assembly; empty: <c>solver/placement.dll</c> beside the service, or the newest build of the same checkout.</summary>
    public string Tool { get; set; } = "";

    /// <summary>Time a run may take; the tool is told, and killed half a minute later if it does not stop.</summary>
    [Range(1, 82_800)]
    public int TimeLimitInSeconds { get; set; } = 600;

    /// <summary>Most memory the tool's managed heap may take; the search's native memory is not limited.</summary>
    [Range(64, 1_000_000)]
    public int HeapLimitInMegabytes { get; set; } = 2048;

    /// <summary>A larger result is refused.</summary>
    [Range(1, 1024)]
    public int OutputLimitInMegabytes { get; set; } = 128;

    public string ToolPath => SolverFile.Find(Tool);
}

[OptionsValidator]
internal sealed partial class ValidateSolverOptions : IValidateOptions<SolverOptions>;
