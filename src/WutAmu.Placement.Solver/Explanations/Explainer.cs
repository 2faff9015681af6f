using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Search;
using WutAmu.Placement.Solver.Stable;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Explains a result: for each offer a student preferred, the limit that stood in the way and the exact effect on the policy's levels of giving it;
/// what one place more or fewer changes; which placements are forced, and their reserve. Takes the result's optimality as given: verify it first.
/// </summary>
public sealed class Explainer : IDisposable
{
    private readonly Instance instance;
    private readonly PolicyName policy;
    private readonly Roster roster;
    private readonly NetworkPositions positions;
    private readonly IPolicyEffects effects;
    private readonly int?[] given;
    private readonly int[] taken;
    private readonly Lazy<LotteryInfluence> lottery;
    private readonly Lazy<Contracts> contracts;
    private readonly Lazy<List<(int Student, int Offer)>[]> holders;
    private readonly CancellationToken cancellationToken;

    /// <exception cref="ArgumentException">The result is of another instance, has no matching, or its levels are not the policy's optimum.</exception>
    /// <exception cref="UnsupportedInstanceException">The instance or policy needs what is not built.</exception>
    public Explainer(Instance instance, MatchingResult result, CancellationToken cancellationToken)
    {
        if (!PolicyName.TryParse(result.Policy, out var parsed) || result.Status == MatchingStatus.Infeasible)
        {
            throw new ArgumentException($"A result of policy \"{result.Policy}\" and status {result.Status} has nothing to explain.", nameof(result));
        }

        policy = parsed;
        this.cancellationToken = cancellationToken;
        this.instance = MatchingEngine.Sort(instance);
        roster = new(this.instance);
        positions = new(this.instance, roster);
        given = new int?[this.instance.Students.Length];
        taken = new int[positions.Limits.Length];
        lottery = new(() => new(this.instance, policy, roster, given, cancellationToken));
        contracts = new(() => new(this.instance, roster));
        holders = new(Holders);
        foreach (var assignment in result.Assignments)
        {
            var offer = roster.OfferIndex[assignment.Offer];
            given[roster.StudentIndex[assignment.Student]] = offer;
            foreach (var limit in positions.LimitsOver(offer))
            {
                taken[PositionOf(limit)]++;
            }
        }

        effects = PolicyEffects.Of(this.instance, roster, policy, Array.ConvertAll(given, offer => offer ?? Matched.Unplaced), new(ReportLimits.SecondsAReport), cancellationToken);
        var reached = effects.Base;
        if (!reached.Feasible || !Reaches(reached, result.Levels))
        {
            throw new ArgumentException(
                $"The result's levels ({string.Join(", ", result.Levels.Select(level => $"{level.Objective} {level.Value}"))}) are not the optimum of {policy} on this instance ({string.Join(", ", reached.Levels.Select(level => $"{level.Objective} {level.Value}"))}).",
                nameof(result));
        }
    }

