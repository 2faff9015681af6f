using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Search;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Effects for policies of additive levels on instances with constraints that do not nest. A question keeps the levels of the result as bounds where it only takes matchings
/// away, and matchings found for earlier questions as answers where they fit; what is left is branch and bound from the last solution. It ends with the first level that
/// changes, for that decides; only a reserve needs all of them. Within a limit a question, and one for all of them: what they leave open is told as not determined.
/// </summary>
internal sealed class SearchEffects : IPolicyEffects, IDisposable
{
    private readonly Instance instance;
    private readonly Roster roster;
    private readonly PolicyName policy;
    private readonly SearchBudget budget;
    private readonly CancellationToken cancellationToken;
    private readonly LinearSearch linear;
    private readonly List<Known> known = [];
    private readonly Dictionary<(int Student, int? Offer), Outcome> forced = [];
    private readonly long[] best;
    private int expected;
    private Dictionary<(LimitKind Kind, string Id), Outcome>? more;

    /// <param name="given">The result's matching, as offer by student, or <see cref="Matched.Unplaced"/>.</param>
    public SearchEffects(Instance instance, Roster roster, PolicyName policy, int[] given, SearchBudget budget, CancellationToken cancellationToken)
    {
        this.instance = instance;
        this.roster = roster;
        this.policy = policy;
        this.budget = budget;
        this.cancellationToken = cancellationToken;
        linear = new(instance, roster, [.. SearchLevel.Of(instance, roster, policy)], budget, cancellationToken);
        best = Remember(given).Costs;
        Base = Told(best, null);
    }

    public Outcome Base { get; }

    /// <summary>So many questions are to come: none may use up what the others need.</summary>
    public void Expect(int questions) => expected = questions;

    /// <remarks>Of unplaced students it is asked by nobody.</remarks>
    public Outcome Forced(int student, int? offer)
    {
        if (!forced.TryGetValue((student, offer), out var outcome))
        {
            var wanted = offer ?? Matched.Unplaced;
            outcome = Ask(
                new(
                    asked => asked.Keep(student, option => option.Offer == wanted),
                    model => model.Keep(student, option => option.Offer == wanted),
                    instance,
                    other => other[student] == wanted),
                best,
                best).Outcome;
            forced.Add((student, offer), outcome);
        }

        return outcome;
    }

    public Outcome More(NetworkLimit limit)
    {
        if (more is null)
        {
            more = [];
            Raise([.. LimitsWithMax().Where(one => linear.Programme.DemandOf(one.Kind, one.Id) > one.Max)], null);
        }

        return more.GetValueOrDefault((limit.Kind, limit.Id), Base);
    }

    public Outcome Fewer(NetworkLimit limit) => Ask(
        new(
            asked => asked.ChangeMax(limit.Kind, limit.Id, -1),
            _ => { },
            InstanceChange.Max(instance, limit.Kind, limit.Id, limit.Max - 1),
            other => CountAt(limit, other) < limit.Max),
        best,
        best).Outcome;

    public (int? Offer, Outcome Outcome) Without(int student, int? offer)
    {
        if (offer is not { } lost)
        {
            return (null, Base);
        }

        // Options come by rank, those of one rank in the order of their ids; last of all, no place.
        var order = roster.OptionsOf(student).Select(option => option.Offer).ToList();
        long Standing(int at) => at == Matched.Unplaced ? order.Count : order.IndexOf(at);
        var (outcome, given) = Ask(
            new(asked => asked.Forbid(student, lost), model => model.Forbid(student, lost), instance, other => other[student] != lost),
            best,
            decisive: null,
            student,
            Standing);
        if (given is null || given[student] == Matched.Unplaced)
        {
            return (null, outcome);
        }

        var mine = given[student];
        // Whether they could have a third offer just as well: the first level that is worse with it says no.
        var (second, _) = Ask(
            new(
                asked => Forbid(offer => asked.Forbid(student, offer)),
                model => Forbid(offer => model.Forbid(student, offer)),
                instance,
                other => other[student] != lost && other[student] != mine),
            outcome.Key,
            decisive: outcome.Key);
        var isWorse = second is { Feasible: false, UndeterminedFrom: null } || second.Key.Where((cost, l) => cost != outcome.Key[l]).Any();
        return isWorse ? (mine, outcome) : Drawn(student, lost, outcome);

        void Forbid(Action<int> one)
        {
            one(lost);
            one(mine);
        }
    }

