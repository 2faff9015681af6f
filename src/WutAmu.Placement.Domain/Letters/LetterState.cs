namespace WutAmu.Placement.Domain.Letters;

public enum LetterState
{
    /// <summary>Waiting for its time or its next attempt.</summary>
    Queued,

    /// <summary>Claimed by a dispatcher, under a lease.</summary>
    Sending,

    /// <summary>The mail server accepted it (or, without one, it was written as a file).</summary>
    Accepted,

    /// <summary>The mail server refused it for good.</summary>
    Refused,

    /// <summary>Temporary failures lasted longer than the retry period.</summary>
    GivenUp,

    /// <summary>Withdrawn before it left.</summary>
    Recalled,
}
