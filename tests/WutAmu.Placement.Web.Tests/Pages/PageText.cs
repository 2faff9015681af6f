using System.Net;
using System.Text.RegularExpressions;

namespace WutAmu.Placement.Web.Tests.Pages;

/// <summary>A page's words, each with the language that its nearest element claims.</summary>
internal static partial class PageText
{
    private static readonly HashSet<string> Void = new(["area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"], StringComparer.OrdinalIgnoreCase);

    /// <summary>Attributes whose words a reader hears or sees.</summary>
    private static readonly string[] Spoken = ["aria-label", "title", "alt", "placeholder", "data-label", "summary"];

    /// <param name="Own">True: the element, or one around it, says another language than the page, or that its words are not language (code).</param>
    public sealed record Words(string Text, string Language, bool Own);

    public static IReadOnlyList<Words> Read(string html)
    {
        var found = new List<Words>();
        var open = new Stack<(string Tag, string Language, bool Own)>();
        open.Push(("", "", false));
        var at = 0;
        foreach (Match match in Tag().Matches(html))
        {
            Add(html[at..match.Index]);
            at = match.Index + match.Length;
            var name = match.Groups["name"].Value.ToLowerInvariant();
            if (match.Groups["end"].Success)
            {
                while (open.Count > 1 && open.Pop().Tag != name)
                {
                }

                continue;
            }

            var attributes = match.Groups["attributes"].Value;
            var (_, language, own) = open.Peek();
            if (Value(attributes, "lang") is { } said)
            {
                (language, own) = (said, name != "html");
            }

            own |= name is "code" or "script" or "style" or "textarea";
            found.AddRange(Spoken.Select(attribute => Value(attributes, attribute)).OfType<string>().Where(text => text.Length > 0).Select(text => new Words(text, language, own)));
            if (!Void.Contains(name) && !match.Value.EndsWith("/>", StringComparison.Ordinal))
            {
                open.Push((name, language, own));
            }
        }

        Add(html[at..]);
        return found;

        void Add(string raw)
        {
            var text = Space().Replace(WebUtility.HtmlDecode(raw), " ").Trim(' ');
            var (tag, language, own) = open.Peek();
            if (text.Length > 0 && tag is not ("script" or "style"))
            {
                found.Add(new(text, language, own));
            }
        }
    }

    public static string? Value(string attributes, string name) =>
        Regex.Match(attributes, $"(?<![-\\w]){name}=\"([^\"]*)\"") is { Success: true } match ? WebUtility.HtmlDecode(match.Groups[1].Value) : null;

    [GeneratedRegex("<(?<end>/)?(?<name>[a-zA-Z][a-zA-Z0-9]*)(?<attributes>(?:[^>\"]|\"[^\"]*\")*)>")]
    private static partial Regex Tag();

    // Ordinary spaces and line ends alone: a no-break space is what is looked for.
    [GeneratedRegex("[ \n\r\t]+")]
    private static partial Regex Space();
}
