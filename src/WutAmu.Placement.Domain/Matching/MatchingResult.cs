using System.Collections.Immutable;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>What one execution of a policy on an instance gave, format <c>placement-result/1</c>.</summary>
public sealed record MatchingResult
{
    public const string Format = "placement-result/1";

    /// <summary>Digest of the instance's canonical form: <c>sha256:</c> and 64 lower-case hexadecimal digits.</summary>
    public required string Instance { get; init; }

    /// <summary>Policy name, with its <c>keep-published:</c> prefix if any.</summary>
    public required string Policy { get; init; }

    public required MatchingStatus Status { get; init; }

    /// <summary>False only with <c>--no-lottery</c>; such a result is never published.</summary>
    public bool Lottery { get; init; } = true;

    /// <summary>Objectives in the policy's order.</summary>
    public ImmutableArray<Level> Levels { get; init; } = [];

    public int Placed { get; init; }

    /// <summary>Ids of students without a place, ordinal order.</summary>
    public ImmutableArray<string> Unplaced { get; init; } = [];

    /// <summary>Number of students with their 1st, 2nd, 3rd ... choice; no trailing zeros. Placements off the list are not counted.</summary>
    public ImmutableArray<int> Profile { get; init; } = [];

    /// <summary>Sorted by student id, ordinal.</summary>
    public ImmutableArray<Assignment> Assignments { get; init; } = [];

    /// <summary>Number of blocking pairs; null where no ranking by hosts exists.</summary>
    public int? BlockingPairs { get; init; }

    public Certificate? Certificate { get; init; }

    public EngineInfo? Engine { get; init; }

    /// <summary>Diagnosis of an infeasible instance; null otherwise. Raw JSON of the engine's <c>diagnose</c>.</summary>
    public JsonElement? Diagnosis { get; init; }

    /// <summary>Explanations, sensitivities, floor, forced and reserve placements; null without <c>--report</c>. Raw JSON.</summary>
    public JsonElement? Report { get; init; }
}

/// <summary>One objective: what was reached and the best that is possible.</summary>
/// <param name="Objective">
/// <c>placed</c>, <c>moved</c>, <c>worst-rank</c>, <c>rank-1</c>, <c>rank-2</c> ..., <c>cost</c>, <c>off-list</c>. All but <c>moved</c> count those who submitted a list.
/// <c>worst-rank</c> counts an off-list placement as the greatest rank + 1; a pin counts with its rank, and not at all off the list.
/// </param>
/// <param name="Bound">Proven bound; the level is proven when it equals <paramref name="Value"/>. Null: nothing proven.</param>
public sealed record Level(string Objective, long Value, long? Bound);

/// <param name="Rank">From 1; null: the offer is not a choice of the student.</param>
public sealed record Assignment(string Student, string Offer, string Host, int? Rank);

/// <param name="Version">Version of this engine.</param>
/// <param name="Solver">Name and version of what did the search, for example <c>ortools-9.15 min-cost-flow</c>.</param>
/// <param name="Seconds">Time of the solve, without reading and writing. Not part of what is reproducible.</param>
public sealed record EngineInfo(string Version, string Solver, double Seconds);
