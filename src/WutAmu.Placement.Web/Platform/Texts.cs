using System.Collections.Frozen;
using System.Text.Json;
using WutAmu.Placement.Domain;

namespace WutAmu.Placement.Web.Platform;

/// <summary>
/// Every text of the pages in three languages, from the <c>Texts.json</c> files that lie next to the features: key → { fr, zh, en }, with {0}, {1} ... for values.
/// </summary>
public sealed class Texts
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
        return arguments.IsEmpty ? text : string.Format(Culture.Of(language), text, arguments);
    }

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
