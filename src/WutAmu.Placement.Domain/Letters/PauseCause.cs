namespace WutAmu.Placement.Domain.Letters;

/// <summary>Why no letter leaves.</summary>
public enum PauseCause
{
    /// <summary>A coordinator stopped it.</summary>
    Coordinator,

    /// <summary>The database was restored from a backup: what was sent since is not known to it.</summary>
    Restored,
}
