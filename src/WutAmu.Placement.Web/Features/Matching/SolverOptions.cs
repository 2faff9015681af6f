using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Section <c>Solver</c>.</summary>
public sealed class SolverOptions
{
    public const string Section = "Solver";

    /// <summary>The command-line tool's assembly; empty: the folder <c>solver</c> beside the service.</summary>
    public string Tool { get; set; } = "";

    /// <summary>A run that takes longer is stopped and fails.</summary>
    [Range(1, 86_400)]
    public int TimeLimitInSeconds { get; set; } = 600;

    public string ToolPath => Tool.Length > 0 ? Path.GetFullPath(Tool) : Path.Combine(AppContext.BaseDirectory, "solver", "placement.dll");
}

[OptionsValidator]
internal sealed partial class ValidateSolverOptions : IValidateOptions<SolverOptions>;
