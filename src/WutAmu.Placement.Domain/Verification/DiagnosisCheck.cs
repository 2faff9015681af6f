using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>What a report says of the floor and of students who compete for too few places: by counting, after Hall (1935).</summary>
internal sealed class DiagnosisCheck(Claim claim, Tally tally)
{
    private const string FloorPart = "floor";

    private readonly CompetingOffers offers = new(claim, tally);
    private readonly Lazy<HashSet<string>> together = new(() => NamesOf(claim.Instance.Together.Select(group => group.Students)));
    private readonly Lazy<HashSet<string>> apart = new(() => NamesOf(claim.Instance.Apart.Select(group => group.Students)));

    public void Run(Diagnosis diagnosis, Action<string, string> add)
    {
        if (diagnosis.Feasible == false)
        {
            add("report.diagnosis", "The report says that there is no matching; this is one.");
        }

        if (!tally.HasMoreThanPlaces && (diagnosis.Feasible is null || !diagnosis.Undetermined.IsEmpty || !diagnosis.Conflicts.IsEmpty))
        {
            add("report.diagnosis", "The report leaves something open, or tells of a contradiction, where offers, supervisors and hosts alone decide.");
        }

        foreach (var part in diagnosis.Undetermined)
        {
            if (part is not (FloorPart or "conflicts" or "floorBlocked" or "feasible"))
            {
                add("report.diagnosis", $"\"{part}\" is no part of a diagnosis.");
                return;
            }
        }

        foreach (var demand in diagnosis.Conflicts.SelectMany(conflict => conflict.Demands))
        {
            if (!IsAsked(demand))
            {
                add("report.diagnosis", $"The instance does not ask for {demand.Kind} {demand.Asked} of \"{demand.Id}\" {demand.Limit}.");
                return;
            }
        }

        FloorFits(diagnosis, add);
        GroupsCompete(diagnosis, add);
    }

    /// <summary>No rank below what a pin gives; no better than what this matching needs if it places everybody; and k − 1 blocked.</summary>
    private void FloorFits(Diagnosis diagnosis, Action<string, string> add)
    {
        if (diagnosis.Undetermined.Contains(FloorPart) || diagnosis.Feasible is null)
        {
            return;
        }

        // Of this matching, if everybody with a list has a choice of theirs, or what a pin gives.
        var (reached, pinned) = (0, 0);
        var hasAll = true;
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (!claim.HasList(s))
            {
                continue;
            }

            var isPinned = claim.PinAt[s] != Claim.Unplaced;
            reached = Math.Max(reached, claim.GivenRank[s]);
            pinned = isPinned ? Math.Max(pinned, claim.GivenRank[s]) : pinned;
            hasAll &= claim.GivenRank[s] > 0 || isPinned;
        }

        var floor = diagnosis.Floor;
        var isLeast = claim.Policy is { Name: PolicyName.MinRegretGreedy, KeepPublished: false };
        if (floor is < 0 || floor > claim.WorstRankOfAll || floor < pinned || (hasAll && (floor is null || floor > reached || (isLeast && floor != reached)))
            || (!hasAll && floor is not null && isLeast))
        {
            add("report.floor", $"The report says that everybody can have a choice of rank {floor?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"} at most; this matching {(hasAll ? $"does with {reached}" : "does not")}, and a pin needs {pinned}.");
            return;
        }

