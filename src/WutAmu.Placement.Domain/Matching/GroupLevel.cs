namespace WutAmu.Placement.Domain.Matching;

/// <summary>Where students of a <see cref="Together"/> or <see cref="Apart"/> group meet or must not meet.</summary>
public enum GroupLevel
{
    /// <summary>JSON <c>"host"</c>.</summary>
    Host,

    /// <summary>JSON <c>"offer"</c>.</summary>
    Offer,
}
