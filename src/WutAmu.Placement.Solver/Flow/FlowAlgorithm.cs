namespace WutAmu.Placement.Solver.Flow;

/// <summary>Which algorithm solves a level of a flow policy. Both give the same faces, and so the same result.</summary>
public enum FlowAlgorithm
{
    /// <summary>The primal-dual method for small costs (all levels of ranks), OR-Tools for great ones.</summary>
    Automatic,

    /// <summary>OR-Tools' minimum-cost flow for every level: a second opinion.</summary>
    OrTools,
}
