using System.Text.RegularExpressions;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Tests.Platform;

public sealed partial class TextsTests
{
    private static readonly Texts Texts = new();

    [Fact]
    public void Every_text_that_a_page_asks_for_exists() =>
        Asked().Where(key => !Texts.Has(key)).Should().BeEmpty();

    [Fact]
    public void Every_text_has_the_same_values_in_the_three_languages()
    {
        foreach (var key in Texts.Keys)
        {
            var holes = Languages.All.Select(language => string.Join(' ', Hole().Matches(Texts.Get(language, key)).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal))).Distinct();
            holes.Should().ContainSingle($"{key} must say the same in every language");
        }
    }

    [Fact]
    public void Chinese_and_French_are_not_left_in_English()
    {
        // Names and words that are the same in both languages.
        string[] same = ["site.name", "site.nav", "site.pages", "run.instance", "run.date", "letters.count"];
        foreach (var key in Texts.Keys.Except(same))
        {
            var english = Texts.Get(Language.English, key);
            if (english.Count(char.IsLetter) > 12)
            {
                Texts.Get(Language.French, key).Should().NotBe(english, key);
            }

            if (english.Count(char.IsLetter) > 3)
            {
                Texts.Get(Language.SimplifiedChinese, key).Should().MatchRegex(@"\p{IsCJKUnifiedIdeographs}", key);
            }
        }
    }

    [Fact]
    public void French_puts_a_no_break_space_before_high_punctuation_and_inside_guillemets() =>
        Texts.Keys.SelectMany(key => Breaking().Matches(Hole().Replace(Texts.Get(Language.French, key), "0")).Select(match => $"{key}: {match.Value}")).Should().BeEmpty();

    [Fact]
    public void Chinese_uses_full_width_punctuation_between_characters() =>
        Texts.Keys.SelectMany(key => HalfWidth().Matches(Texts.Get(Language.SimplifiedChinese, key)).Select(match => $"{key}: {match.Value}")).Should().BeEmpty();

    [Fact]
    public void Every_problem_that_the_code_names_has_a_sentence() =>
        Sources("*.cs").SelectMany(text => ProblemCode().Matches(text).Select(match => match.Groups[1].Value)).Distinct()
            .Where(code => !Texts.Has("problem." + code)).Should().BeEmpty();

    /// <summary>Literal keys of <c>T["..."]</c> and <c>Get(language, "...")</c> in the sources.</summary>
    private static HashSet<string> Asked() =>
        [.. Sources("*.cshtml").Concat(Sources("*.cs")).SelectMany(text => Key().Matches(text).Select(match => match.Groups[1].Value)).Where(key => !key.EndsWith('.'))];

    private static IEnumerable<string> Sources(string pattern) =>
        Directory.EnumerateFiles(Path.Combine(Root(AppContext.BaseDirectory), "src"), pattern, SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    private static string Root(string folder) =>
        File.Exists(Path.Combine(folder, "WutAmu.Placement.sln")) ? folder : Root(Path.GetDirectoryName(folder)!); // not null: the solution is above

    [GeneratedRegex("""(?:\bT\[|texts\.Get\([^,"()]*(?:\([^()]*\))?, |speech\[)"([a-zA-Z.-]+)"(?! \+)""")]
    private static partial Regex Key();

    [GeneratedRegex("(?:new Problem\\(|[Rr]efuse\\([^,\"]*\"[a-z_]*\", )\"([a-z.-]+)\"")]
    private static partial Regex ProblemCode();

    [GeneratedRegex(@"\{(\d+)[^}]*\}")]
    private static partial Regex Hole();

    [GeneratedRegex(@"[\w)»]?[ ][:;?!»]|[\p{L}\d)][:;?!](?= |$)|« ")]
    private static partial Regex Breaking();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}[,;:?!](?!\d)|[,;?!]\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex HalfWidth();
}
