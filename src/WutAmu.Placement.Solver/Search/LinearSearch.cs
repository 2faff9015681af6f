using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Search;

/// <summary>
/// Branch and bound on the linear programme (Land, Doig 1960): first on what opens, then on students. With few constraints that do not nest most solutions are whole at once; so a level is proven in milliseconds where a complete search takes
/// a second. Each bound is exact (<see cref="LinearModel"/>), and a matching is one only if it meets every row in whole numbers.
/// </summary>
internal sealed class LinearSearch(Instance instance, Roster roster, IReadOnlyList<SearchLevel> levels, SearchBudget budget, CancellationToken cancellationToken) : IDisposable
{
    // Of one question; after so many a complete search does better.
    private const int MostNodes = 60;

    // More than this in one objective, and rounded prices no longer tell its last level.
    private const long MostPacked = 1L << 24;

    private NearMatching? nearby;

    public IReadOnlyList<SearchLevel> Levels => levels;

    /// <summary>What is asked: narrow it, and come back by its <see cref="LinearProgramme.Undo"/>.</summary>
    public LinearProgramme Programme { get; } = new(instance, roster, levels, budget, cancellationToken);

    /// <summary>The least cost of a level.</summary>
    /// <param name="start">A matching that meets everything asked for so far; null: none known.</param>
    public LinearAnswer Minimise(int level, int[]? start)
    {
        var (total, constant, least, most) = Programme.Totals[level];
        if (Levels[level].Additive is null || Math.Max(Math.Abs((double)least), Math.Abs((double)most)) > LinearModel.MostExact)
        {
            return new(null, start);
        }

        return Minimise([(total, 1)], constant, given => Levels[level].CostOf(roster, given), start);
    }

    /// <summary>
    /// The lexicographically least costs of additive levels from one on, in one objective in which each outweighs all that come after it: its solutions are whole far more often
    /// than a level's alone. Levels after the worst rank only lead the search to whole solutions.
    /// </summary>
    /// <param name="decisive">Costs of all levels; the first level that differs ends the question. Null: none does.</param>
    /// <param name="least">Nothing is less than these costs, compared in order; may end early, but not before <paramref name="first"/>; null: nothing known.</param>
    /// <param name="start">A matching that meets everything asked for so far; null: none known.</param>
    /// <param name="near">A matching near which one may be that is as good as the first bound; null: not looked for.</param>
    /// <returns>How many levels from the first on cost as little as they can in the matching of the answer; the question may end after fewer than were asked.</returns>
    public int MinimiseFrom(int first, long[]? decisive, long[]? least, int[]? start, int[]? near, out LinearAnswer answer)
    {
        var packed = PackedFrom(first);
        var proper = packed.TakeWhile((level, i) => level == first + i).Count();
        if (proper == 0 || Range(first) > LinearModel.MostExact)
        {
            answer = new(null, start);
            return 0;
        }

        var weights = new long[packed.Count];
        for (var (i, weight) = (packed.Count - 1, 1L); i >= 0; weight *= Range(packed[i--]))
        {
            weights[i] = weight;
        }

        long CostAt(int i, long cost) => weights[i] * (cost - Programme.Totals[packed[i]].Constant - Programme.Totals[packed[i]].Least);
        int Decided(int[] given)
        {
            var changed = decisive is null ? -1 : packed.FindIndex(level => Levels[level].CostOf(roster, given) != decisive[level]);
            return changed >= 0 && changed < proper ? changed + 1 : proper;
        }

        // Costs of the proper levels as far as the bound tells them: to the first that changes.
        List<long> Digits(long rest)
        {
            var digits = new List<long>();
            for (var i = 0; i < proper && (digits.Count == 0 || decisive is null || digits[^1] == decisive[packed[i - 1]]); i++)
            {
                digits.Add((rest / weights[i]) + Programme.Totals[packed[i]].Constant + Programme.Totals[packed[i]].Least);
                rest %= weights[i];
            }

            return digits;
        }

        var bound = least is null ? long.MinValue : Enumerable.Range(0, Math.Min(proper, least.Length - first)).Sum(i => CostAt(i, least[packed[i]]));
        answer = Minimise(
            [.. weights.Select((weight, i) => (Programme.Totals[packed[i]].Column, weight))],
            -weights.Select((weight, i) => weight * Programme.Totals[packed[i]].Least).Sum(),
            given => packed.Select((level, i) => CostAt(i, Levels[level].CostOf(roster, given))).Sum(),
            start,
            known: bound,
            // Nothing with less than this in the levels that decide: what comes after them is open.
            enough: given => Enumerable.Range(0, Decided(given)).Sum(i => CostAt(i, Levels[packed[i]].CostOf(roster, given))),
            atRoot: near is null ? null : reached => (nearby ??= new(Programme, roster)).Find(near, first, Digits(reached)));
        return answer is { Bound: { } here, Given: { } found } && here >= Enumerable.Range(0, Decided(found)).Sum(i => CostAt(i, Levels[packed[i]].CostOf(roster, found))) ? Decided(found) : 0;
    }

