using System.Collections.Immutable;
using Google.OrTools.Sat;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Search;

/// <summary>
/// Lexicographic levels, and the lottery or the order of service as the last, by complete search: for constraints that do not nest. The instance without them is
/// solved first as a flow: if its optimum meets them it is the optimum; else it gives hints, and bounds with their proofs for the levels that reach them. Then
/// branch and bound is asked level by level; CP-SAT searches where that does not settle one.
/// </summary>
internal sealed class SearchByLevel(Instance instance, PolicyName policy, SolveOptions options, CancellationToken cancellationToken)
{
    // Weights of packed ranks stay far below what CP-SAT adds up in 64 bits.
    private const long MostPacked = 1L << 40;

    private readonly Roster roster = new(instance);
    private readonly SearchBudget budget = options.Budget ?? new(options.TimeLimitInSeconds, timeIsUp: options.TimeIsUp);
    private readonly List<Level> levels = [];
    private bool proven = true;

    /// <returns>The result without its digest; null if no matching meets the constraints.</returns>
    /// <exception cref="OperationCanceledException">Cancelled, or the time limit came before a first matching.</exception>
    public MatchingResult? Solve()
    {
        var relaxed = new LevelByLevel(SideConstraints.Without(NestedQuotas.Fold(instance)), policy, options with { Progress = null, Like = null }, cancellationToken).Solve();
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

        if (relaxed.Status == MatchingStatus.Feasible)
        {
            throw new OperationCanceledException("The time limit came before a first matching.");
        }

        using var linear = new LinearSearch(instance, roster, [.. SearchLevel.Of(instance, roster, policy)], budget, cancellationToken);
        var search = new LevelSearch(linear, roster, () => new(instance, roster, budget, cancellationToken));
        for (var l = 0; l < linear.Levels.Count; l++)
        {
            if (!Minimise(search, linear.Levels[l], l, hint, relaxed.Levels))
            {
                return null;
            }
        }

        if (levels.Count == 0 && !Exists(search, hint))
        {
            return null;
        }

        if (proven && (options.Lottery || policy.Name == PolicyName.Serial))
        {
            ServeInOrder(search, linear, policy.Name == PolicyName.Serial ? roster.ServiceOrder() : roster.LotteryOrder());
        }

        var best = search.Best ?? throw new InvalidOperationException("A search that is not infeasible has no matching.");
        return Matched.Tell(instance, roster, best, policy, proven ? MatchingStatus.Optimal : MatchingStatus.Feasible, Certificate(relaxed)) with { Levels = [.. levels] };
    }

    /// <summary>True: some matching meets every constraint and places so many of those with a list; null: the budget was spent before that was known.</summary>
    public static bool? CanPlace(Instance sorted, int least, SearchBudget budget, CancellationToken cancellationToken)
    {
        var roster = new Roster(sorted);
        if (budget.IsSpent)
        {
            return null;
        }

        using (var linear = new LinearSearch(sorted, roster, [.. SearchLevel.Of(sorted, roster, new(PolicyName.GreedyMaximum, false)).Take(1)], budget, cancellationToken))
        {
            var answer = linear.Minimise(0, start: null);
            if (answer.Infeasible)
            {
                return false;
            }

            var submitters = Enumerable.Range(0, sorted.Students.Length).Count(roster.HasList);
            if (answer.Bound > submitters - least)
            {
                return false;
            }

            if (answer.Given is { } given && linear.Levels[0].CostOf(roster, given) <= submitters - least)
            {
                return true;
            }
        }

        var model = new SearchModel(sorted, roster, budget, cancellationToken);
        model.AtLeast(model.Sum((student, option) => option is not null && roster.HasList(student) ? 1 : 0), least);
        return model.Minimise(LinearExpr.Constant(0), hint: null).End switch
        {
            SearchEnd.Unknown => null,
            SearchEnd.Infeasible => false,
            _ => true,
        };
    }

