namespace WutAmu.Placement.Web.Features.Campaigns.Import;

/// <summary>What is wrong in an imported file, and where.</summary>
/// <param name="Line">From 1, the header included; 0: the whole file.</param>
/// <param name="Column">Name of the column; empty: the whole line.</param>
/// <param name="Value">The value as it stands in the file.</param>
/// <param name="Code">For example <c>import.unknown</c>.</param>
/// <param name="Detail">A further value the sentence names, or empty.</param>
public sealed record ImportProblem(string File, int Line, string Column, string Value, string Code, string Detail = "");
