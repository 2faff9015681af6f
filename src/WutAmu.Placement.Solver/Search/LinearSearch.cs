using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Search;

/// <summary>
/// The matching problem with all its constraints as a linear programme, where places may be shared out in parts, and branch and bound on it (Land, Doig 1960): first on what
/// opens, then on students. With few constraints that do not nest most solutions are whole at once; so a level is proven in milliseconds where a complete search takes
/// a second. Each bound is exact (<see cref="LinearModel"/>), and a matching is one only if it meets every row in whole numbers.
/// </summary>
internal sealed class LinearSearch : IDisposable
{
    // Of one question; after so many a complete search does better.
    private const int MostNodes = 60;
    private const double Whole = 1e-6;
    private const double SecondsAMove = 0.000001;

    // More than this in one objective, and rounded prices no longer tell its last level.
    private const long MostPacked = 1L << 24;

    private readonly LinearModel model;
    private readonly Instance instance;
    private readonly Roster roster;
    private readonly (Option Option, int Column)[][] chosen;
    private readonly int[] rowOfStudent;
    private readonly Dictionary<(LimitKind Kind, string Id), (int Row, int Demand)> rowOfLimit = [];
    private readonly List<(int Open, int[] Members)> openings = [];
    private readonly List<(int Total, long Constant, long Least, long Most)> totals = [];
    private int[]? limits;
    private int[][][]? limitsOver;

    public LinearSearch(Instance instance, Roster roster, IReadOnlyList<SearchLevel> levels, SearchBudget budget, CancellationToken cancellationToken)
    {
        this.instance = instance;
        this.roster = roster;
        Levels = levels;
        model = new(budget, cancellationToken);
        chosen = [.. Enumerable.Range(0, instance.Students.Length).Select(s => roster.OptionsOf(s).Select(option => (option, model.AddColumn(0, 1))).ToArray())];
        rowOfStudent = [.. chosen.Select((mine, s) => model.AddRow(mine.Select(pair => (pair.Column, 1L)), roster.IsPinned(s) ? 1 : 0, 1, (1, 1)))];
        AddLimits();
        AddGroups();
        foreach (var level in levels)
        {
            AddTotal(level);
        }
    }

    public IReadOnlyList<SearchLevel> Levels { get; }

    /// <summary>Of the questions to come.</summary>
    public SearchBudget Budget
    {
        get => model.Budget;
        set => model.Budget = value;
    }

    /// <summary>A state to come back to by <see cref="Undo"/>.</summary>
    public int Mark => model.Mark;

    public void Undo(int mark) => model.Undo(mark);

    /// <summary>The least cost of a level.</summary>
    /// <param name="start">A matching that meets everything asked for so far; null: none known.</param>
    public LinearAnswer Minimise(int level, int[]? start)
    {
        var (total, constant, least, most) = totals[level];
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

        long CostAt(int i, long cost) => weights[i] * (cost - totals[packed[i]].Constant - totals[packed[i]].Least);
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
                digits.Add((rest / weights[i]) + totals[packed[i]].Constant + totals[packed[i]].Least);
                rest %= weights[i];
            }