        if (diagnosis.FloorBlocked is { } group)
        {
            var tooSmall = (floor ?? (claim.WorstRankOfAll + 1)) - 1;
            var wrong = "no rank is smaller";
            if (tooSmall < 1 || !Competes(group, tooSmall, tally.HasMoreThanPlaces, out wrong))
            {
                add("report.floor", $"The group that is said to need more than rank {tooSmall} does not: {wrong}.");
            }
        }
        else if (floor is null or >= 2 && (floor ?? claim.WorstRankOfAll + 1) > pinned && !tally.HasMinima && !tally.HasMoreThanPlaces && claim.PinOf.Count == 0 && claim.WorstRankOfAll > 0)
        {
            add("report.floor", "The report does not say who needs that rank, and nothing but places can stand in the way.");
        }
    }

    private void GroupsCompete(Diagnosis diagnosis, Action<string, string> add)
    {
        var least = int.MaxValue;
        foreach (var group in diagnosis.Unplaced)
        {
            // Of the places alone, whatever else the instance asks for.
            if (!Competes(group, null, searched: false, out var wrong))
            {
                add("report.group", $"Students who are said to compete for too few places do not: {wrong}.");
                return;
            }

            least = Math.Min(least, group.Students.Length);
        }

        if (diagnosis.Unplaced.Any(group => group.Smallest && group.Students.Length > least))
        {
            add("report.group", $"A group is said to be the smallest, and another has {least} students.");
        }

        var hasLevel = claim.Result.Levels.Any(level => level.Objective == "placed");
        var leftOut = Enumerable.Range(0, claim.Given.Length).Count(s => claim.HasList(s) && claim.Given[s] == Claim.Unplaced);
        if (hasLevel && !tally.HasMoreThanPlaces && leftOut > 0 == diagnosis.Unplaced.IsEmpty)
        {
            add("report.group", $"{leftOut} students stay without a place where most are placed; the report has {diagnosis.Unplaced.Length} groups that say why.");
        }
    }

    /// <param name="worst">Choices of greater rank do not count, nor what is off the list; null: all do.</param>
    /// <param name="searched">True: more than places may stand in the way: only who and what is named is looked at.</param>
    private bool Competes(BlockingGroup group, int? worst, bool searched, out string wrong)
    {
        var limits = new HashSet<Bound>();
        var places = 0L;
        foreach (var limit in group.Limits)
        {
            if (!tally.TryFind(limit.Kind, limit.Id, out var bound) || tally.Max(bound) is not { } max || max != limit.Places || !limits.Add(bound) || (limit.Kind == LimitKind.Quota && !searched))
            {
                wrong = $"{limit.Kind} \"{limit.Id}\" has not {limit.Places} places, or is named twice";
                return false;
            }

            places += max;
        }

        foreach (var minimum in group.Minima)
        {
            if (!tally.TryFind(minimum.Kind, minimum.Id, out var bound) || minimum.Places < 1 || tally.Min(bound) != minimum.Places)
            {
                wrong = $"{minimum.Kind} \"{minimum.Id}\" has not the minimum {minimum.Places}";
                return false;
            }
        }

        var reach = offers.Under(limits);
        for (var i = 0; i < group.Students.Length; i++)
        {
            if (!claim.StudentAt.TryGetValue(group.Students[i], out var student) || !claim.HasList(student) || claim.PinAt[student] != Claim.Unplaced
                || (i > 0 && string.CompareOrdinal(group.Students[i - 1], group.Students[i]) >= 0))
            {
                wrong = $"\"{group.Students[i]}\" is no student with a list, is pinned, or is not in order";
                return false;
            }

            if (!searched && LeadsOut(student, worst, reach) is { } way)
            {
                wrong = $"\"{group.Students[i]}\" may have \"{way}\", which lies under none of the limits";
                return false;
            }
        }

        wrong = $"{group.Students.Length} students, {group.Places} places";
        if (searched)
        {
            return !group.Students.IsEmpty;
        }

        // Pins under the limits take their places; minima may keep some of them out of the group's reach.
        var pins = reach.CountPins();
        return tally.HasMinima
            ? group.Places <= places && group.Places >= places - pins && (group.Minima.Length > 0 || group.Students.Length > group.Places)
            : group.Minima.IsEmpty && group.Places == places - pins && group.Students.Length == group.Places + 1;
    }

    private string? LeadsOut(int student, int? worst, CompetingOffers.Reach reach)
    {
        if (worst is null && claim.AcceptsAny(student))
        {
            return reach.FirstOutside(student) is var way && way != Claim.Unplaced ? claim.Instance.Offers[way].Id : null;
        }

        var chosen = claim.ChosenBy(student);
        var ranks = claim.RanksOf(student);
        for (var i = 0; i < chosen.Length && !(ranks[i] > worst); i++)
        {
            if (claim.Admits(chosen[i], student) && !claim.IsForbidden(student, chosen[i]) && !reach.Holds(chosen[i]))
            {
                return claim.Instance.Offers[chosen[i]].Id;
            }
        }

        return null;
    }

    private bool IsAsked(Demand demand)
    {
        switch (demand.Kind)
        {
            case "pin":
                return demand.Asked == 0 && claim.PinOf.TryGetValue(demand.Id, out var offer) && offer == demand.Limit;
            case "placed":
                return demand.Asked > 0 && demand.Asked <= claim.Given.Length;
            case "together":
                return together.Value.Contains(demand.Id);
            case "apart":
                return apart.Value.Contains(demand.Id);
            default:
                return Enum.TryParse<LimitKind>(demand.Limit, ignoreCase: true, out var kind) && tally.TryFind(kind, demand.Id, out var bound)
                    && demand.Asked == demand.Kind switch
                    {
                        "minimum" or "if-open" => tally.Min(bound),
                        "maximum" => tally.Max(bound) ?? -1,
                        _ => -1,
                    };
        }
    }

    /// <summary>As a demand names a group: by its members in ordinal order, whatever the order of this file.</summary>
    private static HashSet<string> NamesOf(IEnumerable<ImmutableArray<string>> groups) =>
        new(groups.Select(group => string.Join(",", group.Sort(StringComparer.Ordinal))), StringComparer.Ordinal);
}
