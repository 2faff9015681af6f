namespace WutAmu.Placement.Domain.Letters;

public enum LetterState
{
    /// <summary>Waiting for its time or its next attempt.</summary>
    Queued,

    /// <summary>Claimed by a dispatcher, under a lease.</summary>
    Sending,

    /// <summary>The mail server accepted it for at least one address (or, without a server, it was written as a file).</summary>
    Accepted,

    /// <summary>The mail server refused it for good.</summary>
    Refused,

    /// <summary>Temporary failures lasted longer than the retry period, or the server twice gave no answer after it was handed over.</summary>
    GivenUp,

    /// <summary>Withdrawn before it left.</summary>
    Recalled,

    /// <summary>Its time was over before it could leave, for example a sign-in code's.</summary>
    Expired,
}
