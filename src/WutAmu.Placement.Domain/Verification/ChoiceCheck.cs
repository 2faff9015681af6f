using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>What a report says of each student: whom it is about, what they would rather have, what stands in the way of it in this matching, and the sentence.</summary>
internal sealed class ChoiceCheck(Claim claim, Tally tally, EffectCheck effects)
{
    private readonly GroupPlaces groups = new(claim);
    private readonly PrecedenceCheck precedence = new(claim, tally);

    /// <summary>True: whoever is not pinned may leave, and all others stay where they are.</summary>
    private readonly bool mayLeave = !tally.HasMinima && claim.Instance.Together.IsEmpty && claim.Instance.Quotas.All(quota => quota.Min == 0);

    /// <summary>Rows of the quotas in ordinal order of their ids, as a report names them: whatever the order of this file.</summary>
    private readonly ImmutableArray<int> quotasInOrder = [.. Enumerable.Range(0, claim.Instance.Quotas.Length).OrderBy(at => claim.Instance.Quotas[at].Id, StringComparer.Ordinal)];

    /// <summary>Everybody once, in ordinal order.</summary>
    public void Run(ImmutableArray<StudentExplanation> students, Action<string, string> add)
    {
        if (students.Length != claim.Given.Length)
        {
            add("report.students", $"The report explains {students.Length} students; there are {claim.Given.Length}.");
            return;
        }

        for (var i = 0; i < students.Length; i++)
        {
            var row = students[i];
            if (!claim.StudentAt.TryGetValue(row.Student, out var student) || (i > 0 && string.CompareOrdinal(students[i - 1].Student, row.Student) >= 0))
            {
                add("report.students", $"The report explains \"{row.Student}\", who is not in the instance or not in order.");
                return;
            }

            TellsThePlacement(row, student, add);
            if (TellsEveryBetterChoice(row, student, add))
            {
                ReserveIsPossible(row, student, add);
                ForcedFollows(row, student, add);
            }
        }
    }

    private void TellsThePlacement(StudentExplanation row, int student, Action<string, string> add)
    {
        if (!Is(row.Offer, row.Host, row.Rank, student, claim.Given[student]))
        {
            add("report.placement", $"The report gives \"{row.Student}\" {Name(row.Offer)} of rank {row.Rank}; the result does not.");
        }
    }

    private bool TellsEveryBetterChoice(StudentExplanation row, int student, Action<string, string> add)
    {
        var better = Better(student);
        if (row.Better.Length != better.Count)
        {
            add("report.better", $"The report explains {row.Better.Length} choices that \"{row.Student}\" prefers; there are {better.Count}.");
            return false;
        }

        for (var i = 0; i < better.Count; i++)
        {
            var choice = row.Better[i];
            if (!Is(choice.Offer, choice.Host, choice.Rank, student, better[i]))
            {
                add("report.better", $"The report explains {Name(choice.Offer)} of rank {choice.Rank} to \"{row.Student}\" where {Name(claim.Instance.Offers[better[i]].Id)} of rank {claim.RankOf(student, better[i])} is what they prefer.");
                return false;
            }

            NamesWhatStandsInTheWay(choice, student, better[i], row.Student, add);
        }

        return true;
    }

    private void NamesWhatStandsInTheWay(ChoiceExplanation choice, int student, int offer, string id, Action<string, string> add)
    {
        var isAllowed = IsAllowed(student, offer);
        var (reason, bounds) = isAllowed ? Cause(student, offer) : (WhyNotAllowed(student, offer), []);
        if (choice.Reason != reason || !IsThat(choice.Limits, reason, bounds))
        {
            add("report.reason", $"{Name(choice.Offer)} for \"{id}\": the report says {choice.Reason}{Names(choice.Limits)}; in this matching it is {reason}{Names([.. bounds.Select(bound => Reached(reason, bound))])}.");
            return;
        }

        if (choice.Effect is null == isAllowed)
        {
            add("report.effect", $"{Name(choice.Offer)} for \"{id}\": an effect is told of what is allowed, and of nothing else.");
            return;
        }

        if (choice.Effect is { } effect && effects.Wrong(effect, improves: false) is { } wrong)
        {
            add("report.effect", $"{Name(choice.Offer)} for \"{id}\": {wrong}.");
            return;
        }

        IReadOnlyList<Precedence> before = claim.Policy.IsStable && reason == RefusalReason.Full && bounds[0].Kind != LimitKind.Quota ? precedence.Before(student, offer, bounds[0]) : [];
        var sentence = ExplanationText.Sentence(
            choice.Offer, choice.Rank, reason, choice.Limits, choice.Effect, decidedByLottery: claim.Policy.Name != PolicyName.Serial && !claim.Policy.IsStable, claim.Policy.IsStable, before);
        if (choice.Text != sentence)
        {
            add("report.text", $"{Name(choice.Offer)} for \"{id}\": the sentence is not that of the reason and the effect beside it.");
        }
    }

