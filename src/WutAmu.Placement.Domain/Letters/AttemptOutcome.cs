namespace WutAmu.Placement.Domain.Letters;

/// <summary>What one attempt gave for one address.</summary>
public enum AttemptOutcome
{
    /// <summary>The server took responsibility (2xx).</summary>
    Accepted,

    /// <summary>Not now (4xx).</summary>
    Temporary,

    /// <summary>Refused for sending too often (5xx with such words): some hosts mean "later" by it, so it counts as temporary twice.</summary>
    Limited,

    /// <summary>Never (5xx).</summary>
    Refused,

    /// <summary>The letter was handed over and no answer came, or the service stopped meanwhile: it may have arrived.</summary>
    Unknown,
}
