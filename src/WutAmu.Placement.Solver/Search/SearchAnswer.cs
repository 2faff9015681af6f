namespace WutAmu.Placement.Solver.Search;

/// <summary>How a search ended.</summary>
internal enum SearchEnd
{
    Optimal,
    Feasible,
    Infeasible,

    /// <summary>The limit came before a first matching.</summary>
    Unknown,
}

/// <param name="Value">Of the best matching found by this search; 0 if it found none.</param>
/// <param name="Bound">Nothing less is possible; null: nothing known.</param>
internal sealed record SearchAnswer(SearchEnd End, long Value, long? Bound);
