using System.Collections.Concurrent;
using System.Net;
using System.Text.RegularExpressions;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Web.Platform;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Pages;

/// <summary>Walks every page there is, as everybody, at each point of a campaign's life, in the three languages. New pages join by themselves.</summary>
public sealed partial class EveryPageTests(EveryPageTests.Walk walk) : IClassFixture<EveryPageTests.Walk>
{
    private static readonly Texts Texts = new();

    public static TheoryData<string> Tags { get; } = [.. Languages.All.Select(language => language.Tag())];

    [Fact]
    public async Task Every_route_shows_a_page_to_somebody()
    {
        var visits = await walk.VisitsAsync("en");

        // Files to download, steps of signing in that need a letter, and what answers in another form than a page are tested where they are made.
        string[] elsewhere = ["Accounts/Code", "Accounts/SecondFactor", "Accounts/University"];
        walk.Routes.Except(elsewhere).Except(visits.Where(visit => visit.Status == HttpStatusCode.OK && visit.IsPage).Select(visit => visit.Route)).Should().BeEmpty("a page that the walk cannot reach is not looked at: give PageWorld what it needs");
    }

    [Fact]
    public async Task No_page_fails() =>
        (await walk.VisitsAsync("en")).Where(visit => (int)visit.Status >= 500).Select(visit => visit.ToString()).ToList().Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Tags))]
    public async Task Says_its_language_its_title_and_one_heading(string tag)
    {
        var wrong = from visit in await walk.PagesAsync(tag)
                    let title = Title().Match(visit.Html).Groups[1].Value
                    let headings = visit.Html.Split("<h1").Length - 1
                    where !visit.Html.Contains($"<html lang=\"{tag}\">", StringComparison.Ordinal) || title.Trim().StartsWith('–') || title.Length < 5 || headings != 1
                    select $"{visit}: \"{title}\", {headings} headings";

        wrong.ToList().Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public async Task Asks_nobody_else_for_anything(string tag) =>
        (await walk.PagesAsync(tag)).SelectMany(visit => Reference().Matches(visit.Html).Select(match => $"{visit}: {match.Value}")).Distinct().ToList().Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Tags))]
    public async Task Shows_no_key_of_a_text_and_no_hole(string tag)
    {
        var keys = Texts.Keys.ToHashSet(StringComparer.Ordinal);

        var shown = from visit in await walk.PagesAsync(tag)
                    from words in PageText.Read(visit.Html)
                    from Match match in Dotted().Matches(words.Text)
                    where keys.Contains(match.Value) || match.Value.StartsWith('{')
                    select $"{visit}: {words.Text}";

        shown.Distinct().ToList().Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Tags))]
    public async Task Shows_no_sentence_of_another_language(string tag)
    {
        var own = Languages.All.Single(language => language.Tag() == tag);
        var mine = Texts.Keys.SelectMany(key => Phrases(Texts.Get(own, key))).ToHashSet(StringComparer.Ordinal);
        var foreign = (from other in Languages.All.Where(other => other != own)
                       from key in Texts.Keys
                       from phrase in Phrases(Texts.Get(other, key))
                       where !mine.Contains(phrase) && (other == Language.SimplifiedChinese ? phrase.Length >= 4 : phrase.Count(char.IsLetter) >= 9 && phrase.Contains(' ', StringComparison.Ordinal))
                       select phrase).ToHashSet(StringComparer.Ordinal);

        var found = from visit in await walk.PagesAsync(tag)
                    from words in PageText.Read(visit.Html)
                    where !words.Own
                    from phrase in foreign
                    where words.Text.Contains(phrase, StringComparison.Ordinal) && !mine.Any(known => known.Length > phrase.Length && known.Contains(phrase, StringComparison.Ordinal) && words.Text.Contains(known, StringComparison.Ordinal))
                    select $"{visit}: \"{phrase}\" in \"{words.Text}\"";

        found.Distinct().ToList().Should().BeEmpty();
    }

    [Fact]
    public async Task A_Chinese_page_has_no_English_words_outside_what_says_so()
    {
        var found = from visit in await walk.PagesAsync("zh-Hans")
                    from words in PageText.Read(visit.Html)
                    where !words.Own && !walk.HostNames.Any(name => words.Text.Contains(name, StringComparison.Ordinal)) && English().IsMatch(words.Text)
                    select $"{visit}: {words.Text}";

        found.Distinct().ToList().Should().BeEmpty();
    }

    [Fact]
    public async Task A_French_page_is_set_as_French_is()
    {
        var found = from visit in await walk.PagesAsync("fr")
                    from words in PageText.Read(visit.Html)
                    where !words.Own && !walk.HostNames.Any(name => words.Text.Contains(name, StringComparison.Ordinal))
                    from Match match in FrenchFault().Matches(words.Text)
                    select $"{visit}: \"{match.Value}\" in \"{words.Text}\"";

        found.Distinct().ToList().Should().BeEmpty();
    }

    [Fact]
    public async Task A_Chinese_page_is_set_as_Chinese_is()
    {
        var found = from visit in await walk.PagesAsync("zh-Hans")
                    from words in PageText.Read(visit.Html)
                    where !words.Own
                    from Match match in ChineseFault().Matches(words.Text)
                    select $"{visit}: \"{match.Value}\" in \"{words.Text}\"";

        found.Distinct().ToList().Should().BeEmpty();
    }

    [Fact]
    public async Task A_Chinese_line_has_no_space_after_full_width_punctuation()
    {
        // Full-width punctuation holds its own space; an empty line in the text of a letter ends a paragraph. Elements within a line are passed over; what shows itself apart (a status, a link) may stand off.
        var found = from visit in await walk.PagesAsync("zh-Hans")
                    let line = Inline().Replace(WebUtility.HtmlDecode(visit.Html), "")
                    from Match match in Spaced().Matches(line)
                    select $"{visit}: {match.Value}";

        string.Join('\n', found.Distinct()).Should().BeEmpty();
    }

    /// <summary>What of a text stands between its holes.</summary>
    private static IEnumerable<string> Phrases(string text) =>
        Hole().Split(text).Select(part => part.Trim(' ', '.', '。', ':', '：', ',', '，', ';', '；', '(', ')', '（', '）', '\u00A0', '\u202F')).Where(part => part.Length > 0);

    [GeneratedRegex("<title>([^<]*)</title>")]
    private static partial Regex Title();

    [GeneratedRegex("""(?:src|href|action|srcset|poster|data)="(?!/(?!/)|#|\?|mailto:|tel:)[^"]*"|url\([^)]*\)""")]
    private static partial Regex Reference();

    [GeneratedRegex(@"\{\d+[^}]*\}|[A-Za-z-]+(?:\.[A-Za-z-]+)+")]
    private static partial Regex Dotted();

    // Words that belong to no name of a person, a laboratory, a file or a standard.
    [GeneratedRegex(@"\b(?:the|of|and|is|are|was|not|this|your|you|with|for|from|until|no|yes|page|version|draft|le|la|les|des|est|pas|une|vous|avec|pour)\b.*\b(?:the|of|and|is|are|was|not|this|your|you|with|for|from|until|le|la|les|des|est|pas|une|vous|avec|pour)\b", RegexOptions.IgnoreCase)]
    private static partial Regex English();

    [GeneratedRegex(@"[\w)»] [:;?!»](?!\w)|\p{L}[;?!](?=\s|$)|« |[\p{L}]'[\p{L}]|\.\.\.|“|”")]
    private static partial Regex FrenchFault();

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs} ?[,;:?!](?!\d)|[,;?!] ?\p{IsCJKUnifiedIdeographs}|\p{IsCJKUnifiedIdeographs} ?\(|\) ?\p{IsCJKUnifiedIdeographs}|\p{IsCJKUnifiedIdeographs}\.(?=\s|$)|\p{IsCJKUnifiedIdeographs}\.\.\.|""")]
    private static partial Regex ChineseFault();

    [GeneratedRegex("</?(?:code|time|strong|b|em|del|ins|bdi)(?: [^>]*)?>|<span class=\"(?:muted|date|sea|plum|whole)\">")]
    private static partial Regex Inline();

    [GeneratedRegex(@".{0,20}[。：，；！？](?: +| *\n(?! *\n) *)[^\s<][^<\n]{0,20}")]
    private static partial Regex Spaced();

    [GeneratedRegex(@"\{\d+[^}]*\}")]
    private static partial Regex Hole();

    public sealed record Visit(string World, string Role, string Route, string Path, HttpStatusCode Status, bool IsPage, string Html)
    {
        public override string ToString() => $"{World}, {Role}: {Route} ({(int)Status})";
    }

    /// <summary>Each language is walked once for all tests.</summary>
    public sealed class Walk : IAsyncLifetime
    {
        private readonly ConcurrentDictionary<string, Lazy<Task<IReadOnlyList<Visit>>>> walks = new(StringComparer.Ordinal);
        private readonly List<PageWorld> worlds = [];

        public IReadOnlyList<string> Routes => PageWorld.Routes(worlds[0].Host.Services);

        public Task<IReadOnlyList<Visit>> VisitsAsync(string language) => walks.GetOrAdd(language, tag => new(() => WalkAsync(tag))).Value;

        /// <summary>Names that hosts chose for themselves, in whatever language.</summary>
        public IReadOnlyList<string> HostNames { get; private set; } = [];

        public async Task<IReadOnlyList<Visit>> PagesAsync(string language) => [.. (await VisitsAsync(language)).Where(visit => visit.IsPage)];

        public async Task InitializeAsync()
        {
            foreach (var name in PageWorld.Names)
            {
                worlds.Add(await PageWorld.CreateAsync(name, new MatchingHost()));
                HostNames = [.. HostNames, .. await worlds[^1].Host.ReadAsync(db => db.Hosts.AsNoTracking().Select(host => host.Name).ToListAsync())];
            }
        }

        public async Task DisposeAsync()
        {
            foreach (var world in worlds)
            {
                await world.DisposeAsync();
            }
        }

        private async Task<IReadOnlyList<Visit>> WalkAsync(string language)
        {
            var visits = new List<Visit>();
            foreach (var world in worlds)
            {
                foreach (var (role, address) in world.People)
                {
                    using var reader = address is null ? HostBrowser.Anonymous(world.Host) : await HostBrowser.SignInAsync(world.Host, address);
                    reader.Speak(language);
                    foreach (var (route, path) in world.Pages())
                    {
                        await reader.OpenAsync(path);
                        // Somebody sent on to another page has not seen this one.
                        var here = string.Equals(reader.Path, path, StringComparison.OrdinalIgnoreCase);
                        visits.Add(new(world.Name, role, route, path, here ? reader.Status : HttpStatusCode.Redirect, here && reader.Html.Contains("<html", StringComparison.Ordinal), here ? reader.Html : ""));
                    }
                }
            }

            return visits;
        }
    }
}
