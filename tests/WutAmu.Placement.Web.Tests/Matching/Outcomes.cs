using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Tests.Matching;

internal static class Outcomes
{
    public static T Value<T>(this Result<T> result) =>
        result.TryGet(out var value, out var problem) ? value : throw new InvalidOperationException($"Refused: {problem.Code}");

    public static string? Problem<T>(this Result<T> result) => result.TryGet(out _, out var problem) ? null : problem.Code;
}
