namespace WutAmu.Placement.Domain.Verification;

/// <summary>Something a result claims that is not so.</summary>
/// <param name="Code">For example <c>capacity</c>, <c>level.not-optimal</c>, <c>lottery</c>.</param>
/// <param name="Message">English sentence that names the values.</param>
public sealed record Finding(string Code, string Message);
