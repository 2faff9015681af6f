using System.Diagnostics;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver;

/// <summary>Solves an instance under a policy, exactly, level by level. Synchronous CPU work on the calling thread.</summary>
public static class MatchingEngine
{
    /// <summary>Version of this engine.</summary>
    public const string Version = "1.0";

    private const string FlowSolver = "ortools-9.15 min-cost-flow";

    /// <returns>Status <c>optimal</c>, or <c>infeasible</c>.</returns>
    /// <exception cref="UnsupportedInstanceException">The instance or policy needs what is not built.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two levels.</exception>
    public static MatchingResult Solve(Instance instance, PolicyName policy, SolveOptions options, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        RefuseUnsupported(instance, policy);
        // Rows in any order give the same flow, byte for byte.
        var sorted = Sort(instance);
        var solution = new LevelByLevel(sorted, policy, options, cancellationToken).Solve();
        var result = solution is null
            ? new MatchingResult { Instance = CanonicalJson.Digest(instance), Policy = policy.ToString(), Status = MatchingStatus.Infeasible }
            : solution with { Instance = CanonicalJson.Digest(instance) };
        return result with { Lottery = options.Lottery, Engine = new(Version, FlowSolver, clock.Elapsed.TotalSeconds) };
    }

    private static void RefuseUnsupported(Instance instance, PolicyName policy)
    {
        if (instance.Quotas.Length > 0 || instance.Together.Length > 0 || instance.Apart.Length > 0
            || instance.Hosts.Any(host => host.Opening == Opening.IfOpen && host.Min > 0)
            || instance.Offers.Any(offer => offer.Opening == Opening.IfOpen && offer.Min > 0))
        {
            throw new UnsupportedInstanceException("Quotas, together, apart and opening \"if-open\" are not solved by this version.");
        }

        if (policy.IsStable)
        {
            throw new UnsupportedInstanceException($"Policy {policy.Name} is not solved by this version.");
        }
    }

    internal static Instance Sort(Instance instance) => instance with
    {
        Students = [.. instance.Students.OrderBy(s => s.Id, StringComparer.Ordinal)],
        Hosts = [.. instance.Hosts.OrderBy(h => h.Id, StringComparer.Ordinal)],
        Supervisors = [.. instance.Supervisors.OrderBy(s => s.Id, StringComparer.Ordinal)],
        Offers = [.. instance.Offers.OrderBy(o => o.Id, StringComparer.Ordinal)],
    };
}
