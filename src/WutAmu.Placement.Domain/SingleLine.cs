using System.Globalization;

namespace WutAmu.Placement.Domain;

/// <summary>
/// Text that ends up in a mail header, a subject, one line of a letter or of a terminal. A line break would start a header of its own there, and a character that turns the
/// reading direction would make a reader see another text than the one that is stored.
/// </summary>
public static class SingleLine
{
    /// <summary>True if <paramref name="text"/> holds no control character (tab included), no line or paragraph separator and no direction override.</summary>
    public static bool IsClean(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
        {
            if (IsForbidden(c))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The text without spaces around it, every forbidden character replaced by a space: the last defence, behind forms that refuse such text.</summary>
    public static string Clean(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsClean(text)
            ? text.Trim()
            : string.Create(text.Length, text, static (span, source) =>
            {
                for (var i = 0; i < span.Length; i++)
                {
                    span[i] = IsForbidden(source[i]) ? ' ' : source[i];
                }
            }).Trim();
    }

    /// <summary>The text with every forbidden character written as its number, <c>\u000a</c>: for a message that names what stands in somebody's file.</summary>
    public static string Numbered(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return IsClean(text) ? text : string.Concat(text.Select(c => IsForbidden(c) ? $"\\u{(int)c:x4}" : c.ToString()));
    }

    private static bool IsForbidden(char c) =>
        char.IsControl(c)
        || CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        || c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');
}
