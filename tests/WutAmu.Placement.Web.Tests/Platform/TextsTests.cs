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
            var holes = Languages.All.Select(language => string.Join(' ', Value().Matches(Texts.Get(language, key)).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal))).Distinct();
            holes.Should().ContainSingle($"{key} must say the same in every language");
        }
    }

    [Theory]
    [InlineData(0, "0 offre.", "0 offers.", "共 0 个项目。")]
    [InlineData(1, "1 offre.", "1 offer.", "共 1 个项目。")]
    [InlineData(2, "2 offres.", "2 offers.", "共 2 个项目。")]
    public void A_word_stands_in_the_form_that_its_count_asks_for(int count, string french, string english, string chinese)
    {
        Texts.Get(Language.French, "offers.count", count).Should().Be(french);
        Texts.Get(Language.English, "offers.count", count).Should().Be(english);
        Texts.Get(Language.SimplifiedChinese, "offers.count", count).Should().Be(chinese);
    }

    [Fact]
    public void Two_counts_in_a_sentence_are_told_apart()
    {
        Texts.Get(Language.French, "problem.readiness.places", 1, 2).Should().Be("Il y a 1 place pour 2 étudiants.");
        Texts.Get(Language.English, "problem.readiness.places", 1, 2).Should().Be("There is 1 place for 2 students.");
        Texts.Get(Language.English, "problem.readiness.places", 0, 1).Should().Be("There are 0 places for 1 student.");
    }

    [Fact]
    public void Every_text_with_forms_says_something_else_of_one_than_of_two_and_leaves_no_brace()
    {
        var inflected = Languages.All.SelectMany(language => Texts.Keys.Where(key => Texts.Get(language, key).Contains('|', StringComparison.Ordinal)).Select(key => (Language: language, Key: key))).ToList();

        inflected.Should().HaveCountGreaterThan(30);
        foreach (var (language, key) in inflected)
        {
            var (nought, one, two) = (Say(0), Say(1), Say(2));
            two.Should().NotBe(one, $"{key} in {language} has two forms").And.NotContainAny("{", "|", "}");
            nought.Should().Be(language == Language.French ? one : two, $"that is the form of nought in {language} ({key})");

            // Without the figures, which differ anyway.
            string Say(int count) => Regex.Replace(Texts.Get(language, key, count, count, count), $@"(?<!\d){count}(?!\d)", "");
        }
    }

    [Fact]
    public void A_count_before_a_noun_in_the_plural_asks_for_its_singular_too()
    {
        // Limits that are never one, ranks, and values that are no count.
        string[] never = ["problem.rules.seed", "problem.sending.reason", "problem.ranking.note-too-long", "problem.ranking.motivation-too-long", "problem.declaration.too-long", "problem.import.width", "problem.declaration.code-taken", "problem.declaration.duplicate-offer"];

        Texts.Keys.Except(never)
            .Where(key => FrenchPlural().IsMatch(Forms().Replace(Texts.Get(Language.French, key), "")) || EnglishPlural().IsMatch(Forms().Replace(Texts.Get(Language.English, key), "")))
            .Should().BeEmpty("write {0|offre|offres}");
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
        Directory.EnumerateFiles(Path.Combine(Checkout.Root, "src"), pattern, SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(File.ReadAllText);

    [GeneratedRegex("""(?:\bT\[|texts\.Get\([^,"()]*(?:\([^()]*\))?, |speech\[)"([a-zA-Z.-]+)"(?! \+)""")]
    private static partial Regex Key();

    [GeneratedRegex("(?:new Problem\\(|[Rr]efuse\\([^,\"]*\"[a-z_]*\", )\"([a-z.-]+)\"")]
    private static partial Regex ProblemCode();

    [GeneratedRegex(@"\{(\d+)[^}]*\}")]
    private static partial Regex Hole();

    // What is put in; not what only asks for a form.
    [GeneratedRegex(@"\{(\d+)(?:[:,][^}]*)?\}")]
    private static partial Regex Value();

    [GeneratedRegex(@"\{\d\|(?:[^{}]|\{\d\})*\}")]
    private static partial Regex Forms();

    [GeneratedRegex(@"\{\d\}[ \u00A0](?!choix\b)\p{Ll}{2,}[sx]\b")]
    private static partial Regex FrenchPlural();

    [GeneratedRegex(@"\{\d\} (?!is\b|was\b|has\b)\p{Ll}{2,}s\b")]
    private static partial Regex EnglishPlural();

    [GeneratedRegex(@"[\w)»]?[ ][:;?!»]|[\p{L}\d)][:;?!](?= |$)|« ")]
    private static partial Regex Breaking();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}[,;:?!](?!\d)|[,;?!]\p{IsCJKUnifiedIdeographs}")]
    private static partial Regex HalfWidth();
}
