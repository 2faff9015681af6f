namespace WutAmu.Placement.Solver.Search;

/// <summary>What branch and bound tells of an objective, exactly.</summary>
/// <param name="Bound">Nothing less is possible; null: nothing known. The matching is proven best where it attains this.</param>
/// <param name="Given">The best matching known that meets every constraint, as offer by student; null: none.</param>
/// <param name="Infeasible">True: proven that there is none.</param>
internal readonly record struct LinearAnswer(long? Bound, int[]? Given, bool Infeasible = false);