    /// <returns>False: no matching meets the constraints.</returns>
    private bool Minimise(LevelSearch search, SearchLevel level, int l, int[] hint, ImmutableArray<Level> relaxed)
    {
        if (!proven)
        {
            Tell(level, level.CostOf(roster, search.Best!), null); // not null: an earlier level has one
            return true;
        }

        // While every level so far is what it is in an instance with more matchings, the next cannot be better than there.
        var least = new[] { relaxed, options.NothingBetter }
            .Where(other => l < other.Length && other[l].Objective == level.Name && levels.SequenceEqual(other.Take(l)))
            .Max(other => (long?)level.ValueOf(other[l].Value)); // value and cost are each other's mirror
        var answer = search.Settle(l, least, hint);
        switch (answer.End)
        {
            case SearchEnd.Infeasible when l == 0:
                return false;
            case SearchEnd.Infeasible:
                throw new InvalidOperationException($"Level {level.Name} has no matching where the level before has.");
            case SearchEnd.Unknown:
                throw new OperationCanceledException("The time limit came before a first matching.");
        }

        proven = answer.Bound == answer.Value;
        if (proven)
        {
            search.Fix(l, answer.Value);
        }

        Tell(level, answer.Value, answer.Bound);
        return true;
    }

    private static bool Exists(LevelSearch search, int[] hint) => search.Exists(hint) switch
    {
        SearchEnd.Infeasible => false,
        SearchEnd.Unknown => throw new OperationCanceledException("The time limit came before a first matching."),
        _ => true,
    };

    /// <summary>In order: the best rank that the earlier ones' ranks and all levels allow; then, in the same order, the ordinally smallest offer of it.</summary>
    private void ServeInOrder(LevelSearch search, LinearSearch linear, int[] order)
    {
        Settle(search, linear, order, (_, option) => option?.RankOrOffList ?? int.MaxValue);
        Settle(search, linear, order, (_, option) => option?.Offer ?? Matched.Unplaced);
    }

    private void Settle(LevelSearch search, LinearSearch linear, int[] order, Func<int, Option?, long> standingOf)
    {
        for (var next = 0; next < order.Length && proven;)
        {
            var standings = StandingsOf(order[next], standingOf);
            if (StandingOf(search, order[next], standingOf) == standings[0] || CannotStandBetter(search, linear, order[next], standings, standingOf))
            {
                Keep(search, order[next++], standingOf);
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

            var model = search.Model();
            var answer = model.Minimise(
                model.Sum((s, option) => weightOf.TryGetValue(s, out var mine) ? mine.Weight * Math.Max(0, Array.IndexOf(mine.Standings, standingOf(s, option))) : 0), null);
            search.Best = model.Best;
            proven = answer.End == SearchEnd.Optimal;
            foreach (var (student, _) in chunk.Where(_ => proven))
            {
                Keep(search, student, standingOf);
            }
        }
    }

    private bool CannotStandBetter(LevelSearch search, LinearSearch linear, int student, long[] standings, Func<int, Option?, long> standingOf)
    {
        long Place(Option? option) => Math.Max(0, Array.IndexOf(standings, standingOf(student, option)));
        var answer = linear.Minimise(student, Place, search.Best);
        search.Best = answer.Given;
        return answer.Bound == Place(OptionOf(search, student));
    }

    /// <summary>What a student may reach at all, best first; unplaced included unless they are pinned.</summary>
    private long[] StandingsOf(int student, Func<int, Option?, long> standingOf)
    {
        var all = roster.OptionsOf(student).Select(option => (Option?)option);
        return [.. (roster.IsPinned(student) ? all : all.Append(null)).Select(option => standingOf(student, option)).Distinct().Order()];
    }

    private long StandingOf(LevelSearch search, int student, Func<int, Option?, long> standingOf) => standingOf(student, OptionOf(search, student));

    private void Keep(LevelSearch search, int student, Func<int, Option?, long> standingOf)
    {
        var standing = StandingOf(search, student, standingOf);
        search.Keep(student, option => standingOf(student, option) == standing);
    }

    private Option? OptionOf(LevelSearch search, int student)
    {
        var offer = search.Best![student]; // not null: called after a first matching
        return roster.OptionsOf(student).Find(offer);
    }

    private void Tell(SearchLevel level, long cost, long? bound)
    {
        var told = new Level(level.Name, level.ValueOf(cost), bound is { } least ? level.ValueOf(least) : null);
        levels.Add(told);
        options.Progress?.Invoke(told);
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
