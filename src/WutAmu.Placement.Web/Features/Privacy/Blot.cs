using System.Net;
using System.Text.RegularExpressions;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>What a text may call somebody by: their names and addresses, as plain text and as HTML writes them.</summary>
internal sealed class Blot
{
    private readonly Regex pattern;

    public Blot(Person person)
    {
        ArgumentNullException.ThrowIfNull(person);
        // One character is a family name in many other names: it identifies nobody and would tear holes.
        Names = [.. new[] { person.Name, person.LatinName }.OfType<string>().Where(name => name.Length > 1).Distinct(StringComparer.OrdinalIgnoreCase)];
        Words = [.. Names, .. new[] { person.Email.Value, person.SecondEmail?.Value }.OfType<string>()];
        var forms = Words.Concat(Words.Select(word => WebUtility.HtmlEncode(word))).Distinct(StringComparer.Ordinal).OrderByDescending(form => form.Length);
        // Not within a longer word: "Li Na" is not in "Juli Nabe". Chinese has no spaces between words, and a name of two characters is taken wherever it stands.
        pattern = new(string.Join('|', forms.Select(form => $"{Edge(form[0], "(?<!{0})")}{Regex.Escape(form)}{Edge(form[^1], "(?!{0})")}")), RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    public IReadOnlyList<string> Names { get; }

    /// <summary>Names and addresses.</summary>
    public IReadOnlyList<string> Words { get; }

    public bool Hits(string? text) => text is not null && pattern.IsMatch(text);

    public string Over(string text) => pattern.Replace(text, OutboxLetter.Blotted);

    private static string Edge(char at, string look) => at < 0x2E80 && char.IsLetterOrDigit(at) ? look.Replace("{0}", @"[\p{L}\p{N}]", StringComparison.Ordinal) : "";
}
