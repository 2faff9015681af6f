using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads and writes <c>placement-result/1</c>; as strict as <see cref="InstanceReader"/>.</summary>
public static class ResultJson
{
    private static readonly MemberNames ResultNames = new("format", "instance", "policy", "status", "lottery", "levels", "placed", "unplaced", "profile", "assignments", "blockingPairs", "certificate", "engine", "diagnosis", "report");
    private static readonly MemberNames LevelNames = new("objective", "value", "bound");
    private static readonly MemberNames AssignmentNames = new("student", "offer", "host", "rank");
    private static readonly MemberNames EngineNames = new("version", "solver", "seconds");
    private static readonly MemberNames CertificateNames = new("kind", "phases", "worstRank", "aboveWorstRank");
    private static readonly MemberNames PhaseNames = new("levels", "radix", "offers", "supervisors", "hosts");
    private static readonly Dictionary<string, long> NoPrices = [];

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" };

    /// <param name="report">Written in the place of <see cref="MatchingResult.Report"/>; null: that one, if any.</param>
    public static byte[] Write(MatchingResult result, MatchingReport? report = null)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            WriteResult(json, result, report);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <returns>True with the result; false with at least one problem.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> utf8Json, [NotNullWhen(true)] out MatchingResult? result, out IReadOnlyList<InstanceProblem> problems)
    {
        var json = new JsonInput(utf8Json.Span, new());
        return TryRead(ref json, out result, out problems);
    }

    /// <summary>As from memory, piece by piece.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static bool TryRead(Stream utf8Json, [NotNullWhen(true)] out MatchingResult? result, out IReadOnlyList<InstanceProblem> problems)
    {
        var json = new JsonInput(utf8Json, new());
        try
        {
            return TryRead(ref json, out result, out problems);
        }
        finally
        {
            json.Dispose();
        }
    }

    private static bool TryRead(ref JsonInput json, [NotNullWhen(true)] out MatchingResult? result, out IReadOnlyList<InstanceProblem> problems)
    {
        result = null;
        try
        {
            json.Start();
            var read = ReadResult(ref json);
            json.End();
            result = json.Scan.Problems.Count == 0 ? read : null;
        }
        catch (JsonException e)
        {
            json.Scan.IsNotJson(e.Message);
        }

        problems = json.Scan.Problems;
        return result is not null;
    }

    private static MatchingResult ReadResult(ref JsonInput json)
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

    private static void WriteResult(Utf8JsonWriter json, MatchingResult result, MatchingReport? full)
    {
        json.WriteStartObject();
        json.WriteString("format", MatchingResult.Format);
        json.WriteString("instance", result.Instance);
        json.WriteString("policy", result.Policy);
        json.WriteString("status", result.Status switch
        {
            MatchingStatus.Optimal => "optimal",
            MatchingStatus.Feasible => "feasible",
            _ => "infeasible",
        });
        if (!result.Lottery)
        {
            json.WriteBoolean("lottery", false);
        }

        json.WriteStartArray("levels");
        foreach (var level in result.Levels)
        {
            json.WriteStartObject();
            json.WriteString("objective", level.Objective);
            json.WriteNumber("value", level.Value);
            if (level.Bound is { } bound)
            {
                json.WriteNumber("bound", bound);
            }
            else
            {
                json.WriteNull("bound");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteNumber("placed", result.Placed);
        json.WriteStartArray("unplaced");
        foreach (var student in result.Unplaced)
        {
            json.WriteStringValue(student);
        }

        json.WriteEndArray();
        json.WriteStartArray("profile");
        foreach (var count in result.Profile)
        {
            json.WriteNumberValue(count);
        }

        json.WriteEndArray();
        json.WriteStartArray("assignments");
        foreach (var assignment in result.Assignments)
        {
            json.WriteStartObject();
            json.WriteString("student", assignment.Student);
            json.WriteString("offer", assignment.Offer);
            json.WriteString("host", assignment.Host);
            if (assignment.Rank is { } rank)
            {
                json.WriteNumber("rank", rank);
            }
            else
            {
                json.WriteNull("rank");
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (result.BlockingPairs is { } blocking)
        {
            json.WriteNumber("blockingPairs", blocking);
        }

        if (result.Certificate is { } certificate)
        {
            json.WriteStartObject("certificate");
            json.WriteString("kind", certificate.Kind);
            if (certificate.Phases.Length > 0)
            {
                json.WriteStartArray("phases");
                foreach (var phase in certificate.Phases)
                {
                    WritePhase(json, phase);
                }

                json.WriteEndArray();
            }

            if (certificate.WorstRank is { } worst)
            {
                json.WritePropertyName("worstRank");
                WritePhase(json, worst);
            }

            if (certificate.AboveWorstRank is { } above)
            {
                json.WritePropertyName("aboveWorstRank");
                WritePhase(json, above);
            }

            json.WriteEndObject();
        }

        if (result.Engine is { } engine)
        {
            json.WriteStartObject("engine");
            json.WriteString("version", engine.Version);
            json.WriteString("solver", engine.Solver);
            json.WriteNumber("seconds", Math.Round(engine.Seconds, 6));
            json.WriteEndObject();
        }

        if (result.Diagnosis is { } diagnosis)
        {
            json.WritePropertyName("diagnosis");
            diagnosis.WriteTo(json);
        }

        if (full is not null)
        {
            json.WritePropertyName("report");
            ReportJson.Write(json, full);
        }
        else if (result.Report is { } report)
        {
            json.WritePropertyName("report");
            report.WriteTo(json);
        }

        json.WriteEndObject();
    }

    private static void WritePhase(Utf8JsonWriter json, CertificatePhase phase)
    {
        json.WriteStartObject();
        json.WriteStartArray("levels");
        foreach (var level in phase.Levels)
        {
            json.WriteStringValue(level);
        }

        json.WriteEndArray();
        json.WriteNumber("radix", phase.Radix);
        Prices("offers", phase.Offers);
        Prices("supervisors", phase.Supervisors);
        Prices("hosts", phase.Hosts);
        json.WriteEndObject();

        void Prices(string name, IReadOnlyDictionary<string, long> prices)
        {
            json.WriteStartObject(name);
            string[] ids = [.. prices.Keys];
            Array.Sort(ids, StringComparer.Ordinal);
            foreach (var id in ids)
            {
                if (prices[id] is var price && price != 0)
                {
                    json.WriteNumber(id, price);
                }
            }

            json.WriteEndObject();
        }
    }
}
