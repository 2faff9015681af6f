using System.Collections.Immutable;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Features.Campaigns.Import;

/// <summary>The four files, checked against each other; holds only what is valid, so it is used only where there is no problem.</summary>
internal sealed class ParsedCampaign
{
    /// <summary>The institute's three double degrees.</summary>
    public static readonly ImmutableArray<Programme> Programmes =
    [
        new("life-sciences", new("Sciences de la vie", "生命科学", "Life Sciences")),
        new("microbiology", new("Microbiologie", "微生物学", "Microbiology")),
        new("health-biology", new("Biologie santé", "健康生物学", "Health Biology")),
    ];

    private static readonly string[] StudentColumns = ["id", "name", "latin_name", "email", "language", "programme", "score"];
    private static readonly string[] HostColumns = ["id", "name", "unit_code", "campus", "faculty", "field", "languages", "restricted_zone", "head_name", "head_email", "head_language", "min", "max"];
    private static readonly string[] OfferColumns = ["id", "host", "supervisor", "supervisor_max", "title_fr", "title_en", "title_zh", "min", "max", "programmes", "starts_on", "ends_on", "languages"];
    private static readonly string[] StudentExtras = ["second_email"];
    private static readonly string[] HostExtras = ["head_second_email"];
    private static readonly string[] RankingColumns = ["student", "rank", "offer"];

    private readonly List<ImportProblem> problems = [];

    public ParsedCampaign(CampaignFiles files, int studentLimit, int choiceLimit)
    {
        ReadStudents(CsvTable.Read("students.csv", files.Students, StudentColumns, StudentExtras, problems), studentLimit);
        ReadHosts(CsvTable.Read("hosts.csv", files.Hosts, HostColumns, HostExtras, problems));
        ReadOffers(CsvTable.Read("offers.csv", files.Offers, OfferColumns, [], problems));
        ReadRankings(CsvTable.Read("rankings.csv", files.Rankings, RankingColumns, [], problems), choiceLimit);
    }

    public IReadOnlyList<ImportProblem> Problems => problems;

