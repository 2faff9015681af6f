namespace WutAmu.Placement.Domain.Matching;

/// <summary>By what somebody who has a place comes before a student who wants it.</summary>
public enum Precedence
{
    /// <summary>Placed beforehand: a pin.</summary>
    Fixed,

    /// <summary>The ranking that holds for the offer.</summary>
    Ranking,

    /// <summary>A higher score, where no ranking tells the two apart.</summary>
    Score,

    /// <summary>A lower ticket, where nothing else does.</summary>
    Lottery,
}
