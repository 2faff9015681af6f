using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Web.Mail;

/// <summary>Where letters go: a mail server, or files.</summary>
public interface ILetterSender
{
    /// <summary>Hands one letter over. An answer is a fact, also a bad one; an exception means that the outcome is not known.</summary>
    Task<SendAnswer> SendAsync(OutboxLetter letter, CancellationToken cancellationToken);
}

public enum SendOutcome
{
    Accepted,

    /// <summary>May work later.</summary>
    Temporary,

    /// <summary>Will not work.</summary>
    Refused,
}

/// <param name="Words">The server's own words.</param>
public sealed record SendAnswer(SendOutcome Outcome, string Words);