    /// <summary>What the levels leave open is drawn among all students, as in every result; where that is too much to search, it is not known.</summary>
    private (int? Offer, Outcome Outcome) Drawn(int student, int lost, Outcome outcome)
    {
        var id = instance.Students[student].Id;
        var without = instance with { Forbidden = instance.Forbidden.Add(new(id, instance.Offers[lost].Id)) };
        try
        {
            var result = MatchingEngine.SolveSorted(without, policy, new() { Budget = budget.Part(ReportLimits.SecondsAQuestion) }, cancellationToken);
            if (result.Status == MatchingStatus.Optimal)
            {
                return (result.Assignments.FirstOrDefault(assignment => assignment.Student == id) is { } drawn ? roster.OfferIndex[drawn.Offer] : null, outcome);
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // The limit came before a first matching.
        }

        return (null, outcome with { UndeterminedFrom = Outcome.Reserve });
    }

    public void Dispose() => linear.Dispose();

    /// <summary>All at once first: where that changes nothing, no part of it does; else half by half.</summary>
    private void Raise(List<NetworkLimit> limits, long[]? least)
    {
        if (limits.Count == 0)
        {
            return;
        }

        var changed = limits.Aggregate(instance, (now, limit) => InstanceChange.Max(now, limit.Kind, limit.Id, limit.Max + 1));
        var raised = limits.Select(limit => (limit.Kind, limit.Id)).ToHashSet();
        var all = LimitsWithMax().ToList();
        var (outcome, _) = Ask(
            new(
                asked => limits.ForEach(limit => asked.ChangeMax(limit.Kind, limit.Id, 1)),
                _ => { },
                changed,
                other => all.TrueForAll(limit => CountAt(limit, other) <= limit.Max + (raised.Contains((limit.Kind, limit.Id)) ? 1 : 0))),
            least,
            best);
        if (limits.Count == 1 || (outcome.UndeterminedFrom is null && outcome.Key.AsSpan().SequenceEqual(best)))
        {
            limits.ForEach(limit => more!.Add((limit.Kind, limit.Id), outcome)); // not null: asked by More
            return;
        }

        Raise(limits[..(limits.Count / 2)], outcome.Key);
        Raise(limits[(limits.Count / 2)..], outcome.Key);
    }

    /// <param name="least">Levels cannot be better than these, compared in order; may end early; null: nothing known.</param>
    /// <param name="decisive">The first level that differs from these costs ends the question; null: none does.</param>
    /// <param name="standingOf">After all levels, the least of this for one student.</param>
    /// <returns>The matching is null where there is none or not all of it is determined.</returns>
    private (Outcome Outcome, int[]? Given) Ask(Question question, long[]? least, long[]? decisive, int student = -1, Func<int, long>? standingOf = null)
    {
        // Most need far less than an equal share.
        var part = budget.Part(Math.Min(ReportLimits.SecondsAQuestion, ReportLimits.SharesAQuestion * budget.Left / Math.Max(1, expected--)));
        var mark = linear.Programme.Mark;
        linear.Programme.Budget = part;
        try
        {
            question.Narrow(linear.Programme);
            var search = new LevelSearch(linear, roster, () =>
            {
                var model = new SearchModel(question.Instance, roster, part, cancellationToken);
                question.NarrowModel(model);
                return model;
            })
            {
                Best = known.Where(one => question.Allows(one.Given)).MinBy(one => one.Costs, Comparer<long[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))?.Given,
            };
            var costs = new List<long>();
            var worseRank = Presume(search, costs, decisive, least);
            while (costs.Count < linear.Levels.Count)
            {
                var l = costs.Count;
                if (decisive is not null && !decisive.AsSpan(0, l).SequenceEqual(costs.ToArray()))
                {
                    return (Told(costs, linear.Levels[l].Name), null);
                }

                var bound = least is not null && costs.SequenceEqual(least.Take(l)) && l < least.Length ? least[l] : (long?)null;
                if (bound is { } before && worseRank && linear.Levels[l].Additive is null)
                {
                    bound = before + 1;
                }

                if (!(search.Best is { } now && linear.Levels[l].CostOf(roster, now) == bound))
                {
                    var count = linear.MinimiseFrom(l, decisive, bound is null ? null : least, search.Best, known[0].Given, out var answers);
                    search.Best = answers.Given;
                    if (answers.Infeasible)
                    {
                        return (Outcome.Infeasible, null);
                    }

                    if (count > 0)
                    {
                        Fix(search, costs, count);
                        continue;
                    }
                }

                var answer = search.Settle(l, bound, search.Best);
                if (answer.End == SearchEnd.Infeasible)
                {
                    return (Outcome.Infeasible, null);
                }

                if (answer.End != SearchEnd.Optimal)
                {
                    return (Told(costs, search.Best is null ? Outcome.Feasibility : linear.Levels[l].Name), null);
                }

                Fix(search, costs, 1);
            }

            if (costs.Count == 0 && search.Exists(null) is var end && end != SearchEnd.Optimal && search.Best is null)
            {
                return (end == SearchEnd.Infeasible ? Outcome.Infeasible : Told([], Outcome.Feasibility), null);
            }

            var outcome = Told(costs, null);
            if (standingOf is not null)
            {
                var last = linear.Minimise(student, option => standingOf(option?.Offer ?? Matched.Unplaced), search.Best);
                search.Best = last.Given;
                outcome = last.Given is { } found && last.Bound == standingOf(found[student]) ? outcome : Told(costs, Outcome.Reserve);
            }

            // Not where a bound was widened: that matching meets other bounds than the instance's.
            if (ReferenceEquals(question.Instance, instance) && search.Best is { } attained)
            {
                Remember(attained);
            }

            return (outcome, outcome.UndeterminedFrom is null ? search.Best : null);
        }
        finally
        {
            linear.Programme.Undo(mark);
            linear.Programme.Budget = budget;
        }
    }

    /// <summary>
    /// Where only matchings are taken away, mostly everybody can be placed as before, at no worse rank: that is tried at once with the levels that come then, for the first
    /// levels by themselves leave too many matchings to be whole.
    /// </summary>
    /// <returns>True: proven that it cannot be; then, if as many are placed, the worst rank is worse.</returns>
    private bool Presume(LevelSearch search, List<long> costs, long[]? decisive, long[]? least)
    {
        var worst = linear.Levels.ToList().FindIndex(level => level.Additive is null);
        if (worst < 0 || worst == linear.Levels.Count - 1 || least is null || !best.AsSpan().SequenceEqual(least))
        {
            return false;
        }

        var mark = linear.Programme.Mark;
        for (var l = 0; l <= worst; l++)
        {
            linear.Programme.AtMost(l, best[l]);
        }

        var start = search.Best is { } known && Enumerable.Range(0, worst + 1).All(l => linear.Levels[l].CostOf(roster, known) == best[l]) ? known : null;
        var count = linear.MinimiseFrom(worst + 1, decisive, least, start, this.known[0].Given, out var answer);
        linear.Programme.Undo(mark);
        if (count > 0)
        {
            search.Best = answer.Given;
            Fix(search, costs, worst + 1 + count);
        }

        return answer.Infeasible;
    }

    /// <summary>The next levels cost what they do in the best matching known.</summary>
    private void Fix(LevelSearch search, List<long> costs, int count)
    {
        for (; count > 0; count--)
        {
            costs.Add(linear.Levels[costs.Count].CostOf(roster, search.Best!)); // not null: it was just found
            search.Fix(costs.Count - 1, costs[^1]);
        }
    }

    private Known Remember(int[] given)
    {
        var one = new Known(given, [.. linear.Levels.Select(level => level.CostOf(roster, given))]);
        known.Add(one);
        return one;
    }

    private Outcome Told(IReadOnlyList<long> costs, string? undeterminedFrom) => undeterminedFrom == Outcome.Feasibility ? Outcome.Unknown : new(
        true,
        [.. costs.Select((cost, l) => Outcome.At(linear.Levels[l].Name, linear.Levels[l].ValueOf(cost)))],
        [.. costs],
        undeterminedFrom);

    private IEnumerable<NetworkLimit> LimitsWithMax() =>
        new NetworkPositions(instance, roster).Limits.Concat(instance.Quotas.Select(quota => new NetworkLimit(LimitKind.Quota, quota.Id, -1, -1, quota.Min, quota.Max))).Where(limit => limit.Max is not null);

    private int CountAt(NetworkLimit limit, int[] given)
    {
        var quota = limit.Kind == LimitKind.Quota ? instance.Quotas.Single(one => one.Id == limit.Id) : null;
        var count = 0;
        for (var s = 0; s < given.Length; s++)
        {
            if (given[s] != Matched.Unplaced && instance.Offers[given[s]] is var offer)
            {
                count += limit.Kind switch
                {
                    LimitKind.Offer => offer.Id == limit.Id,
                    LimitKind.Supervisor => offer.Supervisor == limit.Id,
                    LimitKind.Host => offer.Host == limit.Id,
                    _ => SideConstraints.Counts(quota!, instance.Students[s], offer), // not null: a quota
                } ? 1 : 0;
            }
        }

        return count;
    }

    /// <param name="Narrow">Asks the same of the linear programme as <paramref name="NarrowModel"/> of a complete model of <paramref name="Instance"/>.</param>
    /// <param name="Allows">Whether a matching of the unchanged instance is one of the question's.</param>
    private sealed record Question(Action<LinearProgramme> Narrow, Action<SearchModel> NarrowModel, Instance Instance, Func<int[], bool> Allows);

    /// <summary>A matching that meets every constraint of the instance, and its levels' costs.</summary>
    private sealed record Known(int[] Given, long[] Costs);
}
