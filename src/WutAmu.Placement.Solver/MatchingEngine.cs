using System.Diagnostics;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Stable;

namespace WutAmu.Placement.Solver;

/// <summary>Solves an instance under a policy, exactly, level by level. Synchronous CPU work on the calling thread.</summary>
public static class MatchingEngine
{
    /// <summary>Version of this engine.</summary>
    public const string Version = "1.0";

    private const string FlowSolver = "ortools-9.15 min-cost-flow";
    private const string StableSolver = "deferred acceptance";

    /// <returns>Status <c>optimal</c>, or <c>infeasible</c>.</returns>
    /// <exception cref="UnsupportedInstanceException">The instance or policy needs what is not built.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two levels.</exception>
    public static MatchingResult Solve(Instance instance, PolicyName policy, SolveOptions options, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        RefuseUnsupported(instance, policy);
        // Rows in any order give the same flow, byte for byte.
        var sorted = Sort(instance);
        var (solution, solver) = policy.IsStable
            ? (new StablePolicy(sorted, policy, options, cancellationToken).Solve(), StableSolver)
            : (new LevelByLevel(sorted, policy, options, cancellationToken).Solve() ?? Infeasible(policy), FlowSolver);
        return solution with
        {
            Instance = CanonicalJson.Digest(instance),
            Lottery = options.Lottery,
            BlockingPairs = CountBlockingPairs(sorted, solution, policy),
            Engine = new(Version, solver, clock.Elapsed.TotalSeconds),
        };
    }

    private static MatchingResult Infeasible(PolicyName policy) => new() { Instance = "", Policy = policy.ToString(), Status = MatchingStatus.Infeasible };

    /// <summary>Null where nobody ranks students: then no pair can block.</summary>
    private static int? CountBlockingPairs(Instance sorted, MatchingResult solution, PolicyName policy)
    {
        if (solution.Status == MatchingStatus.Infeasible
            || !(policy.IsStable || sorted.Hosts.Any(host => host.Ranking is not null) || sorted.Offers.Any(offer => offer.Ranking is not null)))
        {
            return null;
        }

        var roster = new Roster(sorted);
        var given = new int[sorted.Students.Length];
        Array.Fill(given, Contracts.None);
        foreach (var assignment in solution.Assignments)
        {
            given[roster.StudentIndex[assignment.Student]] = roster.OfferIndex[assignment.Offer];
        }

        return BlockingPairs.Count(new(sorted, roster), roster, given);
    }

    private static void RefuseUnsupported(Instance instance, PolicyName policy)
    {
        if (instance.Quotas.Length > 0 || instance.Together.Length > 0 || instance.Apart.Length > 0
            || instance.Hosts.Any(host => host.Opening == Opening.IfOpen && host.Min > 0)
            || instance.Offers.Any(offer => offer.Opening == Opening.IfOpen && offer.Min > 0))
        {
            throw new UnsupportedInstanceException("Quotas, together, apart and opening \"if-open\" are not solved by this version.");
        }

        if (policy is { IsStable: true, KeepPublished: true })
        {
            throw new UnsupportedInstanceException($"Policy {policy.Name} has no form \"{PolicyName.KeepPublishedPrefix}\": it names one matching, whatever was published. Pin the placements that must stay.");
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
