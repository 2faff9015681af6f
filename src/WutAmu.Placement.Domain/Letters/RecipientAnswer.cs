using System.Globalization;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Letters;

/// <summary>What the mail server said about one address of a letter.</summary>
/// <param name="Words">The server's own words, with its code in front.</param>
public sealed record RecipientAnswer(EmailAddress To, AttemptOutcome Outcome, string Words)
{
    /// <summary>Words are kept up to so many characters: a server may say anything.</summary>
    public const int MaxWords = 1000;

    /// <param name="code">Reply code of RFC 5321, 200 to 599.</param>
    /// <param name="text">The reply without its code; may have several lines.</param>
    public static RecipientAnswer Of(EmailAddress to, int code, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var outcome = code switch
        {
            < 400 => AttemptOutcome.Accepted,
            < 500 => AttemptOutcome.Temporary,
            _ when text.Contains("frequency", StringComparison.OrdinalIgnoreCase) || text.Contains("rate limit", StringComparison.OrdinalIgnoreCase) => AttemptOutcome.Limited,
            _ => AttemptOutcome.Refused,
        };
        return new(to, outcome, Say(code, text));
    }

    /// <summary>Code and text on one line, at most <see cref="MaxWords"/> long.</summary>
    public static string Say(int code, string text)
    {
        var words = SingleLine.Clean(string.Create(CultureInfo.InvariantCulture, $"{code} {text}"));
        return words.Length <= MaxWords ? words : words[..MaxWords];
    }
}
