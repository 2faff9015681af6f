namespace WutAmu.Placement.Domain.Matching;

/// <summary>What a lower bound means for a host or an offer.</summary>
public enum Opening
{
    /// <summary>The minimum must be met in every matching; JSON <c>"always"</c>.</summary>
    Always,

    /// <summary>Nobody, or at least the minimum; JSON <c>"if-open"</c>.</summary>
    IfOpen,
}
