using System.Diagnostics.CodeAnalysis;

namespace WutAmu.Placement.Domain.People;

/// <summary>
/// One mailbox, <c>local@domain</c>, at most 254 characters (RFC 5321). Refuses control characters, spaces, commas, brackets and quotes, so that
/// no address can carry a header or a second recipient. Compared without case.
/// </summary>
public sealed record EmailAddress
{
    public const int MaxLength = 254;

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
        if (at is < 1 or > 64 || at != trimmed.LastIndexOf('@'))
        {
            return false;
        }

        var local = trimmed.AsSpan(0, at);
        var domain = trimmed.AsSpan(at + 1);
        if (!IsDotAtom(local, allowSpecials: true) || !IsDotAtom(domain, allowSpecials: false) || !domain.Contains('.'))
        {
            return false;
        }

        address = new(trimmed.ToLowerInvariant());
        return true;
    }

    /// <exception cref="ArgumentException">The text is not an address.</exception>
    public static EmailAddress Create(string text) =>
        TryCreate(text, out var address) ? address : throw new ArgumentException($"'{text}' is not an e-mail address.", nameof(text));

    public override string ToString() => Value;

    private static bool IsDotAtom(ReadOnlySpan<char> text, bool allowSpecials)
    {
        if (text.IsEmpty || text[0] == '.' || text[^1] == '.' || text.IndexOf("..") >= 0)
        {
            return false;
        }

        foreach (var c in text)
        {
            var allowed = char.IsLetterOrDigit(c) || c is '.' or '-' || (allowSpecials && "!#$%&'*+/=?^_`{|}~".Contains(c, StringComparison.Ordinal));
            if (!allowed)
            {
                return false;
            }
        }

        return true;
    }
}