    /// <summary>Another offer that the student may have; and nothing that they prefer, and that is told of beside it, is better for the policy.</summary>
    private void ReserveIsPossible(StudentExplanation row, int student, Action<string, string> add)
    {
        var current = claim.Given[student];
        if (row.Reserve is not { } reserve)
        {
            if (effects.HasLevels && CanDoWithout(row, student))
            {
                add("report.reserve", $"The report tells no reserve of \"{row.Student}\", who need not have what they have: there is a matching without it.");
            }

            return;
        }

        var at = Claim.Unplaced;
        if (current == Claim.Unplaced || claim.PinAt[student] != Claim.Unplaced
            || (reserve.Offer is not null && !claim.OfferAt.TryGetValue(reserve.Offer, out at)) || !Is(reserve.Offer, reserve.Host, reserve.Rank, student, at)
            || (at != Claim.Unplaced && (at == current || !IsAllowed(student, at))))
        {
            add("report.reserve", $"{Name(reserve.Offer)} of rank {reserve.Rank} is no reserve of \"{row.Student}\": not another offer that they may have, or they need none.");
            return;
        }

        if (reserve.Effect.Feasible == false || effects.Wrong(reserve.Effect, improves: false) is not null)
        {
            add("report.reserve", $"The reserve of \"{row.Student}\": {effects.Wrong(reserve.Effect, improves: false) ?? "there is no matching with it"}.");
            return;
        }

        if (!effects.HasLevels)
        {
            return;
        }

        foreach (var choice in row.Better)
        {
            if (choice.Effect is { } effect && effects.Compare(effect, reserve.Effect) is { } compared && (compared < 0 || (compared > 0 && choice.Offer == reserve.Offer)))
            {
                add("report.reserve", $"The reserve of \"{row.Student}\" and {Name(choice.Offer)}: one of the two effects is wrong, for the reserve is the best there is.");
                return;
            }
        }
    }

    /// <summary>
    /// True: it is plain that a matching does not give the student what they have. Either they may have what they prefer; or nothing needs them there, and they may stay without a place.
    /// </summary>
    private bool CanDoWithout(StudentExplanation row, int student) =>
        claim.Given[student] != Claim.Unplaced && claim.PinAt[student] == Claim.Unplaced && (mayLeave || row.Better.Any(choice => choice.Effect?.Feasible == true));

    /// <summary>Forced: without it a level changes. Of an order of service and of stable matchings it says that no draw of lots matters, which is not looked into here.</summary>
    private void ForcedFollows(StudentExplanation row, int student, Action<string, string> add)
    {
        bool? forced;
        if (claim.PinAt[student] != Claim.Unplaced)
        {
            forced = true;
        }
        else if (!effects.HasLevels)
        {
            return;
        }
        else if (claim.Given[student] != Claim.Unplaced)
        {
            forced = row.Reserve is not { } reserve || reserve.Effect.Changed() ? true : reserve.Effect.Unchanged() ? false : null;
        }
        else if (claim.AcceptsAny(student) && row.Forced != false && !row.Better.Any(choice => choice.Effect?.Unchanged() == true))
        {
            // Offers off the list would tell.
            return;
        }
        else
        {
            var told = row.Better.Where(choice => choice.Effect is not null).Select(choice => choice.Effect).ToList();
            forced = told.Exists(effect => effect?.Unchanged() == true) || (claim.AcceptsAny(student) && row.Forced == false) ? false : told.TrueForAll(effect => effect?.Changed() == true) ? true : null;
        }

        if (row.Forced != forced)
        {
            add("report.forced", $"The placement of \"{row.Student}\" is said to be forced: {row.Forced?.ToString() ?? "unknown"}; what is told of it beside that says {forced?.ToString() ?? "unknown"}.");
        }
    }

