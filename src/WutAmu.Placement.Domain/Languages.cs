using System.Collections.Immutable;

namespace WutAmu.Placement.Domain;

/// <summary>BCP 47 tags of the service's languages.</summary>
public static class Languages
{
    public static ImmutableArray<Language> All { get; } = [Language.French, Language.SimplifiedChinese, Language.English];

    public static string Tag(this Language language) => language switch
    {
        Language.French => "fr",
        Language.SimplifiedChinese => "zh-Hans",
        Language.English => "en",
        _ => throw new ArgumentOutOfRangeException(nameof(language), language, "Not a language of the service."),
    };

    /// <summary>Reads a tag such as <c>fr</c>, <c>fr-FR</c>, <c>zh</c>, <c>zh-CN</c>, <c>zh-Hans</c>, <c>en</c>; any other is refused.</summary>
    public static bool TryParse(string? tag, out Language language)
    {
        var primary = tag?.Trim().Split('-', '_')[0];
        language = Language.English;
        if (string.Equals(primary, "fr", StringComparison.OrdinalIgnoreCase))
        {
            language = Language.French;
            return true;
        }

        if (string.Equals(primary, "zh", StringComparison.OrdinalIgnoreCase))
        {
            language = Language.SimplifiedChinese;
            return true;
        }

        return string.Equals(primary, "en", StringComparison.OrdinalIgnoreCase);
    }
}
