using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Letters;

/// <summary>One attempt to send a letter; never changed.</summary>
public sealed class LetterAttempt
{
    private LetterAttempt()
    {
        To = null!; // set by EF Core
        Words = "";
    }

    internal LetterAttempt(int number, DateTimeOffset at, EmailAddress to, string words)
    {
        Number = number;
        At = at;
        To = to;
        Words = words;
    }

    /// <summary>From 1.</summary>
    public int Number { get; private set; }

    public DateTimeOffset At { get; private set; }

    public EmailAddress To { get; private set; }

    /// <summary>The mail server's own words, or what went wrong before it could speak.</summary>
    public string Words { get; private set; }
}