    private static bool Reaches(Outcome reached, ImmutableArray<Level> levels)
    {
        for (var l = 0; l < levels.Length; l++)
        {
            if (l >= reached.Levels.Length || levels[l].Objective != reached.Levels[l].Objective || levels[l].Value != reached.Levels[l].Value)
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose() => (effects as IDisposable)?.Dispose();

    /// <summary>
    /// All explanations and sensitivities. Where searches meet their limit, what is asked first is what people ask first: choices that students liked better, then places more
    /// and fewer, then reserves.
    /// </summary>
    public (ImmutableArray<StudentExplanation> Students, ImmutableArray<LimitSensitivity> Limits) Report()
    {
        (effects as SearchEffects)?.Expect(CountQuestions());
        var better = new ImmutableArray<ChoiceExplanation>[given.Length];
        for (var student = 0; student < given.Length; student++)
        {
            better[student] = Better(student, given[student]);
        }

        var limits = Sensitivities();
        var students = ImmutableArray.CreateBuilder<StudentExplanation>(given.Length);
        for (var student = 0; student < given.Length; student++)
        {
            students.Add(Explain(student, better[student]));
        }

        return (students.MoveToImmutable(), limits);
    }

    private int CountQuestions() =>
        Enumerable.Range(0, given.Length).Sum(student => 1 + roster.OptionsOf(student).ToArray().Count(option => option.Rank < ((given[student] is { } held ? RankOf(student, held) : null) ?? int.MaxValue)))
        + (2 * positions.Limits.Length) + (2 * instance.Quotas.Length);

    /// <summary>Ids in ordinal order.</summary>
    public IEnumerable<string> Students => instance.Students.Select(student => student.Id);

    /// <summary>What the policy reaches, by its levels; for policies without levels the number placed and the profile.</summary>
    public IReadOnlyList<(string Objective, long Value)> Levels => [.. effects.Base.Levels.Select(level => (level.Objective, level.Value))];

    public bool HasStudent(string id) => roster.StudentIndex.ContainsKey(id);

    public bool HasOffer(string id) => roster.OfferIndex.ContainsKey(id);

    /// <exception cref="KeyNotFoundException">No such student.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public StudentExplanation Explain(string studentId)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var student = roster.StudentIndex[studentId];
        return Explain(student, Better(student, given[student]));
    }

    private StudentExplanation Explain(int student, ImmutableArray<ChoiceExplanation> better)
    {
        var current = given[student];
        var reserve = current is null || roster.IsPinned(student) ? ((int? Offer, Outcome Outcome)?)null : effects.Without(student, current);
        return new(
            instance.Students[student].Id,
            current is { } o ? instance.Offers[o].Id : null,
            current is { } p ? instance.Offers[p].Host : null,
            current is { } q ? RankOf(student, q) : null,
            IsForced(student, reserve?.Outcome.EffectFrom(effects.Base)),
            reserve?.Outcome.EffectFrom(effects.Base) is { Feasible: not false } effect
                ? new(
                    reserve.Value.Offer is { } r ? instance.Offers[r].Id : null,
                    reserve.Value.Offer is { } h ? instance.Offers[h].Host : null,
                    reserve.Value.Offer is { } k ? RankOf(student, k) : null,
                    effect)
                : null,
            better);
    }

    /// <summary>Why a student does not have one offer, preferred or not.</summary>
    /// <exception cref="KeyNotFoundException">No such student or offer.</exception>
    public ChoiceExplanation Explain(string studentId, string offerId) => Choice(roster.StudentIndex[studentId], roster.OfferIndex[offerId]);

    /// <summary>One place more and one fewer at each offer, supervisor, host and quota; each kind in ordinal order of ids.</summary>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public ImmutableArray<LimitSensitivity> Sensitivities() => [.. positions.Limits.Concat(Quotas).Select(Sensitivity)];

    private LimitSensitivity Sensitivity(NetworkLimit limit)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return new(
            limit.Kind,
            limit.Id,
            limit.Max,
            limit.Kind == LimitKind.Quota ? TakenIn(instance.Quotas.Single(quota => quota.Id == limit.Id)) : taken[PositionOf(limit)],
            limit.Max is null ? null : effects.More(limit).EffectFrom(effects.Base),
            limit.Max is null or 0 ? null : effects.Fewer(limit).EffectFrom(effects.Base));
    }

    private bool? IsForced(int student, Effect? withoutIt)
    {
        if (roster.IsPinned(student))
        {
            return true;
        }

        // A policy without levels has one outcome, given the tickets.
        if (policy.Name == PolicyName.Serial || policy.IsStable)
        {
            return lottery.Value.DecidedNothing(student);
        }

        if (withoutIt is not null)
        {
            return withoutIt.Changed() ? true : withoutIt.Unchanged() ? false : null;
        }

        var otherwise = false;
        foreach (var option in roster.OptionsOf(student))
        {
            var effect = effects.Forced(student, option.Offer).EffectFrom(effects.Base);
            if (effect.Unchanged())
            {
                return false;
            }

            otherwise |= !effect.Changed();
        }

        return otherwise ? null : true;
    }

