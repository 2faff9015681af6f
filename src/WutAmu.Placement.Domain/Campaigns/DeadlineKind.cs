namespace WutAmu.Placement.Domain.Campaigns;

/// <summary>The three deadlines of a campaign.</summary>
public enum DeadlineKind
{
    /// <summary>Hosts declare until then.</summary>
    Declaration,

    /// <summary>Students submit their lists until then.</summary>
    Ranking,

    /// <summary>Placed students and their hosts answer until then.</summary>
    Answer,
}
