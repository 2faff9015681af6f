using System.Collections.Immutable;
using Google.OrTools.Sat;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;

namespace WutAmu.Placement.Solver.Search;

/// <summary>
/// Lexicographic levels, and the lottery or the order of service as the last, by complete search: for constraints that do not nest. The instance without them is
/// solved first as a flow: if its optimum meets them it is the optimum; else it gives hints, and bounds with their proofs for the levels that reach them.
/// </summary>
internal sealed class SearchByLevel(Instance instance, PolicyName policy, SolveOptions options, CancellationToken cancellationToken)
{
    // Weights of packed ranks stay far below what CP-SAT adds up in 64 bits.
    private const long MostPacked = 1L << 40;

    private readonly Roster roster = new(instance);
    private readonly Dictionary<string, AdditiveLevel> additive = LevelCosts.Of(instance, new(instance), policy).ToDictionary(level => level.Name, StringComparer.Ordinal);
    private readonly List<Level> levels = [];
    private bool proven = true;

    /// <returns>The result without its digest; null if no matching meets the constraints.</returns>
    /// <exception cref="OperationCanceledException">Cancelled, or the time limit came before a first matching.</exception>
    public MatchingResult? Solve()
    {
        var relaxed = new LevelByLevel(SideConstraints.Without(instance), policy, options with { Progress = null }, cancellationToken).Solve();
        if (relaxed is null)
        {
            return null;
        }

        var hint = Given(relaxed);
        if (!options.AlwaysSearch && SideConstraints.Hold(instance, roster, hint))
        {
            // Best of more matchings than the instance has, and one of the instance's.
            foreach (var level in relaxed.Levels)
            {
                options.Progress?.Invoke(level);
            }

            return relaxed with { Certificate = relaxed.Certificate! with { Kind = "search" } }; // not null: a solved flow has one
        }

        var model = new SearchModel(instance, roster, options.TimeLimitInSeconds, cancellationToken);
        foreach (var (name, objective, valueOf) in Objectives(model))
        {
            if (!Minimise(model, name, objective, valueOf, hint, relaxed.Levels))
            {
                return null;
            }
        }

        if (levels.Count == 0 && !Exists(model, hint))
        {
            return null;
        }

        if (proven && (options.Lottery || policy.Name == PolicyName.Serial))
        {
            ServeInOrder(model, policy.Name == PolicyName.Serial ? roster.ServiceOrder() : roster.LotteryOrder());
        }

        var best = model.Best ?? throw new InvalidOperationException("A search that is not infeasible has no matching.");
        return Matched.Tell(instance, roster, best, policy, proven ? MatchingStatus.Optimal : MatchingStatus.Feasible, Certificate(relaxed)) with { Levels = [.. levels] };
    }

    /// <summary>True: some matching meets every constraint and places so many of those with a list.</summary>
    public static bool CanPlace(Instance sorted, int least, CancellationToken cancellationToken)
    {
        var roster = new Roster(sorted);
        var model = new SearchModel(sorted, roster, timeLimit: null, cancellationToken);
        model.AtLeast(model.Sum((student, option) => option is not null && roster.HasList(student) ? 1 : 0), least);
        return model.Minimise(LinearExpr.Constant(0), hint: null).End == SearchEnd.Optimal;
    }

    private IEnumerable<(string Name, LinearExpr Objective, Func<long, long> ValueOf)> Objectives(SearchModel model)
    {
        var worstRank = policy.Name == PolicyName.MinRegretGreedy;
        foreach (var level in additive.Values)
        {
            if (worstRank && level.Name is not ("placed" or "moved"))
            {
                worstRank = false;
                yield return WorstRank(model);
            }

            yield return (level.Name, model.Sum(level.Cost), level.ValueOf);
        }

        if (worstRank)
        {
            yield return WorstRank(model);
        }
    }

    private (string Name, LinearExpr Objective, Func<long, long> ValueOf) WorstRank(SearchModel model) =>
        ("worst-rank", model.AtLeastEvery(RankThatCounts, roster.GreatestRank + 1), value => value);

    // Off the list counts as the greatest rank + 1; a pin counts with its rank, and not at all off the list.
    private long RankThatCounts(int student, Option option) =>
        !roster.HasList(student) || (option.Pinned && option.Rank is null) ? 0 : option.RankOrOffList;

    /// <returns>False: no matching meets the constraints.</returns>
    private bool Minimise(SearchModel model, string name, LinearExpr objective, Func<long, long> valueOf, int[] hint, ImmutableArray<Level> relaxed)
    {
        if (!proven)
        {
            Tell(name, Value(model, name), null);
            return true;
        }

        // While every level so far is what it is in an instance with more matchings, the next cannot be better than there.
        var leastCost = new[] { relaxed, options.NothingBetter }
            .Where(other => levels.Count < other.Length && other[levels.Count].Objective == name && levels.SequenceEqual(other.Take(levels.Count)))
            .Max(other => (long?)valueOf(other[levels.Count].Value)); // value and cost are each other's mirror
        if (leastCost is { } cost)
        {
            if (model.Best is not null && CostOf(model, name) == cost)
            {
                Fix(model, objective, name, valueOf(cost), valueOf(cost));
                return true;
            }

            model.AtLeast(objective, cost);
        }

        var answer = model.Minimise(objective, hint);
        switch (answer.End)
        {
            case SearchEnd.Infeasible when levels.Count == 0:
                return false;
            case SearchEnd.Infeasible:
                throw new InvalidOperationException($"Level {name} has no matching where the level before has.");
            case SearchEnd.Unknown:
                throw new OperationCanceledException("The time limit came before a first matching.");
        }

        var value = Value(model, name);
        var bound = answer.End == SearchEnd.Optimal ? value : answer.Bound is { } least ? valueOf(least) : (long?)null;
        if (bound == value)
        {
            Fix(model, objective, name, value, value);
        }
        else
        {
            proven = false;
            Tell(name, value, bound);
        }

        return true;
    }