    /// <summary>What stands in the way if the student alone went from what they have to the offer.</summary>
    private (RefusalReason Reason, List<Bound> Bounds) Cause(int student, int offer)
    {
        var current = claim.Given[student];
        ImmutableArray<Bound> had = current == Claim.Unplaced ? [] : tally.Over(current);
        var wanted = tally.Over(offer);
        var quotas = quotasInOrder.Select(at => (Bound: new Bound(LimitKind.Quota, at), Now: tally.Counts(at, student, current), Then: tally.Counts(at, student, offer))).ToList();
        List<Bound> full =
        [
            .. wanted.Where(bound => !had.Contains(bound) && tally.Taken(bound) >= tally.Max(bound)),
            .. quotas.Where(quota => quota.Then && !quota.Now && tally.Taken(quota.Bound) >= tally.Max(quota.Bound)).Select(quota => quota.Bound),
        ];
        if (full.Count > 0)
        {
            return (RefusalReason.Full, full);
        }

        List<Bound> needed =
        [
            .. had.Where(bound => !wanted.Contains(bound) && tally.Min(bound) > 0 && tally.Taken(bound) == tally.Min(bound)),
            .. quotas.Where(quota => quota.Now && !quota.Then && tally.Taken(quota.Bound) <= tally.Min(quota.Bound)).Select(quota => quota.Bound),
        ];
        if (needed.Count > 0)
        {
            return (RefusalReason.Minimum, needed);
        }

        List<Bound> closed = [.. wanted.Where(bound => !had.Contains(bound) && tally.Taken(bound) == 0 && tally.Min(bound) > 1)];
        if (closed.Count > 0)
        {
            return (RefusalReason.Closed, closed);
        }

        var likesLess = current != Claim.Unplaced && (claim.RankOf(student, current) ?? int.MaxValue) < (claim.RankOf(student, offer) ?? int.MaxValue);
        return (groups.Forbid(student, offer) ? RefusalReason.Group : likesLess ? RefusalReason.LikedLess : RefusalReason.Policy, []);
    }

    private RefusalReason WhyNotAllowed(int student, int offer) =>
        claim.PinAt[student] != Claim.Unplaced ? RefusalReason.Fixed
        : claim.Admits(offer, student) && !claim.IsForbidden(student, offer) ? RefusalReason.NotChosen
        : RefusalReason.NotAllowed;

    private bool IsAllowed(int student, int offer) =>
        !claim.IsForbidden(student, offer)
        && (claim.PinAt[student] is var pin && pin != Claim.Unplaced ? pin == offer : (claim.AcceptsAny(student) || claim.RankOf(student, offer) is not null) && claim.Admits(offer, student));

    /// <summary>Every choice of a better rank than the placement, best first; those of one rank by ordinal id.</summary>
    private List<int> Better(int student)
    {
        var had = (claim.Given[student] is var current && current != Claim.Unplaced ? claim.RankOf(student, current) : null) ?? int.MaxValue;
        var chosen = claim.ChosenBy(student);
        var ranks = claim.RanksOf(student);
        var better = new List<int>();
        for (var i = 0; i < chosen.Length && ranks[i] < had;)
        {
            var first = i;
            for (; i < chosen.Length && ranks[i] == ranks[first]; i++)
            {
                better.Add(chosen[i]);
            }

            better.Sort(first, i - first, Comparer<int>.Create((one, other) => string.CompareOrdinal(claim.Instance.Offers[one].Id, claim.Instance.Offers[other].Id)));
        }

        return better;
    }

    private bool IsThat(ImmutableArray<ReachedLimit> limits, RefusalReason reason, List<Bound> bounds)
    {
        if (limits.Length != bounds.Count)
        {
            return false;
        }

        for (var i = 0; i < limits.Length; i++)
        {
            if (limits[i] != Reached(reason, bounds[i]))
            {
                return false;
            }
        }

        return true;
    }

    private ReachedLimit Reached(RefusalReason reason, Bound bound) => new(bound.Kind, tally.IdOf(bound), reason == RefusalReason.Full ? tally.Max(bound) ?? 0 : tally.Min(bound));

    /// <param name="at">The offer's position, or <see cref="Claim.Unplaced"/> for none.</param>
    private bool Is(string? offer, string? host, int? rank, int student, int at) => at == Claim.Unplaced
        ? offer is null && host is null && rank is null
        : offer == claim.Instance.Offers[at].Id && host == claim.Instance.Offers[at].Host && rank == claim.RankOf(student, at);

    private static string Name(string? offer) => offer is null ? "no offer" : $"offer \"{offer}\"";

    private static string Names(ImmutableArray<ReachedLimit> limits) =>
        string.Concat(limits.Select(limit => string.Create(System.Globalization.CultureInfo.InvariantCulture, $", {limit.Kind} \"{limit.Id}\" {limit.Places}")));
}
