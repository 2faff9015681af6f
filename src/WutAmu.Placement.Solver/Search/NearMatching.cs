namespace WutAmu.Placement.Solver.Search;

/// <summary>Looks for a matching as good as a bound near one that is known, by short chains of moves: far quicker than branching where a question takes little away.</summary>
internal sealed class NearMatching(LinearProgramme programme, Roster roster)
{
    private const double SecondsAMove = 0.000001;

    private readonly IReadOnlyList<int> limits = programme.RowsOfLimits;
    private readonly int[][][] limitsOver = LimitsOver(programme);

    /// <summary>A matching near another, in which the levels from <paramref name="first"/> on cost no more than these; null: none was found.</summary>
    public int[]? Find(int[] near, int first, List<long> costs)
    {
        var levels = programme.Levels;
        var additive = levels[first].Additive!; // not null: its cost is asked for
        // A place given up is one fewer placed, where that is settled already.
        var exchange = new ExchangeSearch(
            [.. programme.Chosen.Select((mine, s) => mine.Select((pair, i) => (pair.Option.Offer, Limits: limitsOver[s][i], pair.Column)).Where(one => programme.Model.BoundsOf(one.Column).High > 0).Select(one => (one.Offer, one.Limits)).ToArray())],
            [.. programme.Chosen.Select((_, s) => programme.MayBeUnplaced(s) && (first == 0 || near[s] == Matched.Unplaced || !roster.HasList(s)))],
            [.. limits.Select(row => programme.Model.BoundsOfRow(row).High ?? long.MaxValue)],
            (s, offer) => additive.Cost(s, roster.OptionsOf(s).Find(offer)),
            costs[0] - levels[first].CostOf(roster, near),
            // Bounds that changed would take the solution with them that is branched on.
            given => Enumerable.Range(0, costs.Count).All(i => levels[first + i].CostOf(roster, given) <= costs[i]) && programme.IsMatching(given));
        var found = exchange.Find(near, s => limitsOver[s][Array.FindIndex(programme.Chosen[s], pair => pair.Option.Offer == near[s])]);
        programme.Budget.Use(SecondsAMove * exchange.Moves);
        return found;
    }

    /// <summary>By student and option: the positions of the limits that count it.</summary>
    private static int[][][] LimitsOver(LinearProgramme programme)
    {
        var over = programme.Chosen.Select(mine => mine.Select(_ => new List<int>()).ToArray()).ToArray();
        var optionOf = programme.Chosen.SelectMany((mine, s) => mine.Select((pair, i) => (pair.Column, s, i))).ToDictionary(one => one.Column, one => over[one.s][one.i]);
        var position = 0;
        foreach (var row in programme.RowsOfLimits)
        {
            foreach (var column in programme.Model.ColumnsOf(row))
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
}
