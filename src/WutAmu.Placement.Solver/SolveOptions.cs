using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver;

/// <param name="Lottery">False leaves the last level out; such a result is never published.</param>
/// <param name="Progress">Told of each level as it is reached; null: nobody listens.</param>
/// <param name="TimeLimitInSeconds">Of complete searches, in deterministic time: about seconds, and the same on every machine. Null: none. What counts for flows is <see cref="TimeIsUp"/>.</param>
/// <param name="Flow">Algorithm of the flow policies' levels; the result is the same.</param>
public sealed record SolveOptions(bool Lottery = true, Action<Domain.Matching.Level>? Progress = null, double? TimeLimitInSeconds = null, FlowAlgorithm Flow = FlowAlgorithm.Automatic)
{
    /// <summary>Told of the stages <c>match</c> and <c>digest</c> as they end, for measuring; null: nobody listens.</summary>
    public Action<string>? StageEnded { get; init; }

    /// <summary>
    /// Told once, by a flow policy that is solved to its end, how much of the time by the clock went into the certificate: stating prices, and solving what only a proof asks for. For
    /// measuring; null: nobody listens.
    /// </summary>
    public Action<TimeSpan>? ProofTaken { get; init; }

    /// <summary>Cancelled when the time by the clock is up: the best matching found so far is then the answer, with status <c>feasible</c>.</summary>
    public CancellationToken TimeIsUp { get; init; }

    /// <summary>True: complete search even where a flow is enough; for comparing the two.</summary>
    internal bool AlwaysSearch { get; init; }

    /// <summary>What a search may work, in place of the time limit; null: that.</summary>
    internal Search.SearchBudget? Budget { get; init; }

    /// <summary>The optimum of an instance that has every matching of this one: a search need not prove again what reaches it. Empty: nothing known.</summary>
    internal ImmutableArray<Level> NothingBetter { get; init; } = [];

    /// <summary>Roster of an instance that this one was made from by changing bounds, pins, forbidden pairs or single students; null: none.</summary>
    internal Roster? Like { get; init; }
}
