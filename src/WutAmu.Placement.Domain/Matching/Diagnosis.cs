using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>What stands in the way of a matching, or of everybody's placement.</summary>
/// <param name="Feasible">False: no matching meets the hard constraints; <paramref name="Conflicts"/> says why. Null: not decided within the limit.</param>
/// <param name="Conflicts">Irreducible sets of demands that contradict each other: without any one of them the rest of the set can be met. In a feasible instance: what keeps
/// quotas, groups and if-open minima from placing as many as the places alone would allow.</param>
/// <param name="Floor">Smallest k such that everybody who submitted a list can have a choice of rank at most k, or what a pin gives them: its rank counts, and off the list it has none. 0: nobody has to have a choice. Null: no k is enough, or the instance is infeasible.</param>
/// <param name="FloorBlocked">Why k − 1 (or, where there is no floor, any k) is too small; null where the floor is 0 or 1, or only pins or minima stand in the way.</param>
/// <param name="Unplaced">One group for each student who must stay unplaced in some matching of most placed; equal groups once. Counted by places and minima alone, as if there were no quotas,
/// no groups and no if-open minima: what these keep from being placed beyond that is in <paramref name="Conflicts"/>.</param>
public sealed record Diagnosis(
    bool? Feasible,
    ImmutableArray<Conflict> Conflicts,
    int? Floor,
    BlockingGroup? FloorBlocked,
    ImmutableArray<BlockingGroup> Unplaced)
{
    /// <summary>
    /// What a search did not determine within its limit: <c>floor</c>, <c>conflicts</c> (of a feasible instance), or <c>floorBlocked</c> where that group contradicts but might
    /// be reducible. Empty: everything is exact.
    /// </summary>
    public ImmutableArray<string> Undetermined { get; init; } = [];
}

/// <summary>Demands that cannot be met together; irreducible.</summary>
/// <param name="Text">One sentence in each language.</param>
public sealed record Conflict(ImmutableArray<Demand> Demands, LocalizedText Text);

/// <summary>What a hard constraint asks for.</summary>
/// <param name="Kind"><c>minimum</c> (of a limit or a quota), <c>if-open</c> (a minimum that holds only if open), <c>maximum</c> (of a quota), <c>pin</c>, <c>together</c>, <c>apart</c>; or <c>placed</c>: as many students with a list as the places alone would allow.</param>
/// <param name="Id">Of the offer, supervisor, host or quota; the student of a pin; the students of a group, joined by commas.</param>
/// <param name="Limit"><c>offer</c>, <c>supervisor</c>, <c>host</c>, <c>quota</c>; the offer of a pin; else empty.</param>
/// <param name="Asked">The minimum, the maximum, or the number to be placed; 0 for the other kinds.</param>
/// <param name="Repair">The one change of this demand after which the conflict is gone.</param>
public sealed record Demand(string Kind, string Id, string Limit, int Asked, LocalizedText Repair);

/// <summary>
/// Students who compete for too few places (Hall 1935: the choices of these students hold fewer places than there are students). Irreducible: they cannot all be placed, but without any one of
/// them the others can.
/// </summary>
/// <param name="Students">Ordinal order; all their admissible choices lie under <paramref name="Limits"/>. Whoever is pinned does not compete.</param>
/// <param name="Limits">Limits that are reached; their places, less those of pins, are <paramref name="Places"/> together.</param>
/// <param name="Places">Fewer than students, unless minima hold some of the places' students elsewhere, or quotas, groups and if-open minima keep some places from being taken.</param>
/// <param name="Minima">Minima that stand in the way of an exchange; empty in the plain case of Hall.</param>
/// <param name="Repair">One change that lets one more of them be placed.</param>
/// <param name="Smallest">True: proven that no fewer students compete anywhere for too few places. False: not known; the smallest group is as hard to find as a clique.</param>
public sealed record BlockingGroup(
    ImmutableArray<string> Students, ImmutableArray<ReachedLimit> Limits, int Places, ImmutableArray<ReachedLimit> Minima, LocalizedText Repair, bool Smallest = false);

/// <summary>Everything that <c>solve --report</c> adds to a result.</summary>
/// <param name="Students">Ordinal order of ids.</param>
/// <param name="Limits">What one place more and one fewer would change: offers, supervisors, hosts.</param>
public sealed record MatchingReport(ImmutableArray<StudentExplanation> Students, ImmutableArray<LimitSensitivity> Limits, Diagnosis Diagnosis);
