using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Search;

/// <summary>
/// The matching problem with all its constraints as a linear programme, where places may be shared out in parts: its columns and rows, what narrows them to a question, and what a
/// solution says.
/// </summary>
internal sealed class LinearProgramme : IDisposable
{
    private const double Whole = 1e-6;

    private readonly Instance instance;
    private readonly Roster roster;
    private readonly int[] rowOfStudent;
    private readonly Dictionary<(LimitKind Kind, string Id), (int Row, int Demand)> rowOfLimit = [];
    private readonly List<(int Open, int[] Members)> openings = [];
    private readonly List<LevelTotal> totals = [];

    public LinearProgramme(Instance instance, Roster roster, IReadOnlyList<SearchLevel> levels, SearchBudget budget, CancellationToken cancellationToken)
    {
        this.instance = instance;
        this.roster = roster;
        Levels = levels;
        Model = new(budget, cancellationToken);
        Chosen = [.. Enumerable.Range(0, instance.Students.Length).Select(s => roster.OptionsOf(s).Select(option => (option, Model.AddColumn(0, 1))).ToArray())];
        rowOfStudent = [.. Chosen.Select((mine, s) => Model.AddRow(mine.Select(pair => (pair.Column, 1L)), roster.IsPinned(s) ? 1 : 0, 1, (1, 1)))];
        AddLimits();
        AddGroups();
        foreach (var level in levels)
        {
            AddTotal(level);
        }
    }

    public IReadOnlyList<SearchLevel> Levels { get; }

    /// <summary>Solves what the columns and rows say.</summary>
    public LinearModel Model { get; }

    /// <summary>By student: each option, and the column that is 1 where they have it.</summary>
    public (Option Option, int Column)[][] Chosen { get; }

    /// <summary>By level: its cost as a column.</summary>
    public IReadOnlyList<LevelTotal> Totals => totals;

    /// <summary>The rows of all limits.</summary>
    public IReadOnlyList<int> RowsOfLimits => [.. rowOfLimit.Values.Select(limit => limit.Row)];

    /// <summary>Of the questions to come.</summary>
    public SearchBudget Budget
    {
        get => Model.Budget;
        set => Model.Budget = value;
    }

    /// <summary>A state to come back to by <see cref="Undo"/>.</summary>
    public int Mark => Model.Mark;

    public void Undo(int mark) => Model.Undo(mark);

    /// <summary>The level's least cost as far as each student's open options tell, without solving anything.</summary>
    public long LeastByItself(int level)
    {
        var additive = Levels[level].Additive;
        return Chosen.Select((mine, s) =>
        {
            var open = mine.Where(pair => Model.BoundsOf(pair.Column).High > 0).Select(pair => Of(s, pair.Option));
            return (Model.BoundsOfRow(rowOfStudent[s]).Low > 0 ? open : open.Append(Of(s, null))).DefaultIfEmpty(0).Min();
        }).Aggregate(0L, (all, one) => additive is null ? Math.Max(all, one) : all + one);

        long Of(int student, Option? option) => additive?.Cost(student, option) ?? (option is { } o ? SearchLevel.RankThatCounts(roster, student, o) : 0);
    }

    /// <summary>From now on the student has one of the options that are still open.</summary>
    public void Require(int student) => Model.SetRow(rowOfStudent[student], 1, 1);

