namespace WutAmu.Placement.Domain.Matching;

/// <summary>What is wrong in an instance or result file, and where.</summary>
/// <param name="Path">JSON path, for example <c>$.offers[3].max</c>.</param>
/// <param name="Message">English sentence that names the value.</param>
public sealed record InstanceProblem(string Path, string Message)
{
    public override string ToString() => $"{Path}: {Message}";
}