    /// <summary>The additive levels from here on that fit in one objective, past the worst rank, too; none at the worst rank.</summary>
    private List<int> PackedFrom(int first)
    {
        var (packed, product) = (new List<int>(), 1L);
        for (var level = first; level < Levels.Count && Levels[first].Additive is not null; level++)
        {
            if (Levels[level].Additive is null)
            {
                continue;
            }

            if (packed.Count > 0 && Range(level) > MostPacked / product)
            {
                break;
            }

            product *= Math.Min(Range(level), MostPacked);
            packed.Add(level);
        }

        return packed;
    }

    /// <summary>The least standing one student can have; <paramref name="standingOf"/> null is that of staying unplaced.</summary>
    public LinearAnswer Minimise(int student, Func<Option?, long> standingOf, int[]? start)
    {
        var unplaced = standingOf(null);
        return Minimise(
            [.. Programme.Chosen[student].Select(pair => (pair.Column, Cost: standingOf(pair.Option) - unplaced)).Where(term => term.Cost != 0)],
            unplaced,
            given => standingOf(roster.OptionsOf(student).Find(given[student])),
            start);
    }

    /// <summary>True: everything asked for so far can be had with no rank over <paramref name="worst"/>, and the matching shows it; false: it cannot; null: not known.</summary>
    public (bool? Holds, int[]? Given) HoldsWithin(long worst)
    {
        var mark = Programme.Mark;
        Programme.CloseRanksOver(worst);
        var answer = AnyMatching();
        Programme.Undo(mark);
        return (answer.Infeasible ? false : answer.Given is null ? null : true, answer.Given);
    }

    public void Dispose() => Programme.Dispose();

    /// <summary>The first found: the last levels lead to it, for without an objective every mixture of matchings is as good as a whole one.</summary>
    private LinearAnswer AnyMatching()
    {
        var first = Levels.ToList().FindIndex(level => level.Additive is null) + 1;
        List<int> packed = first < Levels.Count ? PackedFrom(first) : [];
        var weights = new (int Column, long Cost)[packed.Count];
        for (var (i, weight) = (packed.Count - 1, 1L); i >= 0; weight *= Range(packed[i--]))
        {
            weights[i] = (Programme.Totals[packed[i]].Column, weight);
        }

        return Minimise(weights, 0, _ => 0, null, firstWins: true);
    }

    /// <param name="firstWins">True: any matching will do, whatever it costs.</param>
    /// <param name="known">Nothing costs less; <see cref="long.MinValue"/>: nothing known.</param>
    /// <param name="atRoot">Looks for a matching that attains the first bound.</param>
    /// <param name="enough">A bound from which on a matching is good enough; null: its own cost.</param>
    private LinearAnswer Minimise((int Column, long Cost)[] costs, long constant, Func<int[], long> costOf, int[]? start, bool firstWins = false, long known = long.MinValue, Func<int[], long>? enough = null, Func<long, int[]?>? atRoot = null)
    {
        var best = start;
        var cost = start is null ? long.MaxValue : costOf(start);
        var goal = start is null ? long.MaxValue : (enough ?? costOf)(start);
        var nodes = 0;
        // long.MinValue: nothing known; long.MaxValue: nothing there.
        var bound = known >= goal ? known : Branch(known);
        return new(
            bound == long.MinValue ? null : Math.Min(bound, cost) is var least && least == long.MaxValue ? null : least,
            best,
            best is null && bound == long.MaxValue);

        long Branch(long known)
        {
            if (++nodes > MostNodes || !Programme.Model.Minimise(costs))
            {
                return nodes <= MostNodes && Programme.Model.IsInfeasible() ? long.MaxValue : known;
            }

            if (Programme.Model.Bound() is { } here)
            {
                known = Math.Max(known, here + constant);
            }

            if (nodes == 1 && known < goal && known > long.MinValue && atRoot?.Invoke(known) is { } near && costOf(near) < cost)
            {
                (best, cost, goal) = (near, costOf(near), (enough ?? costOf)(near));
            }

            if (known >= goal)
            {
                return known;
            }

            if (Programme.ToBranchOn() is not { } branches)
            {
                if (Programme.WholeMatching() is { } given && costOf(given) < cost)
                {
                    (best, cost) = (given, firstWins ? long.MinValue : costOf(given));
                    goal = firstWins ? long.MinValue : (enough ?? costOf)(given);
                }

                return known;
            }

            var least = long.MaxValue;
            foreach (var narrow in branches)
            {
                var mark = Programme.Mark;
                narrow();
                least = Math.Min(least, Branch(known));
                Programme.Undo(mark);
                if (goal <= known)
                {
                    // As good as can be here.
                    return known;
                }
            }

            return Math.Max(least, known);
        }
    }

    private long Range(int level) => Programme.Totals[level].Range;
}