    private void Fix(SearchModel model, LinearExpr objective, string name, long value, long bound)
    {
        model.AtMost(objective, CostOf(model, name));
        Tell(name, value, bound);
    }

    private static bool Exists(SearchModel model, int[] hint)
    {
        var answer = model.Minimise(LinearExpr.Constant(0), hint);
        return answer.End switch
        {
            SearchEnd.Infeasible => false,
            SearchEnd.Unknown => throw new OperationCanceledException("The time limit came before a first matching."),
            _ => true,
        };
    }

    /// <summary>In order: the best rank that the earlier ones' ranks and all levels allow; then, in the same order, the ordinally smallest offer of it.</summary>
    private void ServeInOrder(SearchModel model, int[] order)
    {
        Settle(model, order, (_, option) => option?.RankOrOffList ?? int.MaxValue);
        Settle(model, order, (_, option) => option?.Offer ?? Matched.Unplaced);
    }

    private void Settle(SearchModel model, int[] order, Func<int, Option?, long> standingOf)
    {
        for (var next = 0; next < order.Length && proven;)
        {
            var standings = StandingsOf(order[next], standingOf);
            if (StandingOf(model, order[next], standingOf) == standings[0])
            {
                Keep(model, order[next++], standingOf);
                continue;
            }

            // As many students as fit in one weight, the first the heaviest.
            var chunk = new List<(int Student, long[] Standings)>();
            for (var packed = 1L; next < order.Length; next++)
            {
                var theirs = StandingsOf(order[next], standingOf);
                if (packed > MostPacked / theirs.Length)
                {
                    break;
                }

                packed *= theirs.Length;
                chunk.Add((order[next], theirs));
            }

            var weightOf = new Dictionary<int, (long Weight, long[] Standings)>();
            for (var (i, weight) = (chunk.Count - 1, 1L); i >= 0; weight *= chunk[i--].Standings.Length)
            {
                weightOf[chunk[i].Student] = (weight, chunk[i].Standings);
            }

            var answer = model.Minimise(
                model.Sum((s, option) => weightOf.TryGetValue(s, out var mine) ? mine.Weight * Math.Max(0, Array.IndexOf(mine.Standings, standingOf(s, option))) : 0), null);
            proven = answer.End == SearchEnd.Optimal;
            foreach (var (student, _) in chunk.Where(_ => proven))
            {
                Keep(model, student, standingOf);
            }
        }
    }

    /// <summary>What a student may reach at all, best first; unplaced included unless they are pinned.</summary>
    private long[] StandingsOf(int student, Func<int, Option?, long> standingOf)
    {
        var all = roster.OptionsOf(student).Select(option => (Option?)option);
        return [.. (roster.IsPinned(student) ? all : all.Append(null)).Select(option => standingOf(student, option)).Distinct().Order()];
    }

    private long StandingOf(SearchModel model, int student, Func<int, Option?, long> standingOf) => standingOf(student, OptionOf(model, student));

    private void Keep(SearchModel model, int student, Func<int, Option?, long> standingOf)
    {
        var standing = StandingOf(model, student, standingOf);
        model.Keep(student, option => standingOf(student, option) == standing);
    }

    private Option? OptionOf(SearchModel model, int student)
    {
        var offer = model.Best![student]; // not null: called after a first matching
        return roster.OptionsOf(student).Find(offer);
    }

    private long CostOf(SearchModel model, string name) => name == "worst-rank"
        ? Enumerable.Range(0, instance.Students.Length).Max(s => OptionOf(model, s) is { } option ? RankThatCounts(s, option) : 0)
        : Enumerable.Range(0, instance.Students.Length).Sum(s => additive[name].Cost(s, OptionOf(model, s)));

    private long Value(SearchModel model, string name) => name == "worst-rank" ? CostOf(model, name) : additive[name].ValueOf(CostOf(model, name));

    private void Tell(string name, long value, long? bound)
    {
        var level = new Level(name, value, bound);
        levels.Add(level);
        options.Progress?.Invoke(level);
    }

    private int[] Given(MatchingResult result)
    {
        var given = new int[instance.Students.Length];
        Array.Fill(given, Matched.Unplaced);
        foreach (var assignment in result.Assignments)
        {
            given[roster.StudentIndex[assignment.Student]] = roster.OfferIndex[assignment.Offer];
        }

        return given;
    }

    /// <summary>Prices of the flow prove each level that is as good as there, up to the first that is not.</summary>
    private Certificate Certificate(MatchingResult relaxed)
    {
        var reached = levels.Zip(relaxed.Levels).TakeWhile(pair => pair.First == pair.Second).Select(pair => pair.First.Objective).ToHashSet(StringComparer.Ordinal);
        var worstRank = levels.Exists(level => level.Objective == "worst-rank");
        if (relaxed.Certificate is not { } flow || (worstRank && !reached.Contains("worst-rank")))
        {
            // Prices of "placed" speak of the network without ranks over the worst.
            return new() { Kind = "search" };
        }

        return new() { Kind = "search", Phases = [.. flow.Phases.TakeWhile(phase => phase.Levels.All(reached.Contains))], WorstRank = worstRank ? flow.WorstRank : null, AboveWorstRank = worstRank ? flow.AboveWorstRank : null };
    }
}
