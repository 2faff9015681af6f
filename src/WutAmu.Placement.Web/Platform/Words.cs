using System.Globalization;

namespace WutAmu.Placement.Web.Platform;

/// <summary>Words that people typed, in whatever language.</summary>
public static class Words
{
    private const CompareOptions Folded = CompareOptions.IgnoreCase | CompareOptions.IgnoreNonSpace | CompareOptions.IgnoreWidth;

    /// <summary>Capitals, accents and width make no difference: "etude" finds "Étude". Nothing is found by no word.</summary>
    public static bool Contains(string? text, string word) =>
        text is not null && word.Length > 0 && CultureInfo.InvariantCulture.CompareInfo.IndexOf(text, word, Folded) >= 0;

    /// <summary>For <c>lang</c>, of a text whose language nobody told: Chinese where it has 汉字; else empty, which says that it is not known (HTML, 3.2.6.2).</summary>
    public static string TagOf(string text)
    {
        foreach (var rune in text.EnumerateRunes())
        {
            // CJK unified ideographs with extension A, and the supplementary plane of the rare ones.
            if (rune.Value is >= 0x3400 and <= 0x4DBF or >= 0x4E00 and <= 0x9FFF or >= 0x20000 and <= 0x3FFFF)
            {
                return "zh";
            }
        }

        return "";
    }
}