    /// <summary>From now on a limit has no maximum.</summary>
    public void Open(LimitKind kind, string id)
    {
        var (row, _) = rowOfLimit[(kind, id)];
        Model.SetRow(row, Model.BoundsOfRow(row).Low, null);
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
            Model.SetColumn(total, Math.Min(least, cost - constant), Math.Min(most, cost - constant));
        }
    }

    /// <summary>From now on the student has one of these options; none means unplaced.</summary>
    public void Keep(int student, Func<Option, bool> kept)
    {
        var any = false;
        foreach (var (option, column) in Chosen[student])
        {
            if (kept(option))
            {
                any = true;
            }
            else
            {
                Model.SetColumn(column, 0, 0);
            }
        }

        Model.SetRow(rowOfStudent[student], any ? 1 : Model.BoundsOfRow(rowOfStudent[student]).Low, 1);
    }

    public void Forbid(int student, int offer)
    {
        foreach (var (_, column) in Chosen[student].Where(pair => pair.Option.Offer == offer))
        {
            Model.SetColumn(column, 0, 0);
        }
    }

    /// <summary>Moves the maximum of a limit that has one.</summary>
    public void ChangeMax(LimitKind kind, string id, int change)
    {
        var (row, _) = rowOfLimit[(kind, id)];
        var (low, high) = Model.BoundsOfRow(row);
        Model.SetRow(row, low, high + change);
    }

    /// <summary>How many could be there if nothing else held: nobody gains by more places than that.</summary>
    public int DemandOf(LimitKind kind, string id) => rowOfLimit[(kind, id)].Demand;

    public void CloseRanksOver(long worst)
    {
        for (var s = 0; s < Chosen.Length; s++)
        {
            foreach (var (option, column) in Chosen[s])
            {
                if (Model.BoundsOf(column).High > 0 && SearchLevel.RankThatCounts(roster, s, option) > worst)
                {
                    Model.SetColumn(column, 0, 0);
                }
            }
        }
    }

    /// <summary>Whether the student may stay unplaced.</summary>
    public bool MayBeUnplaced(int student) => !(Model.BoundsOfRow(rowOfStudent[student]).Low > 0);

    /// <summary>What is shared out in parts, first what opens; null: nothing.</summary>
    public Action[]? ToBranchOn()
    {
        foreach (var (open, members) in openings)
        {
            if (Model.ValueOf(open) < 1 - Whole && members.Sum(Model.ValueOf) > Whole)
            {
                return [() => Model.SetColumn(open, 1, 1), () => Model.SetColumn(open, 0, 0)];
            }
        }

        var (student, offer, most) = (-1, -1, Whole);
        for (var s = 0; s < Chosen.Length; s++)
        {
            foreach (var (option, column) in Chosen[s])
            {
                if (Model.ValueOf(column) is var value && value > most && value < 1 - Whole)
                {
                    (student, offer, most) = (s, option.Offer, value);
                }
            }
        }

        return student < 0 ? null : [() => Keep(student, option => option.Offer == offer), () => Forbid(student, offer)];
    }

    /// <summary>The solution as a matching; null: it is none that meets everything asked for so far.</summary>
    public int[]? WholeMatching()
    {
        var given = new int[Chosen.Length];
        for (var s = 0; s < Chosen.Length; s++)
        {
            given[s] = Matched.Unplaced;
            foreach (var (option, column) in Chosen[s])
            {
                if (Model.ValueOf(column) > 0.5)
                {
                    given[s] = option.Offer;
                }
            }
        }

        return IsMatching(given) ? given : null;
    }

    /// <summary>Whether it meets everything asked for so far.</summary>
    public bool IsMatching(int[] given)
    {
        var values = new long[Model.ColumnCount];
        for (var s = 0; s < Chosen.Length; s++)
        {
            foreach (var (option, column) in Chosen[s])
            {
                values[column] = option.Offer == given[s] ? 1 : 0;
            }
        }

        foreach (var (open, members) in openings)
        {
            values[open] = Math.Max(Model.BoundsOf(open).Low, Array.Exists(members, member => values[member] > 0) ? 1 : 0);
        }

        for (var l = 0; l < Levels.Count; l++)
        {
            values[totals[l].Column] = Levels[l].Additive is null ? 0 : Levels[l].CostOf(roster, given) - totals[l].Constant;
        }

        return Model.Meets(values);
    }

    public void Dispose() => Model.Dispose();

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
        rowOfLimit.Add((kind, id), (Model.AddRow(members.Select(member => (member, 1L)), least, max, least > 0 ? (1, least) : null), members.Length));
        if (opening == Opening.IfOpen && min > 1)
        {
            var open = Model.AddColumn(0, 1);
            openings.Add((open, members));
            Model.AddRow([.. members.Select(member => (member, 1L)), (open, -min)], 0, null, (1, min));
            foreach (var member in members)
            {
                Model.AddRow([(member, 1L), (open, -1L)], null, 0);
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
                    Model.AddRow([.. At(group.Students[0], group.Level, place).Select(column => (column, 1L)), .. At(group.Students[i], group.Level, place).Select(column => (column, -1L))], 0, 0);
                }
            }
        }

        foreach (var group in instance.Apart)
        {
            foreach (var place in PlacesOf(group.Students, group.Level))
            {
                Model.AddRow(group.Students.SelectMany(student => At(student, group.Level, place)).Select(column => (column, 1L)), null, 1);
            }
        }
    }

    private List<string> PlacesOf(IEnumerable<string> students, GroupLevel level) =>
        [.. students.SelectMany(student => Chosen[roster.StudentIndex[student]]).Select(pair => SideConstraints.PlaceOf(level, instance.Offers[pair.Option.Offer])).Distinct()];

    private IEnumerable<int> At(string student, GroupLevel level, string place) =>
        Chosen[roster.StudentIndex[student]].Where(pair => SideConstraints.PlaceOf(level, instance.Offers[pair.Option.Offer]) == place).Select(pair => pair.Column);

    private int[] Where(Func<InstanceStudent, InstanceOffer, bool> counts) =>
        [.. Chosen.SelectMany((mine, s) => mine.Where(pair => counts(instance.Students[s], instance.Offers[pair.Option.Offer])).Select(pair => pair.Column))];

    /// <summary>A column that is the level's cost less what it is with nobody placed.</summary>
    private void AddTotal(SearchLevel level)
    {
        if (level.Additive is not { } additive)
        {
            totals.Add(new(Model.AddColumn(0, 0), 0, 0, 0));
            return;
        }

        var terms = new List<(int Column, long Cost)>();
        var (constant, least, most) = (0L, 0L, 0L);
        for (var s = 0; s < Chosen.Length; s++)
        {
            var unplaced = additive.Cost(s, null);
            var mine = Chosen[s].Select(pair => (pair.Column, Cost: additive.Cost(s, pair.Option) - unplaced)).ToList();
            constant += unplaced;
            least += Math.Min(0, mine.Select(term => term.Cost).DefaultIfEmpty(0).Min());
            most += Math.Max(0, mine.Select(term => term.Cost).DefaultIfEmpty(0).Max());
            terms.AddRange(mine.Where(term => term.Cost != 0));
        }

        var total = Model.AddColumn(least, most);
        Model.AddRow(terms.Append((total, -1L)), 0, 0, (-1, most - least));
        totals.Add(new(total, constant, least, most));
    }

    /// <param name="Column">Is the level's cost less <paramref name="Constant"/>, what it is with nobody placed; between <paramref name="Least"/> and <paramref name="Most"/>.</param>
    internal readonly record struct LevelTotal(int Column, long Constant, long Least, long Most)
    {
        /// <summary>How many costs there are.</summary>
        public long Range => Most - Least + 1;
    }
}