    private ChoiceExplanation Choice(int student, int offer)
    {
        var current = given[student];
        var allowed = roster.OptionsOf(student).Find(offer) is not null;
        var (reason, limits) = offer == current ? (RefusalReason.Held, []) : allowed ? Cause(student, current, offer) : (WhyNotAllowed(student, offer), []);
        var effect = allowed && offer != current ? effects.Forced(student, offer).EffectFrom(effects.Base) : null;
        var rank = RankOf(student, offer);
        var unique = policy.Name == PolicyName.Serial || policy.IsStable;
        return new(
            instance.Offers[offer].Id,
            instance.Offers[offer].Host,
            rank,
            reason,
            limits,
            effect,
            ExplanationText.Sentence(instance.Offers[offer].Id, rank, reason, limits, effect, decidedByLottery: !unique, policy.IsStable, policy.IsStable && reason == RefusalReason.Full ? Before(student, offer, limits[0]) : []));
    }

    private RefusalReason WhyNotAllowed(int student, int offer)
    {
        var (row, wanted) = (instance.Students[student], instance.Offers[offer]);
        if (roster.IsPinned(student))
        {
            return RefusalReason.Fixed;
        }

        var admitted = wanted.Programmes is not { } programmes || (row.Programme is { } programme && programmes.Contains(programme, StringComparer.Ordinal));
        return admitted && !instance.Forbidden.Contains(new(row.Id, wanted.Id)) ? RefusalReason.NotChosen : RefusalReason.NotAllowed;
    }

    /// <summary>By what those who have the places of a full limit come before a student who wants one.</summary>
    private IReadOnlyList<Precedence> Before(int student, int offer, ReachedLimit full)
    {
        var mine = contracts.Value.ContractOf(student, offer);
        if (mine == Contracts.None)
        {
            return [];
        }

        var reasons = new SortedSet<Precedence>();
        foreach (var (other, held) in holders.Value[PositionOf(positions.LimitsOver(offer).First(limit => limit.Kind == full.Kind && limit.Id == full.Id))])
        {
            var theirs = contracts.Value.ContractOf(other, held);
            if (theirs == Contracts.None || contracts.Value.Key[theirs] > contracts.Value.Key[mine])
            {
                // Taken from what was left, or after the student: then something else keeps them out.
                return [];
            }

            reasons.Add(roster.IsPinned(other) ? Precedence.Fixed
                : contracts.Value.PositionOf(theirs) != contracts.Value.PositionOf(mine) ? Precedence.Ranking
                : instance.Students[other].Score.Equals(instance.Students[student].Score) ? Precedence.Lottery
                : Precedence.Score);
        }

        return [.. reasons];
    }

