namespace WutAmu.Placement.Domain;

/// <summary>A text in up to three languages; null where none was given. At least one is given.</summary>
public sealed record LocalizedText(string? Fr, string? Zh, string? En)
{
    /// <summary>The text in <paramref name="wanted"/>, else in English, else French, else Chinese, with the language it is in (for <c>lang</c>).</summary>
    public (string Text, Language Language) In(Language wanted)
    {
        foreach (var language in (ReadOnlySpan<Language>)[wanted, Language.English, Language.French, Language.SimplifiedChinese])
        {
            if (Get(language) is { Length: > 0 } text)
            {
                return (text, language);
            }
        }

        return ("", wanted);
    }

    public string? Get(Language language) => language switch
    {
        Language.French => Fr,
        Language.SimplifiedChinese => Zh,
        _ => En,
    };
}
