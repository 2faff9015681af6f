namespace WutAmu.Placement.Domain.Matching;

/// <summary>What the solver can say of its matching; the answers are never merged.</summary>
public enum MatchingStatus
{
    /// <summary>Every level is proven; JSON <c>"optimal"</c>.</summary>
    Optimal,

    /// <summary>Best matching found, at least one level not proven; JSON <c>"feasible"</c>.</summary>
    Feasible,

    /// <summary>No matching meets the hard constraints; JSON <c>"infeasible"</c>.</summary>
    Infeasible,
}
