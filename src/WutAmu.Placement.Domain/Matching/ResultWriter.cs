using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Writes the members of <c>placement-result/1</c>.</summary>
internal static class ResultWriter
{
    /// <param name="full">Written in the place of <see cref="MatchingResult.Report"/>; null: that one, if any.</param>
    /// <param name="pieceWritten">Called after each assignment, of which there are many.</param>
    public static void Write(Utf8JsonWriter json, MatchingResult result, MatchingReport? full, Action? pieceWritten = null)
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
        var text = new AssignmentText();
        foreach (var assignment in result.Assignments)
        {
            json.WriteRawValue(text.Of(assignment), skipInputValidation: true);
            pieceWritten?.Invoke();
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
