using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>JSON of explanations, sensitivities, diagnoses and reports: member names in camel case, words for kinds, null where there is nothing.</summary>
/// <remarks>Written member by member: a serializer that reads the types at run time takes longer to start than a campaign takes to solve. Tests compare it with one.</remarks>
public static class ReportJson
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" };

    public static byte[] Write(ChoiceExplanation choice) => Bytes(json => Write(json, choice));

    public static byte[] Write(StudentExplanation student) => Bytes(json => Write(json, student));

    public static byte[] Write(ImmutableArray<LimitSensitivity> limits) => Bytes(json => Write(json, limits));

    public static byte[] Write(Diagnosis diagnosis) => Bytes(json => Write(json, diagnosis));

    public static byte[] Write(MatchingReport report) => Bytes(json => Write(json, report));

    public static JsonElement ToElement(Diagnosis diagnosis) => JsonElement.Parse(Write(diagnosis));

    public static JsonElement ToElement(MatchingReport report) => JsonElement.Parse(Write(report));

    /// <exception cref="JsonException">Not the JSON of a diagnosis.</exception>
    public static Diagnosis ReadDiagnosis(JsonElement element) => element.Deserialize<Diagnosis>(Reading.Options) ?? throw new JsonException("null is no diagnosis.");

    /// <exception cref="JsonException">Not the JSON of a report.</exception>
    public static MatchingReport ReadReport(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize<MatchingReport>(json, Reading.Options) ?? throw new JsonException("null is no report.");

    /// <summary>Reads a report of anybody's: every member has to be there, and no other.</summary>
    /// <param name="problem">What it is not the JSON of a report for; null if it is.</param>
    internal static MatchingReport? TryRead(JsonElement element, out string? problem)
    {
        try
        {
            var report = element.Deserialize<MatchingReport>(Reading.Strict);
            problem = report is null || HasNothing(report) ? "null where there is to be something." : null;
            return problem is null ? report : null;
        }
        catch (JsonException e)
        {
            problem = e.Message;
            return null;
        }
    }

    // What the serializer lets through in lists.
    private static bool HasNothing(MatchingReport report) =>
        Has(report.Students, student => Has(student.Better, choice => Has(choice.Limits) || HasIn(choice.Effect)) || HasIn(student.Reserve?.Effect))
        || Has(report.Limits, limit => HasIn(limit.More) || HasIn(limit.Fewer))
        || Has(report.Diagnosis.Conflicts, conflict => Has(conflict.Demands))
        || Has(report.Diagnosis.Unplaced, HasIn) || (report.Diagnosis.FloorBlocked is { } blocked && HasIn(blocked)) || Has(report.Diagnosis.Undetermined);

    private static bool HasIn(BlockingGroup group) => Has(group.Students) || Has(group.Limits) || Has(group.Minima);

    private static bool HasIn(Effect? effect) => effect is not null && Has(effect.Changes);

    private static bool Has<T>(ImmutableArray<T> rows, Func<T, bool>? within = null)
        where T : class
    {
        if (rows.IsDefault)
        {
            return true;
        }

        foreach (var row in rows)
        {
            if (row is null || within?.Invoke(row) == true)
            {
                return true;
            }
        }

        return false;
    }

    internal static void Write(Utf8JsonWriter json, MatchingReport report)
    {
        json.WriteStartObject();
        json.WriteStartArray("students");
        foreach (var student in report.Students)
        {
            Write(json, student);
        }

        json.WriteEndArray();
        json.WritePropertyName("limits");
        Write(json, report.Limits);
        json.WritePropertyName("diagnosis");
        Write(json, report.Diagnosis);
        json.WriteEndObject();
    }

    private static byte[] Bytes(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            write(json);
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, StudentExplanation student)
    {
        json.WriteStartObject();
        json.WriteString("student", student.Student);
        json.WriteString("offer", student.Offer);
        json.WriteString("host", student.Host);
        Number(json, "rank", student.Rank);
        Truth(json, "forced", student.Forced);
        json.WritePropertyName("reserve");
        if (student.Reserve is { } reserve)
        {
            json.WriteStartObject();
            json.WriteString("offer", reserve.Offer);
            json.WriteString("host", reserve.Host);
            Number(json, "rank", reserve.Rank);
            Write(json, "effect", reserve.Effect);
            json.WriteEndObject();
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteStartArray("better");
        foreach (var choice in student.Better)
        {
            Write(json, choice);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ChoiceExplanation choice)
    {
        json.WriteStartObject();
        json.WriteString("offer", choice.Offer);
        json.WriteString("host", choice.Host);
        Number(json, "rank", choice.Rank);
        json.WriteString("reason", Word(choice.Reason));
        Write(json, "limits", choice.Limits);
        Write(json, "effect", choice.Effect);
        Write(json, "text", choice.Text);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ImmutableArray<LimitSensitivity> limits)
    {
        json.WriteStartArray();
        foreach (var limit in limits)
        {
            json.WriteStartObject();
            json.WriteString("kind", Word(limit.Kind));
            json.WriteString("id", limit.Id);
            Number(json, "max", limit.Max);
            json.WriteNumber("taken", limit.Taken);
            Write(json, "more", limit.More);
            Write(json, "fewer", limit.Fewer);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, Diagnosis diagnosis)
    {
        json.WriteStartObject();
        Truth(json, "feasible", diagnosis.Feasible);
        json.WriteStartArray("conflicts");
        foreach (var conflict in diagnosis.Conflicts)
        {
            json.WriteStartObject();
            json.WriteStartArray("demands");
            foreach (var demand in conflict.Demands)
            {
                json.WriteStartObject();
                json.WriteString("kind", demand.Kind);
                json.WriteString("id", demand.Id);
                json.WriteString("limit", demand.Limit);
                json.WriteNumber("asked", demand.Asked);
                Write(json, "repair", demand.Repair);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            Write(json, "text", conflict.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Number(json, "floor", diagnosis.Floor);
        json.WritePropertyName("floorBlocked");
        if (diagnosis.FloorBlocked is { } blocked)
        {
            Write(json, blocked);
        }
        else
        {
            json.WriteNullValue();
        }

        json.WriteStartArray("unplaced");
        foreach (var group in diagnosis.Unplaced)
        {
            Write(json, group);
        }

        json.WriteEndArray();
        json.WriteStartArray("undetermined");
        foreach (var part in diagnosis.Undetermined)
        {
            json.WriteStringValue(part);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, BlockingGroup group)
    {
        json.WriteStartObject();
        json.WriteStartArray("students");
        foreach (var student in group.Students)
        {
            json.WriteStringValue(student);
        }

        json.WriteEndArray();
        Write(json, "limits", group.Limits);
        json.WriteNumber("places", group.Places);
        Write(json, "minima", group.Minima);
        Write(json, "repair", group.Repair);
        json.WriteBoolean("smallest", group.Smallest);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, ImmutableArray<ReachedLimit> limits)
    {
        json.WriteStartArray(name);
        foreach (var limit in limits)
        {
            json.WriteStartObject();
            json.WriteString("kind", Word(limit.Kind));
            json.WriteString("id", limit.Id);
            json.WriteNumber("places", limit.Places);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, string name, Effect? effect)
    {
        if (effect is null)
        {
            json.WriteNull(name);
            return;
        }

        json.WriteStartObject(name);
        Truth(json, "feasible", effect.Feasible);
        json.WriteStartArray("changes");
        foreach (var change in effect.Changes)
        {
            json.WriteStartObject();
            json.WriteString("objective", change.Objective);
            json.WriteNumber("from", change.From);
            json.WriteNumber("to", change.To);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("undeterminedFrom", effect.UndeterminedFrom);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, LocalizedText text)
    {
        json.WriteStartObject(name);
        json.WriteString("fr", text.Fr);
        json.WriteString("zh", text.Zh);
        json.WriteString("en", text.En);
        json.WriteEndObject();
    }

    private static void Truth(Utf8JsonWriter json, string name, bool? truth)
    {
        if (truth is { } value)
        {
            json.WriteBoolean(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, int? number)
    {
        if (number is { } value)
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }

    private static string Word(LimitKind kind) => kind switch
    {
        LimitKind.Offer => "offer",
        LimitKind.Supervisor => "supervisor",
        LimitKind.Host => "host",
        LimitKind.Quota => "quota",
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, null),
    };

    private static string Word(RefusalReason reason) => reason switch
    {
        RefusalReason.Full => "full",
        RefusalReason.Minimum => "minimum",
        RefusalReason.Closed => "closed",
        RefusalReason.Group => "group",
        RefusalReason.Policy => "policy",
        RefusalReason.NotAllowed => "notAllowed",
        RefusalReason.NotChosen => "notChosen",
        RefusalReason.Fixed => "fixed",
        RefusalReason.Held => "held",
        RefusalReason.LikedLess => "likedLess",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, null),
    };

    // Only where a diagnosis or a report is read back.
    private static class Reading
    {
        public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

        public static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
        {
            Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase, allowIntegerValues: false) },
            NumberHandling = JsonNumberHandling.Strict,
            PropertyNameCaseInsensitive = false,
            AllowDuplicateProperties = false,
            RespectNullableAnnotations = true,
            RespectRequiredConstructorParameters = true,
            UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        };
    }
}
