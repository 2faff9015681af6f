using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace WutAmu.Placement.Domain.People;

/// <summary>
/// One mailbox, <c>local@domain</c>, at most 254 characters (RFC 5321). Refuses control characters, spaces, commas, brackets and quotes, so that
/// no address can carry a header or a second recipient. Compared without case. The local part is ASCII: beyond it an address needs SMTPUTF8 at every server on
/// the way, which few offer. A domain in other letters is kept in its ASCII form (<c>xn--</c>), which every server takes.
/// </summary>
public sealed record EmailAddress
{
    public const int MaxLength = 254;

    private static readonly IdnMapping Idn = new() { UseStd3AsciiRules = true };

    private EmailAddress(string value) => Value = value;

    public string Value { get; }

    /// <summary>The part after the @, lower case; the unit of rate limits.</summary>
    public string Domain => Value[(Value.LastIndexOf('@') + 1)..];

    public static bool TryCreate(string? text, [NotNullWhen(true)] out EmailAddress? address)
    {
        address = null;
        var trimmed = text?.Trim(' ');
        if (trimmed is null || trimmed.Length is < 3 or > MaxLength)
        {
            return false;
        }

        var at = trimmed.IndexOf('@', StringComparison.Ordinal);
        if (at is < 1 or > 64 || at != trimmed.LastIndexOf('@') || !IsDotAtom(trimmed.AsSpan(0, at)) || !TryDomain(trimmed[(at + 1)..], out var domain))
        {
            return false;
        }

        var value = trimmed[..at].ToLowerInvariant() + "@" + domain;
        address = value.Length <= MaxLength ? new(value) : null;
        return address is not null;
    }

    /// <exception cref="ArgumentException">The text is not an address.</exception>
    public static EmailAddress Create(string text) =>
        TryCreate(text, out var address) ? address : throw new ArgumentException($"'{text}' is not an e-mail address.", nameof(text));

    public override string ToString() => Value;

    private static bool IsDotAtom(ReadOnlySpan<char> text)
    {
        if (text[0] == '.' || text[^1] == '.' || text.IndexOf("..") >= 0)
        {
            return false;
        }

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !".-!#$%&'*+/=?^_`{|}~".Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Letters, digits and hyphens in at least two labels; other alphabets in their ASCII form.</summary>
    private static bool TryDomain(string text, out string domain)
    {
        domain = "";
        if (text.Length == 0 || !text.All(c => char.IsLetterOrDigit(c) || c is '.' or '-' || char.GetUnicodeCategory(c) == UnicodeCategory.NonSpacingMark))
        {
            return false;
        }

        try
        {
            domain = Idn.GetAscii(text).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            // What no domain name can be: an empty or too long label, a hyphen at an end.
            return false;
        }

        return domain.Contains('.', StringComparison.Ordinal) && !domain.EndsWith('.');
    }
}
