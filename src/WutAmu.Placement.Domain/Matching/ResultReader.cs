using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads the members of <c>placement-result/1</c>.</summary>
internal static class ResultReader
{
    private static readonly MemberNames ResultNames = new("format", "instance", "policy", "status", "lottery", "levels", "placed", "unplaced", "profile", "assignments", "blockingPairs", "certificate", "engine", "diagnosis", "report");
    private static readonly MemberNames LevelNames = new("objective", "value", "bound");
    private static readonly MemberNames AssignmentNames = new("student", "offer", "host", "rank");
    private static readonly MemberNames EngineNames = new("version", "solver", "seconds");
    private static readonly MemberNames CertificateNames = new("kind", "phases", "worstRank", "aboveWorstRank");
    private static readonly MemberNames PhaseNames = new("levels", "radix", "offers", "supervisors", "hosts");
    private static readonly Dictionary<string, long> NoPrices = [];

    public static MatchingResult Read(ref JsonInput json)
    {
        var result = new MatchingResult { Instance = "", Policy = "", Status = MatchingStatus.Infeasible };
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(ResultNames, ref seen, at)) >= 0;)
            {
                result = at switch
                {
                    0 => CheckFormat(ref json, result),
                    1 => result with { Instance = json.Id() },
                    2 => result with { Policy = json.Id() },
                    3 => result with { Status = ReadStatus(ref json) },
                    4 => result with { Lottery = json.Bool(absent: true) },
                    5 => result with { Levels = json.List(ReadLevel) },
                    6 => result with { Placed = (int)(json.Whole(0, int.MaxValue) ?? 0) },
                    7 => result with { Unplaced = json.Ids(IdKind.Student) },
                    8 => result with { Profile = json.List((ref JsonInput count) => (int)(count.Whole(0, int.MaxValue) ?? 0)) },
                    9 => result with { Assignments = json.List(ReadAssignment) },
                    10 => result with { BlockingPairs = (int?)json.Whole(0, int.MaxValue, nullable: true) },
                    11 => result with { Certificate = json.IsNull ? null : ReadCertificate(ref json) },
                    12 => result with { Engine = json.IsNull ? null : ReadEngine(ref json) },
                    13 => result with { Diagnosis = json.Element() },
                    _ => result with { Report = json.Element() },
                };
            }
        }

        json.Require(seen, ResultNames, 0, 1, 2, 3);
        return result;
    }

    private static MatchingResult CheckFormat(ref JsonInput json, MatchingResult result)
    {
        if (json.Text() != MatchingResult.Format)
        {
            json.Scan.Add($"must be \"{MatchingResult.Format}\".");
        }

        return result;
    }

    private static MatchingStatus ReadStatus(ref JsonInput json)
    {
        switch (json.Id())
        {
            case "optimal": return MatchingStatus.Optimal;
            case "feasible": return MatchingStatus.Feasible;
            case "infeasible": break;
            case var other: json.Scan.Add($"must be \"optimal\", \"feasible\" or \"infeasible\", not \"{JsonScan.Shorten(other)}\"."); break;
        }

        return MatchingStatus.Infeasible;
    }

    private static Level ReadLevel(ref JsonInput json)
    {
        var (objective, value, bound) = ("", 0L, (long?)null);
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(LevelNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: objective = json.Id(); break;
                    case 1: value = json.Whole(long.MinValue, long.MaxValue) ?? 0; break;
                    default: bound = json.Whole(long.MinValue, long.MaxValue, nullable: true); break;
                }
            }
        }

        json.Require(seen, LevelNames, 0);
        return new(objective, value, bound);
    }

    private static Assignment ReadAssignment(ref JsonInput json)
    {
        var (student, offer, host, rank) = ("", "", "", (int?)null);
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(AssignmentNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: student = json.Id(IdKind.Student); break;
                    case 1: offer = json.Id(IdKind.Offer); break;
                    case 2: host = json.Id(IdKind.Host); break;
                    default: rank = (int?)json.Whole(1, int.MaxValue, nullable: true); break;
                }
            }
        }

        json.Require(seen, AssignmentNames, 0, 1, 2);
        return new(student, offer, host, rank);
    }

    private static EngineInfo ReadEngine(ref JsonInput json)
    {
        var (version, solver, seconds) = ("", "", 0.0);
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(EngineNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: version = json.Id(); break;
                    case 1: solver = json.Id(); break;
                    default: seconds = json.Number() ?? 0; break;
                }
            }
        }

        json.Require(seen, EngineNames, 0, 1);
        return new(version, solver, seconds);
    }

    private static Certificate ReadCertificate(ref JsonInput json)
    {
        var certificate = new Certificate { Kind = "" };
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(CertificateNames, ref seen, at)) >= 0;)
            {
                certificate = at switch
                {
                    0 => certificate with { Kind = json.Id() },
                    1 => certificate with { Phases = json.List(ReadPhase) },
                    2 => certificate with { WorstRank = json.IsNull ? null : ReadPhase(ref json) },
                    _ => certificate with { AboveWorstRank = json.IsNull ? null : ReadPhase(ref json) },
                };
            }
        }

        json.Require(seen, CertificateNames, 0);
        return certificate;
    }

    private static CertificatePhase ReadPhase(ref JsonInput json)
    {
        ImmutableArray<string> levels = [];
        var radix = 1L;
        var (offers, supervisors, hosts) = (NoPrices, NoPrices, NoPrices);
        var seen = 0u;
        if (json.IsObject())
        {
            for (var at = -1; (at = json.Member(PhaseNames, ref seen, at)) >= 0;)
            {
                switch (at)
                {
                    case 0: levels = json.Ids(IdKind.None); break;
                    case 1: radix = json.Whole(1, long.MaxValue) ?? 1; break;
                    case 2: offers = Prices(ref json); break;
                    case 3: supervisors = Prices(ref json); break;
                    default: hosts = Prices(ref json); break;
                }
            }
        }

        return new(levels, radix, offers, supervisors, hosts);
    }

    private static Dictionary<string, long> Prices(ref JsonInput json)
    {
        var prices = new Dictionary<string, long>(StringComparer.Ordinal);
        if (!json.IsObject())
        {
            return prices;
        }

        while (json.AnyMember(IdKind.None) is { } id)
        {
            if (json.Whole(long.MinValue, long.MaxValue) is { } price && !prices.TryAdd(id, price))
            {
                json.Scan.Add("stands twice.");
            }
        }

        return prices;
    }
}