    public Dictionary<string, StudentRow> Students { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, HostRow> Hosts { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, OfferRow> Offers { get; } = new(StringComparer.Ordinal);

    /// <summary>Tie groups of offer codes by student code.</summary>
    public Dictionary<string, List<List<string>>> Rankings { get; } = new(StringComparer.Ordinal);

    private static Language LanguageOf(CsvRow row, string column)
    {
        if (Languages.TryParse(row[column], out var language))
        {
            return language;
        }

        row.Refuse(column, "import.language");
        return Language.English;
    }

    private static EmailAddress? EmailOf(CsvRow row, string column)
    {
        if (EmailAddress.TryCreate(row[column], out var address))
        {
            return address;
        }

        row.Refuse(column, "import.email");
        return null;
    }

    /// <summary>Null where the file has no such column or the field is empty.</summary>
    private static EmailAddress? SecondEmailOf(CsvRow row, string column, EmailAddress? first)
    {
        if (row[column].Length == 0)
        {
            return null;
        }

        var second = EmailOf(row, column);
        if (second is not null && second == first)
        {
            row.Refuse(column, "import.second-same");
        }

        return second;
    }

    private static ImmutableArray<string>? ProgrammesOf(CsvRow row)
    {
        var parts = row.Parts("programmes");
        foreach (var unknown in parts.Where(part => !Programmes.Any(programme => programme.Code == part)))
        {
            row.Refuse("programmes", "import.unknown", unknown);
        }

        return parts.Length == 0 ? null : [.. parts];
    }

    private void ReadStudents(CsvTable table, int limit)
    {
        var addresses = new HashSet<EmailAddress>();
        foreach (var row in table.Rows)
        {
            var id = row.Required("id", 60);
            var name = row.Required("name");
            var email = EmailOf(row, "email");
            var programme = row.Required("programme");
            if (programme.Length > 0 && !Programmes.Any(known => known.Code == programme))
            {
                row.Refuse("programme", "import.unknown", programme);
            }

            if (email is not null && !addresses.Add(email))
            {
                row.Refuse("email", "import.duplicate");
            }

            var student = new StudentRow(name, row["latin_name"], email, SecondEmailOf(row, "second_email", email), LanguageOf(row, "language"), programme, row.Decimal("score"));
            if (id.Length > 0 && !Students.TryAdd(id, student))
            {
                row.Refuse("id", "import.duplicate");
            }
        }

        if (Students.Count > limit)
        {
            problems.Add(new(table.File, 0, "", Students.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), "import.over-limit", limit.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        }
    }

    private void ReadHosts(CsvTable table)
    {
        foreach (var row in table.Rows)
        {
            var id = row.Required("id", 60);
            var (min, max) = (row.Number("min") ?? 0, row.Number("max"));
            if (min > max)
            {
                row.Refuse("min", "import.min-over-max");
            }

            var headEmail = EmailOf(row, "head_email");
            var host = new HostRow(
                row.Required("name", 300),
                row["unit_code"].Length == 0 ? null : row["unit_code"],
                row["campus"],
                row["faculty"],
                row["field"],
                [.. row.Parts("languages")],
                row.YesOrNo("restricted_zone"),
                row.Required("head_name"),
                headEmail,
                SecondEmailOf(row, "head_second_email", headEmail),
                LanguageOf(row, "head_language"),
                min,
                max);
            if (id.Length > 0 && !Hosts.TryAdd(id, host))
            {
                row.Refuse("id", "import.duplicate");
            }
        }
    }

    private void ReadOffers(CsvTable table)
    {
        foreach (var row in table.Rows)
        {
            var id = row.Required("id", 60);
            var host = row.Required("host");
            if (host.Length > 0 && !Hosts.ContainsKey(host))
            {
                row.Refuse("host", "import.unknown", host);
            }

            var title = new LocalizedText(NullIfEmpty(row["title_fr"]), NullIfEmpty(row["title_zh"]), NullIfEmpty(row["title_en"]));
            if (title is { Fr: null, Zh: null, En: null })
            {
                row.Refuse("title_fr", "import.empty");
            }

            var (min, max) = (row.Number("min") ?? 0, row.Number("max") ?? 1);
            if (min > max)
            {
                row.Refuse("min", "import.min-over-max");
            }

            var (starts, ends) = (row.Date("starts_on"), row.Date("ends_on"));
            if (starts > ends)
            {
                row.Refuse("ends_on", "import.dates");
            }

            var declared = new DeclaredOffer(
                id, title, null, NullIfEmpty(row["supervisor"]), row.Number("supervisor_max"), min, max, Opening.Always, ProgrammesOf(row), starts, ends, [.. row.Parts("languages")],
                Hosts.TryGetValue(host, out var known) && known.RestrictedZone);
            if (id.Length > 0 && !Offers.TryAdd(id, new(host, declared)))
            {
                row.Refuse("id", "import.duplicate");
            }
        }
    }

    private void ReadRankings(CsvTable table, int choiceLimit)
    {
        var ranked = new Dictionary<string, SortedDictionary<int, List<string>>>(StringComparer.Ordinal);
        foreach (var row in table.Rows)
        {
            var student = row.Required("student");
            var offer = row.Required("offer");
            var rank = row.Number("rank");
            if (student.Length > 0 && !Students.ContainsKey(student))
            {
                row.Refuse("student", "import.unknown", student);
            }

            if (offer.Length > 0 && !Offers.ContainsKey(offer))
            {
                row.Refuse("offer", "import.unknown", offer);
            }

            if (rank is null or 0)
            {
                row.Refuse("rank", "import.rank");
                continue;
            }

            if (!ranked.TryGetValue(student, out var groups))
            {
                ranked[student] = groups = [];
            }

            if (groups.Values.Any(group => group.Contains(offer, StringComparer.Ordinal)))
            {
                row.Refuse("offer", "import.duplicate");
                continue;
            }

            if (!groups.TryGetValue(rank.Value, out var tie))
            {
                groups[rank.Value] = tie = [];
            }

            tie.Add(offer);
        }

        foreach (var (student, groups) in ranked)
        {
            if (!groups.Keys.SequenceEqual(Enumerable.Range(1, groups.Count)))
            {
                problems.Add(new(table.File, 0, "rank", student, "import.rank-gap", string.Join(", ", groups.Keys)));
            }

            var count = groups.Values.Sum(group => group.Count);
            if (count > choiceLimit)
            {
                problems.Add(new(table.File, 0, "offer", student, "import.too-many-choices", $"{count} > {choiceLimit}"));
            }

            Rankings[student] = [.. groups.Values];
        }
    }

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    internal sealed record StudentRow(string Name, string LatinName, EmailAddress? Email, EmailAddress? SecondEmail, Language Language, string Programme, double? Score);

    internal sealed record HostRow(string Name, string? UnitCode, string Campus, string Faculty, string Field, ImmutableArray<string> Languages, bool RestrictedZone, string HeadName, EmailAddress? HeadEmail, EmailAddress? HeadSecondEmail, Language HeadLanguage, int Min, int? Max);

    internal sealed record OfferRow(string Host, DeclaredOffer Declared);
}