    /// <summary>What stands in the way if the student alone went from what they have to the offer.</summary>
    private (RefusalReason Reason, ImmutableArray<ReachedLimit> Limits) Cause(int student, int? current, int offer)
    {
        var had = current is { } mine ? positions.LimitsOver(mine).ToList() : [];
        var wanted = positions.LimitsOver(offer).ToList();
        var quotas = instance.Quotas.Where(quota => Counts(quota, student, offer) && !Counts(quota, student, current));
        ImmutableArray<ReachedLimit> full =
        [
            .. wanted.Except(had).Where(limit => taken[PositionOf(limit)] >= limit.Max).Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Max ?? 0)),
            .. quotas.Where(quota => TakenIn(quota) >= quota.Max).Select(quota => new ReachedLimit(LimitKind.Quota, quota.Id, quota.Max ?? 0)),
        ];
        if (full.Length > 0)
        {
            return (RefusalReason.Full, full);
        }

        ImmutableArray<ReachedLimit> needed =
        [
            .. had.Except(wanted).Where(limit => MinimumOf(limit) is var min && min > 0 && taken[PositionOf(limit)] == min).Select(limit => new ReachedLimit(limit.Kind, limit.Id, MinimumOf(limit))),
            .. instance.Quotas.Where(quota => Counts(quota, student, current) && !Counts(quota, student, offer) && TakenIn(quota) <= quota.Min).Select(quota => new ReachedLimit(LimitKind.Quota, quota.Id, quota.Min)),
        ];
        if (needed.Length > 0)
        {
            return (RefusalReason.Minimum, needed);
        }

        ImmutableArray<ReachedLimit> closed =
        [
            .. wanted.Except(had).Where(limit => taken[PositionOf(limit)] == 0 && MinimumOf(limit) > 1).Select(limit => new ReachedLimit(limit.Kind, limit.Id, MinimumOf(limit))),
        ];
        return closed.Length > 0 ? (RefusalReason.Closed, closed) : (IsBound(student, offer) ? RefusalReason.Group : LikesLess(student, current, offer) ? RefusalReason.LikedLess : RefusalReason.Policy, []);
    }

    private bool LikesLess(int student, int? current, int offer) =>
        current is { } mine && (RankOf(student, mine) ?? int.MaxValue) < (RankOf(student, offer) ?? int.MaxValue);

    // The minimum of what is open, too: somebody who leaves may not go below it.
    private int MinimumOf(NetworkLimit limit) => limit.Kind switch
    {
        LimitKind.Offer => instance.Offers[roster.OfferIndex[limit.Id]].Min,
        LimitKind.Supervisor => limit.Min,
        _ => instance.Hosts[roster.HostIndex[limit.Id]].Min,
    };

    private bool Counts(Quota quota, int student, int? offer) => offer is { } o && SideConstraints.Counts(quota, instance.Students[student], instance.Offers[o]);

    private int TakenIn(Quota quota) => Enumerable.Range(0, given.Length).Count(student => Counts(quota, student, given[student]));

    /// <summary>True: with the student at the offer and all others where they are, a group would not be together, or not apart.</summary>
    private bool IsBound(int student, int offer)
    {
        var id = instance.Students[student].Id;
        string? PlaceOf(string member, GroupLevel level) =>
            (member == id ? offer : given[roster.StudentIndex[member]]) is { } at ? SideConstraints.PlaceOf(level, instance.Offers[at]) : null;
        return instance.Together.Any(group => group.Students.Contains(id) && group.Students.Select(member => PlaceOf(member, group.Level)).Distinct().Count() > 1)
            || instance.Apart.Any(group => group.Students.Contains(id) && group.Students.Where(member => member != id).Any(member => PlaceOf(member, group.Level) == PlaceOf(id, group.Level)));
    }

    private IEnumerable<NetworkLimit> Quotas =>
        instance.Quotas.OrderBy(quota => quota.Id, StringComparer.Ordinal).Select(quota => new NetworkLimit(LimitKind.Quota, quota.Id, -1, -1, quota.Min, quota.Max));

    private ImmutableArray<ChoiceExplanation> Better(int student, int? current)
    {
        var had = (current is { } offer ? RankOf(student, offer) : null) ?? int.MaxValue;
        var better = ImmutableArray.CreateBuilder<ChoiceExplanation>();
        var choices = instance.Students[student].Choices;
        for (var g = 0; g < choices.Length && g + 1 < had; g++)
        {
            foreach (var id in choices[g].Length > 1 ? choices[g].Sort(StringComparer.Ordinal) : choices[g])
            {
                better.Add(Choice(student, roster.OfferIndex[id]));
            }
        }

        return better.ToImmutable();
    }

    private int? RankOf(int student, int offer)
    {
        var id = instance.Offers[offer].Id;
        var choices = instance.Students[student].Choices;
        for (var g = 0; g < choices.Length; g++)
        {
            if (choices[g].Contains(id, StringComparer.Ordinal))
            {
                return g + 1;
            }
        }

        return null;
    }

    /// <summary>Who has a place under each limit.</summary>
    private List<(int Student, int Offer)>[] Holders()
    {
        var under = new List<(int, int)>[positions.Limits.Length];
        for (var l = 0; l < under.Length; l++)
        {
            under[l] = [];
        }

        for (var student = 0; student < given.Length; student++)
        {
            if (given[student] is { } offer)
            {
                foreach (var limit in positions.LimitsOver(offer))
                {
                    under[PositionOf(limit)].Add((student, offer));
                }
            }
        }

        return under;
    }

    private int PositionOf(NetworkLimit limit) => limit.Tail - positions.StudentCount;
}
