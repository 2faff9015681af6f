using System.Diagnostics;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Search;
using WutAmu.Placement.Solver.Stable;

namespace WutAmu.Placement.Solver;

/// <summary>Solves an instance under a policy, exactly, level by level. Synchronous CPU work on the calling thread.</summary>
public static class MatchingEngine
{
    /// <summary>Version of this engine.</summary>
    public const string Version = "1.0";

    private const int ManyStudents = 10_000;
    private const string FlowSolver = "primal-dual min-cost flow";
    private const string OrToolsFlowSolver = "ortools-9.15 min-cost-flow";
    private const string SearchSolver = "ortools-9.15 cp-sat";
    private const string StableSolver = "deferred acceptance";

    /// <returns>Status <c>optimal</c>, or <c>infeasible</c>; <c>feasible</c> where the time limit came before the proof.</returns>
    /// <exception cref="UnsupportedInstanceException">The policy has no meaning on this instance.</exception>
    /// <exception cref="OperationCanceledException">Cancelled between two levels, or the time limit came before a first matching.</exception>
    public static MatchingResult Solve(Instance instance, PolicyName policy, SolveOptions options, CancellationToken cancellationToken)
    {
        var clock = Stopwatch.StartNew();
        var inOrder = instance.InOrderOfIds();
        // Only the result asks for the digest: where it takes longer than starting a thread, another core makes it meanwhile.
        var early = inOrder.Students.Length < ManyStudents ? null : Task.Run(() => CanonicalJson.Digest(inOrder), CancellationToken.None);
        var sorted = OpenForOne(inOrder);
        var (solution, solver) = Find(sorted, policy, options, cancellationToken);
        var blockingPairs = solution.BlockingPairs ?? CountBlockingPairs(sorted, solution);
        options.StageEnded?.Invoke("match");
        var digest = early is null ? CanonicalJson.Digest(inOrder) : early.GetAwaiter().GetResult();
        options.StageEnded?.Invoke("digest");
        return solution with
        {
            Instance = digest,
            Lottery = options.Lottery,
            BlockingPairs = blockingPairs,
            Engine = new(Version, solver, clock.Elapsed.TotalSeconds),
        };
    }

    /// <summary>As <see cref="Solve"/>, of an instance that is sorted, without the digest and the figures that only a reader of the result asks for.</summary>
    internal static MatchingResult SolveSorted(Instance sorted, PolicyName policy, SolveOptions options, CancellationToken cancellationToken) =>
        Find(sorted, policy, options, cancellationToken).Solution;

    private static (MatchingResult Solution, string Solver) Find(Instance sorted, PolicyName policy, SolveOptions options, CancellationToken cancellationToken)
    {
        RefuseUnsupported(sorted, policy);
        var folded = options.AlwaysSearch ? sorted : NestedQuotas.Fold(sorted);
        return policy switch
        {
            { IsStable: true } => (SolveStable(sorted, policy, options, cancellationToken), StableSolver),
            _ when options.AlwaysSearch || SideConstraints.Has(folded) => (new SearchByLevel(sorted, policy, options, cancellationToken).Solve() ?? Infeasible(policy), SearchSolver),
            _ => SolveByFlow(folded, policy, options, cancellationToken),
        };
    }

    // Half of a deferred acceptance is no matching of the policy: when the time is up there is nothing to tell.
    private static MatchingResult SolveStable(Instance sorted, PolicyName policy, SolveOptions options, CancellationToken cancellationToken)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, options.TimeIsUp);
        return new StablePolicy(sorted, policy, options with { TimeIsUp = default }, either.Token).Solve();
    }

    private static (MatchingResult Solution, string Solver) SolveByFlow(Instance sorted, PolicyName policy, SolveOptions options, CancellationToken cancellationToken)
    {
        var levels = new LevelByLevel(sorted, policy, options, cancellationToken);
        var solution = levels.Solve() ?? Infeasible(policy);
        return (solution, levels.UsedOrTools ? OrToolsFlowSolver : FlowSolver);
    }

    private static MatchingResult Infeasible(PolicyName policy) => new() { Instance = "", Policy = policy.ToString(), Status = MatchingStatus.Infeasible };

    /// <summary>Null where nobody ranks students: then no pair can block.</summary>
    private static int? CountBlockingPairs(Instance sorted, MatchingResult solution)
    {
        if (solution.Status == MatchingStatus.Infeasible || (sorted.Hosts.All(host => host.Ranking is null) && sorted.Offers.All(offer => offer.Ranking is null)))
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

        return BlockingPairs.Count(new(sorted, roster), given);
    }

    /// <summary>True: a complete search, whose time limit is deterministic; false: a flow or deferred acceptance, which know none.</summary>
    public static bool NeedsSearch(Instance instance) => SideConstraints.Has(NestedQuotas.Fold(instance));

    private static void RefuseUnsupported(Instance instance, PolicyName policy)
    {
        if (policy.IsStable && SideConstraints.Has(instance))
        {
            throw new UnsupportedInstanceException($"Policy {policy.Name} knows no quotas, together, apart and opening \"if-open\": with them a stable matching need not exist. Choose another policy or leave them out.");
        }

        if (policy is { IsStable: true, KeepPublished: true })
        {
            throw new UnsupportedInstanceException($"Policy {policy.Name} has no form \"{PolicyName.KeepPublishedPrefix}\": it names one matching, whatever was published. Pin the placements that must stay.");
        }
    }

    /// <summary>Rows in any order give the same flow, byte for byte; and a minimum of 1 that holds only if open is none.</summary>
    internal static Instance Sort(Instance instance) => OpenForOne(instance.InOrderOfIds());

    private static Instance OpenForOne(Instance instance)
    {
        if (instance.Hosts.Any(host => host is { Opening: Opening.IfOpen, Min: <= 1 }))
        {
            instance = instance with { Hosts = [.. instance.Hosts.Select(host => host is { Opening: Opening.IfOpen, Min: <= 1 } ? host with { Min = 0, Opening = Opening.Always } : host)] };
        }

        return instance.Offers.Any(offer => offer is { Opening: Opening.IfOpen, Min: <= 1 })
            ? instance with { Offers = [.. instance.Offers.Select(offer => offer is { Opening: Opening.IfOpen, Min: <= 1 } ? offer with { Min = 0, Opening = Opening.Always } : offer)] }
            : instance;
    }
}
