using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads <c>placement-instance/1</c>. Every problem is found and named with its JSON path; nothing unknown is ignored.</summary>
public static class InstanceReader
{
    /// <summary>Largest bound or cost that is accepted; keeps every sum of the solver inside 64 bits.</summary>
    public const long MaxNumber = 1_000_000_000;

    /// <summary>Longest lottery seed, in UTF-16 units: it is hashed once for each student.</summary>
    public const int MaxSeedLength = 1000;

    private static readonly MemberNames RootNames = new("format", "campaign", "lotterySeed", "students", "hosts", "supervisors", "offers", "quotas", "together", "apart", "pinned", "forbidden", "published");
    private static readonly MemberNames StudentNames = new("id", "programme", "score", "choices", "costs", "unrankedAcceptable");
    private static readonly MemberNames HostNames = new("id", "min", "max", "opening", "ranking");
    private static readonly MemberNames SupervisorNames = new("id", "host", "min", "max");
    private static readonly MemberNames OfferNames = new("id", "host", "supervisor", "min", "max", "opening", "programmes", "ranking");
    private static readonly MemberNames QuotaNames = new("id", "programmes", "hosts", "offers", "min", "max");
    private static readonly MemberNames GroupNames = new("students", "level");
    private static readonly MemberNames PairNames = new("student", "offer");
    private static readonly Dictionary<string, long> NoCosts = [];

    /// <returns>True with the instance; false with at least one problem.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> utf8Json, [NotNullWhen(true)] out Instance? instance, out IReadOnlyList<InstanceProblem> problems)
    {
        var scan = new JsonScan();
        var json = new JsonInput(utf8Json.Span, scan);
        return TryRead(ref json, out instance, out problems);
    }

    /// <summary>As from memory, piece by piece: the file is never whole in memory.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static bool TryRead(Stream utf8Json, [NotNullWhen(true)] out Instance? instance, out IReadOnlyList<InstanceProblem> problems)
    {
        var scan = new JsonScan();
        var json = new JsonInput(utf8Json, scan);
        try
        {
            return TryRead(ref json, out instance, out problems);
        }
        finally
        {
            json.Dispose();
        }
    }

    private static bool TryRead(ref JsonInput json, [NotNullWhen(true)] out Instance? instance, out IReadOnlyList<InstanceProblem> problems)
    {
        instance = null;
        try
        {
            var repeated = false;
            json.Start();
            var read = Root(ref json, ref repeated);
            json.End();
            References.Check(read, json.Scan, mayBeWrong: repeated || json.Scan.Problems.Count > 0 || !json.Scan.AllDefined);
            instance = json.Scan.Problems.Count == 0 ? read with { AsRead = json.Scan.Choices.Resolve(read) } : null;
        }
        catch (JsonException e)
        {
            json.Scan.IsNotJson(e.Message);
        }

        problems = json.Scan.Problems;
        return instance is not null;
    }

    private static Instance Root(ref JsonInput json, ref bool repeated)
    {
        if (!json.IsObject())
        {
            return new();
        }

        var (format, campaign, seed) = ((string?)null, (string?)null, "");
        ImmutableArray<InstanceStudent> students = [];
        ImmutableArray<InstanceHost> hosts = [];
        ImmutableArray<InstanceSupervisor> supervisors = [];
        ImmutableArray<InstanceOffer> offers = [];
        ImmutableArray<Quota> quotas = [];
        ImmutableArray<Together> together = [];
        ImmutableArray<Apart> apart = [];
        ImmutableArray<StudentOffer> pinned = [];
        ImmutableArray<StudentOffer> forbidden = [];
        ImmutableArray<StudentOffer> published = [];
        var seen = 0u;
        for (var at = -1; (at = json.Member(RootNames, ref seen, at)) >= 0;)
        {
            switch (at)
            {
                case 0:
                    format = json.Text();
                    if (format is not null && format != Instance.Format)
                    {
                        json.Scan.Add($"must be \"{Instance.Format}\", not \"{JsonScan.Shorten(format)}\".");
                    }

                    break;
                case 1: campaign = json.Text(); break;
                case 2: seed = Seed(ref json); break;
                case 3: students = Rows(ref json, Student, ref repeated); break;
                case 4: hosts = Rows(ref json, Host, ref repeated); break;
                case 5: supervisors = Rows(ref json, Supervisor, ref repeated); break;
                case 6: offers = Rows(ref json, Offer, ref repeated); break;
                case 7: quotas = Rows(ref json, Quota, ref repeated); break;
                case 8: together = json.List(TogetherOf); break;
                case 9: apart = json.List(ApartOf); break;
                case 10: pinned = json.List(Pair); break;
                case 11: forbidden = json.List(Pair); break;
                default: published = json.List(Pair); break;
            }
        }

        json.Require(seen, RootNames, 0, 3, 4, 6);
        return new Instance
        {
            Campaign = campaign,
            LotterySeed = seed,
            Students = students,
            Hosts = hosts,
            Supervisors = supervisors,
            Offers = offers,
            Quotas = quotas,
            Together = together,
            Apart = apart,
            Pinned = pinned,
            Forbidden = forbidden,
            Published = published,
        };
    }

