using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Platform;

/// <summary>
/// Every text of the pages in three languages, from the <c>Texts.json</c> files that lie next to the features: key → { fr, zh, en }, with {0}, {1} ... for values and
/// {0|offer|offers} for a word in the singular or the plural, as value 0 asks for.
/// </summary>
public sealed partial class Texts
{
    private readonly FrozenDictionary<string, FrozenDictionary<Language, string>> texts;

    public Texts()
    {
        var all = new Dictionary<string, FrozenDictionary<Language, string>>(StringComparer.Ordinal);
        var assembly = typeof(Texts).Assembly;
        foreach (var resource in assembly.GetManifestResourceNames().Where(name => name.EndsWith("Texts.json", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            using var stream = assembly.GetManifestResourceStream(resource) ?? throw new InvalidOperationException($"Resource {resource} is missing.");
            using var document = JsonDocument.Parse(stream);
            foreach (var entry in document.RootElement.EnumerateObject())
            {
                if (!all.TryAdd(entry.Name, Read(entry)))
                {
                    throw new InvalidOperationException($"Text \"{entry.Name}\" stands twice; the second time in {resource}.");
                }
            }
        }

        texts = all.ToFrozenDictionary(StringComparer.Ordinal);
    }

    public IEnumerable<string> Keys => texts.Keys.Order(StringComparer.Ordinal);

    public bool Has(string key) => texts.ContainsKey(key);

    /// <exception cref="KeyNotFoundException">There is no such text: a mistake of ours that a test must find, not a reader.</exception>
    public string Get(Language language, string key, params ReadOnlySpan<object?> arguments)
    {
        var text = texts.TryGetValue(key, out var entry) ? entry[language] : throw new KeyNotFoundException($"There is no text \"{key}\".");
        return arguments.IsEmpty ? text : string.Format(Culture.Of(language), Inflect(language, text, arguments), arguments);
    }

    private static string Inflect(Language language, string text, ReadOnlySpan<object?> arguments)
    {
        if (!text.Contains('|', StringComparison.Ordinal))
        {
            return text;
        }

        var inflected = new StringBuilder();
        var from = 0;
        foreach (Match forms in Forms().Matches(text))
        {
            var count = Convert.ToDecimal(arguments[int.Parse(forms.Groups[1].ValueSpan, CultureInfo.InvariantCulture)], CultureInfo.InvariantCulture);
            inflected.Append(text, from, forms.Index - from).Append(forms.Groups[Plural.IsSingular(language, count) ? 2 : 3].ValueSpan);
            from = forms.Index + forms.Length;
        }

        return inflected.Append(text, from, text.Length - from).ToString();
    }

    // A form may hold values in its turn: {0|one offer|{0} offers}.
    [GeneratedRegex(@"\{(\d)\|((?:[^{}|]|\{\d\})*)\|((?:[^{}|]|\{\d\})*)\}")]
    private static partial Regex Forms();

    private static FrozenDictionary<Language, string> Read(JsonProperty entry)
    {
        var languages = new Dictionary<Language, string>();
        foreach (var text in entry.Value.EnumerateObject())
        {
            if (!Languages.TryParse(text.Name, out var language) || string.IsNullOrWhiteSpace(text.Value.GetString()))
            {
                throw new InvalidOperationException($"Text \"{entry.Name}\" has a language \"{text.Name}\" that is unknown or empty.");
            }

            languages[language] = text.Value.GetString() ?? "";
        }

        return languages.Count == Languages.All.Length
            ? languages.ToFrozenDictionary()
            : throw new InvalidOperationException($"Text \"{entry.Name}\" is missing in {string.Join(", ", Languages.All.Except(languages.Keys))}.");
    }
}
