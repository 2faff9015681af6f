namespace WutAmu.Placement.Domain.Matching;

/// <summary>What is wrong in an instance or result file, and where.</summary>
/// <param name="Path">JSON path, for example <c>$.offers[3].max</c>.</param>
/// <param name="Message">English sentence that names the value.</param>
public sealed record InstanceProblem(string Path, string Message)
{
    /// <summary>One line, whatever the ids hold: control characters and signs that end or turn lines are written as their number.</summary>
    public override string ToString() => SingleLine.Numbered($"{Path}: {Message}");
}