            return digits;
        }

        var bound = least is null ? long.MinValue : Enumerable.Range(0, Math.Min(proper, least.Length - first)).Sum(i => CostAt(i, least[packed[i]]));
        answer = Minimise(
            [.. weights.Select((weight, i) => (totals[packed[i]].Total, weight))],
            -weights.Select((weight, i) => weight * totals[packed[i]].Least).Sum(),
            given => packed.Select((level, i) => CostAt(i, Levels[level].CostOf(roster, given))).Sum(),
            start,
            known: bound,
            // Nothing with less than this in the levels that decide: what comes after them is open.
            enough: given => Enumerable.Range(0, Decided(given)).Sum(i => CostAt(i, Levels[packed[i]].CostOf(roster, given))),
            atRoot: near is null ? null : reached => Near(near, first, Digits(reached)));
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
            [.. chosen[student].Select(pair => (pair.Column, Cost: standingOf(pair.Option) - unplaced)).Where(term => term.Cost != 0)],
            unplaced,
            given => standingOf(roster.OptionsOf(student).Find(given[student])),
            start);
    }

    /// <summary>The level's least cost as far as each student's open options tell, without solving anything.</summary>
    public long LeastByItself(int level)
    {
        var additive = Levels[level].Additive;
        return chosen.Select((mine, s) =>
        {
            var open = mine.Where(pair => model.BoundsOf(pair.Column).High > 0).Select(pair => Of(s, pair.Option));
            return (model.BoundsOfRow(rowOfStudent[s]).Low > 0 ? open : open.Append(Of(s, null))).DefaultIfEmpty(0).Min();
        }).Aggregate(0L, (all, one) => additive is null ? Math.Max(all, one) : all + one);

        long Of(int student, Option? option) => additive?.Cost(student, option) ?? (option is { } o ? SearchLevel.RankThatCounts(roster, student, o) : 0);
    }

    /// <summary>True: everything asked for so far can be had with no rank over <paramref name="worst"/>, and the matching shows it; false: it cannot; null: not known.</summary>
    public (bool? Holds, int[]? Given) HoldsWithin(long worst)
    {
        var mark = Mark;
        CloseRanksOver(worst);
        var answer = AnyMatching();
        Undo(mark);
        return (answer.Infeasible ? false : answer.Given is null ? null : true, answer.Given);
    }

    /// <summary>From now on the student has one of the options that are still open.</summary>
    public void Require(int student) => model.SetRow(rowOfStudent[student], 1, 1);

    /// <summary>From now on a limit has no maximum.</summary>
    public void Open(LimitKind kind, string id)
    {
        var (row, _) = rowOfLimit[(kind, id)];
        model.SetRow(row, model.BoundsOfRow(row).Low, null);
    }

    /// <summary>From now on the level costs no more.</summary>
    public void AtMost(int level, long cost)
    {
        var (total, constant, least, most) = totals[level];
        if (Levels[level].Additive is null)
        {
            CloseRanksOver(cost);
        }
        else
        {
            model.SetColumn(total, Math.Min(least, cost - constant), Math.Min(most, cost - constant));
        }
    }

    /// <summary>From now on the student has one of these options; none means unplaced.</summary>
    public void Keep(int student, Func<Option, bool> kept)
    {
        var any = false;
        foreach (var (option, column) in chosen[student])
        {
            if (kept(option))
            {
                any = true;
            }
            else
            {
                model.SetColumn(column, 0, 0);
            }
        }

        model.SetRow(rowOfStudent[student], any ? 1 : model.BoundsOfRow(rowOfStudent[student]).Low, 1);
    }

    public void Forbid(int student, int offer)
    {
        foreach (var (_, column) in chosen[student].Where(pair => pair.Option.Offer == offer))
        {
            model.SetColumn(column, 0, 0);
        }
    }

    /// <summary>Moves the maximum of a limit that has one.</summary>
    public void ChangeMax(LimitKind kind, string id, int change)
    {
        var (row, _) = rowOfLimit[(kind, id)];
        var (low, high) = model.BoundsOfRow(row);
        model.SetRow(row, low, high + change);
    }

    /// <summary>How many could be there if nothing else held: nobody gains by more places than that.</summary>
    public int DemandOf(LimitKind kind, string id) => rowOfLimit[(kind, id)].Demand;

    public void Dispose() => model.Dispose();

    /// <summary>The first found: the last levels lead to it, for without an objective every mixture of matchings is as good as a whole one.</summary>
    private LinearAnswer AnyMatching()
    {
        var first = Levels.ToList().FindIndex(level => level.Additive is null) + 1;
        List<int> packed = first < Levels.Count ? PackedFrom(first) : [];
        var weights = new (int Column, long Cost)[packed.Count];
        for (var (i, weight) = (packed.Count - 1, 1L); i >= 0; weight *= Range(packed[i--]))
        {
            weights[i] = (totals[packed[i]].Total, weight);
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
            if (++nodes > MostNodes || !model.Minimise(costs))
            {
                return nodes <= MostNodes && model.IsInfeasible() ? long.MaxValue : known;
            }

            if (model.Bound() is { } here)
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

            if (ToBranchOn() is not { } branches)
            {
                if (WholeMatching() is { } given && costOf(given) < cost)
                {
                    (best, cost) = (given, firstWins ? long.MinValue : costOf(given));
                    goal = firstWins ? long.MinValue : (enough ?? costOf)(given);
                }

                return known;
            }

            var least = long.MaxValue;
            foreach (var narrow in branches)
            {
                var mark = Mark;
                narrow();
                least = Math.Min(least, Branch(known));
                Undo(mark);
                if (goal <= known)
                {
                    // As good as can be here.
                    return known;
                }
            }

            return Math.Max(least, known);
        }
    }

    /// <summary>A matching near another, in which the levels from <paramref name="first"/> on cost no more than these.</summary>
    private int[]? Near(int[] near, int first, List<long> costs)
    {
        limits ??= [.. rowOfLimit.Values.Select(limit => limit.Row)];
        limitsOver ??= LimitsOver();
        var additive = Levels[first].Additive!; // not null: its cost is asked for
        // A place given up is one fewer placed, where that is settled already.
        var exchange = new ExchangeSearch(
            [.. chosen.Select((mine, s) => mine.Select((pair, i) => (pair.Option.Offer, Limits: limitsOver[s][i], pair.Column)).Where(one => model.BoundsOf(one.Column).High > 0).Select(one => (one.Offer, one.Limits)).ToArray())],
            [.. chosen.Select((_, s) => !(model.BoundsOfRow(rowOfStudent[s]).Low > 0) && (first == 0 || near[s] == Matched.Unplaced || !roster.HasList(s)))],
            [.. limits.Select(row => model.BoundsOfRow(row).High ?? long.MaxValue)],
            (s, offer) => additive.Cost(s, roster.OptionsOf(s).Find(offer)),
            costs[0] - Levels[first].CostOf(roster, near),
            // Bounds that changed would take the solution with them that is branched on.
            given => Enumerable.Range(0, costs.Count).All(i => Levels[first + i].CostOf(roster, given) <= costs[i]) && IsMatching(given));
        var found = exchange.Find(near, s => limitsOver[s][Array.FindIndex(chosen[s], pair => pair.Option.Offer == near[s])]);
        Budget.Use(SecondsAMove * exchange.Moves);
        return found;
    }

    /// <summary>By student and option: the positions of the limits that count it.</summary>
    private int[][][] LimitsOver()
    {
        var over = chosen.Select(mine => mine.Select(_ => new List<int>()).ToArray()).ToArray();
        var optionOf = chosen.SelectMany((mine, s) => mine.Select((pair, i) => (pair.Column, s, i))).ToDictionary(one => one.Column, one => over[one.s][one.i]);
        var position = 0;
        foreach (var (row, _) in rowOfLimit.Values)
        {
            foreach (var column in model.ColumnsOf(row))
            {
                if (optionOf.TryGetValue(column, out var limitsOfOption))
                {
                    limitsOfOption.Add(position);
                }
            }

            position++;
        }

        return [.. over.Select(mine => mine.Select(one => one.ToArray()).ToArray())];
    }

    /// <summary>What is shared out in parts, first what opens; null: nothing.</summary>
    private Action[]? ToBranchOn()
    {
        foreach (var (open, members) in openings)
        {
            if (model.ValueOf(open) < 1 - Whole && members.Sum(model.ValueOf) > Whole)
            {
                return [() => model.SetColumn(open, 1, 1), () => model.SetColumn(open, 0, 0)];
            }
        }

        var (student, offer, most) = (-1, -1, Whole);
        for (var s = 0; s < chosen.Length; s++)
        {
            foreach (var (option, column) in chosen[s])
            {
                if (model.ValueOf(column) is var value && value > most && value < 1 - Whole)
                {
                    (student, offer, most) = (s, option.Offer, value);
                }
            }
        }

        return student < 0 ? null : [() => Keep(student, option => option.Offer == offer), () => Forbid(student, offer)];
    }

    private long Range(int level) => totals[level].Most - totals[level].Least + 1;

    private int[]? WholeMatching()
    {
        var given = new int[chosen.Length];
        for (var s = 0; s < chosen.Length; s++)
        {
            given[s] = Matched.Unplaced;
            foreach (var (option, column) in chosen[s])
            {
                if (model.ValueOf(column) > 0.5)
                {
                    given[s] = option.Offer;
                }
            }
        }

        return IsMatching(given) ? given : null;
    }

    /// <summary>Whether it meets everything asked for so far.</summary>
    private bool IsMatching(int[] given)
    {
        var values = new long[model.ColumnCount];
        for (var s = 0; s < chosen.Length; s++)
        {
            foreach (var (option, column) in chosen[s])
            {
                values[column] = option.Offer == given[s] ? 1 : 0;
            }
        }

        foreach (var (open, members) in openings)
        {
            values[open] = Math.Max(model.BoundsOf(open).Low, Array.Exists(members, member => values[member] > 0) ? 1 : 0);
        }

        for (var l = 0; l < Levels.Count; l++)
        {
            values[totals[l].Total] = Levels[l].Additive is null ? 0 : Levels[l].CostOf(roster, given) - totals[l].Constant;
        }

        return model.Meets(values);
    }

    private void CloseRanksOver(long worst)
    {
        for (var s = 0; s < chosen.Length; s++)
        {
            foreach (var (option, column) in chosen[s])
            {
                if (model.BoundsOf(column).High > 0 && SearchLevel.RankThatCounts(roster, s, option) > worst)
                {
                    model.SetColumn(column, 0, 0);
                }
            }
        }
    }

    private void AddLimits()
    {
        foreach (var offer in instance.Offers)
        {
            AddLimit(LimitKind.Offer, offer.Id, Where((_, other) => other.Id == offer.Id), offer.Min, offer.Max, offer.Opening);
        }

        foreach (var supervisor in instance.Supervisors)
        {
            AddLimit(LimitKind.Supervisor, supervisor.Id, Where((_, offer) => offer.Supervisor == supervisor.Id), supervisor.Min, supervisor.Max, Opening.Always);
        }

        foreach (var host in instance.Hosts)
        {
            AddLimit(LimitKind.Host, host.Id, Where((_, offer) => offer.Host == host.Id), host.Min, host.Max, host.Opening);
        }

        foreach (var quota in instance.Quotas)
        {
            AddLimit(LimitKind.Quota, quota.Id, Where((student, offer) => SideConstraints.Counts(quota, student, offer)), quota.Min, quota.Max, Opening.Always);
        }
    }

    private void AddLimit(LimitKind kind, string id, int[] members, int min, int? max, Opening opening)
    {
        var least = opening == Opening.Always ? min : 0;
        rowOfLimit.Add((kind, id), (model.AddRow(members.Select(member => (member, 1L)), least, max, least > 0 ? (1, least) : null), members.Length));
        if (opening == Opening.IfOpen && min > 1)
        {
            var open = model.AddColumn(0, 1);
            openings.Add((open, members));
            model.AddRow([.. members.Select(member => (member, 1L)), (open, -min)], 0, null, (1, min));
            foreach (var member in members)
            {
                model.AddRow([(member, 1L), (open, -1L)], null, 0);
            }
        }
    }

    private void AddGroups()
    {
        foreach (var group in instance.Together.Where(group => group.Students.Length > 1))
        {
            foreach (var place in PlacesOf(group.Students, group.Level))
            {
                for (var i = 1; i < group.Students.Length; i++)
                {
                    model.AddRow([.. At(group.Students[0], group.Level, place).Select(column => (column, 1L)), .. At(group.Students[i], group.Level, place).Select(column => (column, -1L))], 0, 0);
                }
            }
        }

        foreach (var group in instance.Apart)
        {
            foreach (var place in PlacesOf(group.Students, group.Level))
            {
                model.AddRow(group.Students.SelectMany(student => At(student, group.Level, place)).Select(column => (column, 1L)), null, 1);
            }
        }
    }

    private List<string> PlacesOf(IEnumerable<string> students, GroupLevel level) =>
        [.. students.SelectMany(student => chosen[roster.StudentIndex[student]]).Select(pair => SideConstraints.PlaceOf(level, instance.Offers[pair.Option.Offer])).Distinct()];

    private IEnumerable<int> At(string student, GroupLevel level, string place) =>
        chosen[roster.StudentIndex[student]].Where(pair => SideConstraints.PlaceOf(level, instance.Offers[pair.Option.Offer]) == place).Select(pair => pair.Column);

    private int[] Where(Func<InstanceStudent, InstanceOffer, bool> counts) =>
        [.. chosen.SelectMany((mine, s) => mine.Where(pair => counts(instance.Students[s], instance.Offers[pair.Option.Offer])).Select(pair => pair.Column))];

    /// <summary>A column that is the level's cost less what it is with nobody placed.</summary>
    private void AddTotal(SearchLevel level)
    {
        if (level.Additive is not { } additive)
        {
            totals.Add((model.AddColumn(0, 0), 0, 0, 0));
            return;
        }

        var terms = new List<(int Column, long Cost)>();
        var (constant, least, most) = (0L, 0L, 0L);
        for (var s = 0; s < chosen.Length; s++)
        {
            var unplaced = additive.Cost(s, null);
            var mine = chosen[s].Select(pair => (pair.Column, Cost: additive.Cost(s, pair.Option) - unplaced)).ToList();
            constant += unplaced;
            least += Math.Min(0, mine.Select(term => term.Cost).DefaultIfEmpty(0).Min());
            most += Math.Max(0, mine.Select(term => term.Cost).DefaultIfEmpty(0).Max());
            terms.AddRange(mine.Where(term => term.Cost != 0));
        }

        var total = model.AddColumn(least, most);
        model.AddRow(terms.Append((total, -1L)), 0, 0, (-1, most - least));
        totals.Add((total, constant, least, most));
    }
}
