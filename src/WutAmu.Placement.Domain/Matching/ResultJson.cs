using System.Buffers;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads and writes <c>placement-result/1</c>; as strict as <see cref="InstanceReader"/>.</summary>
public static class ResultJson
{
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
        var scan = new JsonScan();
        result = null;
        try
        {
            using var document = JsonDocument.Parse(utf8Json, JsonScan.Options);
            var read = ReadResult(document.RootElement, scan);
            result = scan.Problems.Count == 0 ? read : null;
        }
        catch (JsonException e)
        {
            scan.Add("$", $"is not JSON: {e.Message}");
        }

        problems = scan.Problems;
        return result is not null;
    }

    private static MatchingResult ReadResult(JsonElement root, JsonScan scan)
    {
        var members = scan.Members(root, "$", "format", "instance", "policy", "status", "lottery", "levels", "placed", "unplaced", "profile", "assignments", "blockingPairs", "certificate", "engine", "diagnosis", "report");
        if (!members.TryGetValue("format", out var format) || scan.Text(format, "$.format") != MatchingResult.Format)
        {
            scan.Add("$.format", $"must be \"{MatchingResult.Format}\".");
        }

        var status = MatchingStatus.Infeasible;
        switch (scan.Id(members, "status", "$"))
        {
            case "optimal": status = MatchingStatus.Optimal; break;
            case "feasible": status = MatchingStatus.Feasible; break;
            case "infeasible": break;
            case var other: scan.Add("$.status", $"must be \"optimal\", \"feasible\" or \"infeasible\", not \"{JsonScan.Shorten(other)}\"."); break;
        }

        return new()
        {
            Instance = scan.Id(members, "instance", "$"),
            Policy = scan.Id(members, "policy", "$"),
            Status = status,
            Lottery = scan.Bool(members, "lottery", "$", absent: true),
            Levels = List(members, "levels", scan, ReadLevel),
            Placed = (int)(scan.Whole(members, "placed", "$", 0, int.MaxValue) ?? 0),
            Unplaced = members.TryGetValue("unplaced", out var unplaced) ? scan.Ids(unplaced, "$.unplaced") : [],
            Profile = List(members, "profile", scan, (e, p, s) => (int)(s.Whole(e, p, 0, int.MaxValue) ?? 0)),
            Assignments = List(members, "assignments", scan, ReadAssignment),
            BlockingPairs = (int?)scan.Whole(members, "blockingPairs", "$", 0, int.MaxValue, nullable: true),
            Certificate = members.TryGetValue("certificate", out var certificate) && certificate.ValueKind != JsonValueKind.Null ? ReadCertificate(certificate, scan) : null,
            Engine = members.TryGetValue("engine", out var engine) && engine.ValueKind != JsonValueKind.Null ? ReadEngine(engine, scan) : null,
            Diagnosis = members.TryGetValue("diagnosis", out var diagnosis) ? diagnosis.Clone() : null,
            Report = members.TryGetValue("report", out var report) ? report.Clone() : null,
        };
    }

    private static ImmutableArray<T> List<T>(Dictionary<string, JsonElement> members, string name, JsonScan scan, Func<JsonElement, string, JsonScan, T> read)
    {
        if (!members.TryGetValue(name, out var element))
        {
            return [];
        }

        var list = ImmutableArray.CreateBuilder<T>();
        foreach (var (item, path) in scan.Items(element, $"$.{name}"))
        {
            list.Add(read(item, path, scan));
        }

        return list.ToImmutable();
    }

    private static Level ReadLevel(JsonElement element, string path, JsonScan scan)
    {
        var members = scan.Members(element, path, "objective", "value", "bound");
        return new(
            scan.Id(members, "objective", path),
            scan.Whole(members, "value", path, long.MinValue, long.MaxValue) ?? 0,
            scan.Whole(members, "bound", path, long.MinValue, long.MaxValue, nullable: true));
    }

    private static Assignment ReadAssignment(JsonElement element, string path, JsonScan scan)
    {
        var members = scan.Members(element, path, "student", "offer", "host", "rank");
        return new(
            scan.Id(members, "student", path),
            scan.Id(members, "offer", path),
            scan.Id(members, "host", path),
            (int?)scan.Whole(members, "rank", path, 1, int.MaxValue, nullable: true));
    }

    private static EngineInfo ReadEngine(JsonElement element, JsonScan scan)
    {
        var members = scan.Members(element, "$.engine", "version", "solver", "seconds");
        var seconds = members.TryGetValue("seconds", out var number) && number.ValueKind == JsonValueKind.Number && number.TryGetDouble(out var value) ? value : 0;
        return new(scan.Id(members, "version", "$.engine"), scan.Id(members, "solver", "$.engine"), seconds);
    }

    private static Certificate ReadCertificate(JsonElement element, JsonScan scan)
    {
        const string path = "$.certificate";
        var members = scan.Members(element, path, "kind", "phases", "worstRank", "aboveWorstRank");
        var phases = ImmutableArray.CreateBuilder<CertificatePhase>();
        if (members.TryGetValue("phases", out var list))
        {
            foreach (var (item, itemPath) in scan.Items(list, $"{path}.phases"))
            {
                phases.Add(ReadPhase(item, itemPath, scan));
            }
        }

        return new()
        {
            Kind = scan.Id(members, "kind", path),
            Phases = phases.ToImmutable(),
            WorstRank = members.TryGetValue("worstRank", out var worst) && worst.ValueKind != JsonValueKind.Null ? ReadPhase(worst, $"{path}.worstRank", scan) : null,
            AboveWorstRank = members.TryGetValue("aboveWorstRank", out var above) && above.ValueKind != JsonValueKind.Null ? ReadPhase(above, $"{path}.aboveWorstRank", scan) : null,
        };
    }

    private static CertificatePhase ReadPhase(JsonElement element, string path, JsonScan scan)
    {
        var members = scan.Members(element, path, "levels", "radix", "offers", "supervisors", "hosts");
        return new(
            members.TryGetValue("levels", out var levels) ? scan.Ids(levels, $"{path}.levels") : [],
            scan.Whole(members, "radix", path, 1, long.MaxValue) ?? 1,
            Prices("offers"),
            Prices("supervisors"),
            Prices("hosts"));

        Dictionary<string, long> Prices(string name)
        {
            var prices = new Dictionary<string, long>(StringComparer.Ordinal);
            if (!members.TryGetValue(name, out var list))
            {
                return prices;
            }

            if (list.ValueKind != JsonValueKind.Object)
            {
                scan.Add($"{path}.{name}", $"must be an object, not {JsonScan.Kind(list)}.");
                return prices;
            }

            foreach (var (id, price) in scan.Properties(list, $"{path}.{name}"))
            {
                if (scan.Whole(price, $"{path}.{name}.{JsonScan.Shorten(id)}", long.MinValue, long.MaxValue) is { } number && !prices.TryAdd(id, number))
                {
                    scan.Add($"{path}.{name}.{JsonScan.Shorten(id)}", "stands twice.");
                }
            }

            return prices;
        }
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
