using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Explains a result: for each offer a student preferred, the limit that stood in the way and the exact effect on the policy's levels of giving it;
/// what one place more or fewer changes; which placements are forced, and their reserve. Takes the result's optimality as given: verify it first.
/// </summary>
public sealed class Explainer
{
    private readonly Instance instance;
    private readonly PolicyName policy;
    private readonly Roster roster;
    private readonly NetworkPositions positions;
    private readonly IPolicyEffects effects;
    private readonly int?[] given;
    private readonly int[] taken;

    /// <exception cref="ArgumentException">The result is of another instance, has no matching, or its levels are not the policy's optimum.</exception>
    /// <exception cref="UnsupportedInstanceException">The instance or policy needs what is not built.</exception>
    public Explainer(Instance instance, MatchingResult result, CancellationToken cancellationToken)
    {
        if (!PolicyName.TryParse(result.Policy, out var parsed) || result.Status == MatchingStatus.Infeasible)
        {
            throw new ArgumentException($"A result of policy \"{result.Policy}\" and status {result.Status} has nothing to explain.", nameof(result));
        }

        policy = parsed;
        this.instance = MatchingEngine.Sort(instance);
        roster = new(this.instance);
        positions = new(this.instance, roster);
        effects = PolicyEffects.Of(this.instance, roster, policy, cancellationToken);
        given = new int?[this.instance.Students.Length];
        taken = new int[positions.Limits.Length];
        foreach (var assignment in result.Assignments)
        {
            var offer = roster.OfferIndex[assignment.Offer];
            given[roster.StudentIndex[assignment.Student]] = offer;
            foreach (var limit in positions.LimitsOver(offer))
            {
                taken[PositionOf(limit)]++;
            }
        }

        var levels = result.Levels.Select(level => (level.Objective, level.Value));
        if (!effects.Base.Feasible || (result.Levels.Length > 0 && !levels.SequenceEqual(effects.Base.Levels)))
        {
            throw new ArgumentException(
                $"The result's levels ({string.Join(", ", result.Levels.Select(level => $"{level.Objective} {level.Value}"))}) are not the optimum of {policy} on this instance ({string.Join(", ", effects.Base.Levels.Select(level => $"{level.Objective} {level.Value}"))}).",
                nameof(result));
        }
    }

    /// <summary>Ids in ordinal order.</summary>
    public IEnumerable<string> Students => instance.Students.Select(student => student.Id);

    /// <summary>What the policy reaches, by its levels; for policies without levels the number placed and the profile.</summary>
    public IReadOnlyList<(string Objective, long Value)> Levels => effects.Base.Levels;

    public bool HasStudent(string id) => roster.StudentIndex.ContainsKey(id);

    public bool HasOffer(string id) => roster.OfferIndex.ContainsKey(id);

    /// <exception cref="KeyNotFoundException">No such student.</exception>
    public StudentExplanation Explain(string studentId)
    {
        var student = roster.StudentIndex[studentId];
        var current = given[student];
        var preferred = Choices(student).Where(choice => current is null || choice.Rank < (RankOf(student, current.Value) ?? int.MaxValue));
        var reserve = current is null || roster.IsPinned(student) ? ((int? Offer, Outcome Outcome)?)null : effects.Without(student, current);
        return new(
            studentId,
            current is { } o ? instance.Offers[o].Id : null,
            current is { } p ? instance.Offers[p].Host : null,
            current is { } q ? RankOf(student, q) : null,
            IsForced(student, reserve),
            reserve is { Outcome.Feasible: true } other
                ? new(
                    other.Offer is { } r ? instance.Offers[r].Id : null,
                    other.Offer is { } h ? instance.Offers[h].Host : null,
                    other.Offer is { } k ? RankOf(student, k) : null,
                    other.Outcome.EffectFrom(effects.Base))
                : null,
            [.. preferred.Select(choice => Choice(student, choice.Offer))]);
    }

    /// <summary>Why a student does not have one offer, preferred or not.</summary>
    /// <exception cref="KeyNotFoundException">No such student or offer.</exception>
    public ChoiceExplanation Explain(string studentId, string offerId) => Choice(roster.StudentIndex[studentId], roster.OfferIndex[offerId]);

    /// <summary>One place more and one fewer at each offer, supervisor and host; each kind in ordinal order of ids.</summary>
    public ImmutableArray<LimitSensitivity> Sensitivities() =>
        [.. positions.Limits.Select(limit => new LimitSensitivity(
            limit.Kind,
            limit.Id,
            limit.Max,
            taken[PositionOf(limit)],
            limit.Max is null ? null : effects.More(limit).EffectFrom(effects.Base),
            limit.Max is null or 0 ? null : effects.Fewer(limit).EffectFrom(effects.Base)))];

    private bool IsForced(int student, (int? Offer, Outcome Outcome)? reserve)
    {
        // A policy without levels has one outcome, given the tickets.
        if (roster.IsPinned(student) || policy.Name == PolicyName.Serial || policy.IsStable)
        {
            return true;
        }

        if (reserve is { } found)
        {
            return !found.Outcome.Feasible || found.Outcome.EffectFrom(effects.Base).Changes.Length > 0;
        }

        return roster.OptionsOf(student).All(option =>
            effects.Forced(student, option.Offer) is var outcome && (!outcome.Feasible || outcome.EffectFrom(effects.Base).Changes.Length > 0));
    }

    private ChoiceExplanation Choice(int student, int offer)
    {
        var current = given[student];
        var allowed = roster.OptionsOf(student).Any(option => option.Offer == offer);
        var shared = current is { } mine ? positions.LimitsOver(mine).ToHashSet() : [];
        var full = positions.LimitsOver(offer).Where(limit => !shared.Contains(limit) && taken[PositionOf(limit)] >= limit.Max).ToList();
        var there = positions.LimitsOver(offer).ToHashSet();
        var needed = current is { } had
            ? positions.LimitsOver(had).Where(limit => !there.Contains(limit) && taken[PositionOf(limit)] <= limit.Min).ToList()
            : [];
        var (reason, limits) = (allowed, full.Count, needed.Count) switch
        {
            (false, _, _) => (RefusalReason.NotAllowed, []),
            (_, > 0, _) => (RefusalReason.Full, full.Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Max ?? 0))),
            (_, _, > 0) => (RefusalReason.Minimum, needed.Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Min))),
            _ => (RefusalReason.Policy, Enumerable.Empty<ReachedLimit>()),
        };
        var effect = allowed ? effects.Forced(student, offer).EffectFrom(effects.Base) : null;
        var rank = RankOf(student, offer);
        ImmutableArray<ReachedLimit> reached = [.. limits];
        var unique = policy.Name == PolicyName.Serial || policy.IsStable;
        return new(
            instance.Offers[offer].Id,
            instance.Offers[offer].Host,
            rank,
            reason,
            reached,
            effect,
            ExplanationText.Sentence(instance.Offers[offer].Id, rank, reason, reached, effect, decidedByLottery: !unique));
    }

    private IEnumerable<(int Offer, int Rank)> Choices(int student) =>
        instance.Students[student].Choices.SelectMany((group, g) => group
            .Order(StringComparer.Ordinal).Select(id => (roster.OfferIndex[id], g + 1)));

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

    private int PositionOf(NetworkLimit limit) => limit.Tail - positions.StudentCount;
}
