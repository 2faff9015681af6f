using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Letters;

/// <summary>What one attempt to send a letter gave for one of its addresses; changed only where its addressee is erased.</summary>
public sealed class LetterAttempt
{
    private LetterAttempt()
    {
        To = null!; // set by EF Core
        Words = "";
    }

    internal LetterAttempt(int number, int attempt, DateTimeOffset at, RecipientAnswer answer)
    {
        Number = number;
        Attempt = attempt;
        At = at;
        To = answer.To;
        Outcome = answer.Outcome;
        Words = answer.Words;
    }

    /// <summary>From 1, over all addresses of the letter.</summary>
    public int Number { get; private set; }

    /// <summary>From 1; the same for both addresses of one conversation with the server.</summary>
    public int Attempt { get; private set; }

    public DateTimeOffset At { get; private set; }

    public EmailAddress To { get; private set; }

    public AttemptOutcome Outcome { get; private set; }

    /// <summary>The mail server's own words, or what went wrong before it could speak.</summary>
    public string Words { get; private set; }

    internal void Erase(EmailAddress standIn) => (To, Words) = (standIn, "");
}