    private delegate T ReadRow<out T>(ref JsonInput json, ref bool repeated);

    private static ImmutableArray<T> Rows<T>(ref JsonInput json, ReadRow<T> read, ref bool repeated)
    {
        if (!json.IsList())
        {
            return [];
        }

        var rows = ImmutableArray.CreateBuilder<T>();
        while (json.Item())
        {
            rows.Add(read(ref json, ref repeated));
        }

        return rows.DrainToImmutable();
    }

    private static InstanceStudent Student(ref JsonInput json, ref bool repeated)
    {
        var (id, programme, score, unrankedAcceptable) = ("", (string?)null, (double?)null, false);
        var log = json.Scan.Choices;
        var index = log.Student;
        var costs = NoCosts;
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(StudentNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: id = json.IdOfRow(IdKind.Student, ref repeated); break;
                    case 1: programme = json.OptionalId(IdKind.None); break;
                    case 2: score = json.Number(); break;
                    case 3: json.LogGroups(IdKind.Offer, log); break;
                    case 4: costs = Costs(ref json); break;
                    default: unrankedAcceptable = json.Bool(absent: false); break;
                }
            }
        }

        log.EndStudent();
        json.Require(seen, StudentNames, 0);
        return new(id, programme, score, log, index, costs, unrankedAcceptable);
    }

    private static Dictionary<string, long> Costs(ref JsonInput json)
    {
        if (!json.IsObject())
        {
            return NoCosts;
        }

        var costs = new Dictionary<string, long>(StringComparer.Ordinal);
        while (json.AnyMember(IdKind.Offer) is { } offer)
        {
            if (json.Whole(-MaxNumber, MaxNumber) is { } cost && !costs.TryAdd(offer, cost))
            {
                json.Scan.Add("stands twice.");
            }
        }

        return costs;
    }

    private static InstanceHost Host(ref JsonInput json, ref bool repeated)
    {
        var (id, min, max, opening) = ("", 0, (int?)null, Opening.Always);
        ImmutableArray<ImmutableArray<string>>? ranking = null;
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(HostNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: id = json.IdOfRow(IdKind.Host, ref repeated); break;
                    case 1: min = Min(ref json); break;
                    case 2: max = Max(ref json); break;
                    case 3: opening = OpeningOf(ref json); break;
                    default: ranking = json.OptionalGroups(IdKind.Student); break;
                }
            }
        }

        json.Require(seen, HostNames, 0);
        CheckBounds(ref json, min, max);
        return new(id, min, max, opening, ranking);
    }

    private static InstanceSupervisor Supervisor(ref JsonInput json, ref bool repeated)
    {
        var (id, host, min, max) = ("", "", 0, (int?)null);
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(SupervisorNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: id = json.IdOfRow(IdKind.Supervisor, ref repeated); break;
                    case 1: host = json.Id(IdKind.Host); break;
                    case 2: min = Min(ref json); break;
                    default: max = Max(ref json); break;
                }
            }
        }

        json.Require(seen, SupervisorNames, 0, 1);
        CheckBounds(ref json, min, max);
        return new(id, host, min, max);
    }

    private static InstanceOffer Offer(ref JsonInput json, ref bool repeated)
    {
        var (id, host, supervisor, min, max, opening) = ("", "", (string?)null, 0, (int?)1, Opening.Always);
        ImmutableArray<string>? programmes = null;
        ImmutableArray<ImmutableArray<string>>? ranking = null;
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(OfferNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: id = json.IdOfRow(IdKind.Offer, ref repeated); break;
                    case 1: host = json.Id(IdKind.Host); break;
                    case 2: supervisor = json.OptionalId(IdKind.Supervisor); break;
                    case 3: min = Min(ref json); break;
                    case 4: max = (int?)json.Whole(0, MaxNumber) ?? 1; break;
                    case 5: opening = OpeningOf(ref json); break;
                    case 6: programmes = json.OptionalIds(IdKind.None); break;
                    default: ranking = json.OptionalGroups(IdKind.Student); break;
                }
            }
        }

        json.Require(seen, OfferNames, 0, 1);
        CheckBounds(ref json, min, max);
        return new(id, host, supervisor, min, max ?? 1, opening, programmes, ranking);
    }

    private static Quota Quota(ref JsonInput json, ref bool repeated)
    {
        var (id, min, max) = ("", 0, (int?)null);
        ImmutableArray<string>? programmes = null, hosts = null, offers = null;
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(QuotaNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: id = json.IdOfRow(IdKind.Quota, ref repeated); break;
                    case 1: programmes = json.OptionalIds(IdKind.None); break;
                    case 2: hosts = json.OptionalIds(IdKind.Host); break;
                    case 3: offers = json.OptionalIds(IdKind.Offer); break;
                    case 4: min = Min(ref json); break;
                    default: max = Max(ref json); break;
                }
            }
        }

        json.Require(seen, QuotaNames, 0);
        CheckBounds(ref json, min, max);
        return new(id, programmes, hosts, offers, min, max);
    }

    private static Together TogetherOf(ref JsonInput json)
    {
        var (students, level) = Group(ref json);
        return new(students, level);
    }

    private static Apart ApartOf(ref JsonInput json)
    {
        var (students, level) = Group(ref json);
        return new(students, level);
    }

    private static (ImmutableArray<string> Students, GroupLevel Level) Group(ref JsonInput json)
    {
        ImmutableArray<string> students = [];
        var level = GroupLevel.Host;
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(GroupNames, ref seen, at)) >= 0;)
            {
                if (at == 0)
                {
                    students = json.Ids(IdKind.Student);
                    continue;
                }

                switch (json.Text())
                {
                    case "host" or null: break;
                    case "offer": level = GroupLevel.Offer; break;
                    case var other: json.Scan.Add($"must be \"host\" or \"offer\", not \"{JsonScan.Shorten(other)}\"."); break;
                }
            }
        }

        json.Require(seen, GroupNames, 0);
        return (students, level);
    }

    private static StudentOffer Pair(ref JsonInput json)
    {
        var (student, offer) = ("", "");
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(PairNames, ref seen, at)) >= 0;)
            {
                if (at == 0)
                {
                    student = json.Id(IdKind.Student);
                }
                else
                {
                    offer = json.Id(IdKind.Offer);
                }
            }
        }

        json.Require(seen, PairNames, 0, 1);
        return new(student, offer);
    }

    private static int Min(ref JsonInput json) => (int)(json.Whole(0, MaxNumber) ?? 0);

    private static string Seed(ref JsonInput json)
    {
        var seed = json.Text() ?? "";
        if (seed.Length > MaxSeedLength)
        {
            json.Scan.Add($"has at most {MaxSeedLength} characters; this one has {seed.Length}.");
        }

        return seed;
    }

    private static int? Max(ref JsonInput json) => (int?)json.Whole(0, MaxNumber, nullable: true);

    private static void CheckBounds(ref JsonInput json, int min, int? max)
    {
        if (min > max)
        {
            json.Scan.Add($"min {min} is greater than max {max}.");
        }
    }

    private static Opening OpeningOf(ref JsonInput json)
    {
        switch (json.Text())
        {
            case "if-open":
                return Opening.IfOpen;
            case "always" or null:
                return Opening.Always;
            case var other:
                json.Scan.Add($"must be \"always\" or \"if-open\", not \"{JsonScan.Shorten(other)}\".");
                return Opening.Always;
        }
    }
}
