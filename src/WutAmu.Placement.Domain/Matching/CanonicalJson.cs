using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// The canonical form of an instance: members in ordinal order, lists whose order means nothing sorted, defaults left out, no white space, UTF-8.
/// Two files with the same content have the same canonical form, and its SHA-256 names the instance.
/// </summary>
public static class CanonicalJson
{
    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = false };

    public static byte[] Write(Instance instance)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            WriteInstance(json, instance);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <returns><c>sha256:</c> and 64 lower-case hexadecimal digits.</returns>
    public static string Digest(Instance instance) => DigestOf(Write(instance));

    public static string DigestOf(ReadOnlySpan<byte> canonical) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(canonical));

    private static void WriteInstance(Utf8JsonWriter json, Instance instance)
    {
        json.WriteStartObject();
        Groups(json, "apart", instance.Apart.Select(a => (a.Students, a.Level)));
        if (instance.Campaign is not null)
        {
            json.WriteString("campaign", instance.Campaign);
        }

        Pairs(json, "forbidden", instance.Forbidden);
        json.WriteString("format", Instance.Format);
        json.WriteStartArray("hosts");
        foreach (var host in instance.Hosts.OrderBy(h => h.Id, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("id", host.Id);
            Bounds(json, host.Min, host.Max);
            WriteOpening(json, host.Opening);
            Ranking(json, host.Ranking);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (instance.LotterySeed.Length > 0)
        {
            json.WriteString("lotterySeed", instance.LotterySeed);
        }

        json.WriteStartArray("offers");
        foreach (var offer in instance.Offers.OrderBy(o => o.Id, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("host", offer.Host);
            json.WriteString("id", offer.Id);
            Bounds(json, offer.Min, offer.Max);
            WriteOpening(json, offer.Opening);
            Ids(json, "programmes", offer.Programmes);
            Ranking(json, offer.Ranking);
            if (offer.Supervisor is not null)
            {
                json.WriteString("supervisor", offer.Supervisor);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        Pairs(json, "pinned", instance.Pinned);
        Pairs(json, "published", instance.Published);
        if (instance.Quotas.Length > 0)
        {
            json.WriteStartArray("quotas");
            foreach (var quota in instance.Quotas.OrderBy(q => q.Id, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                Ids(json, "hosts", quota.Hosts);
                json.WriteString("id", quota.Id);
                Bounds(json, quota.Min, quota.Max);
                Ids(json, "offers", quota.Offers);
                Ids(json, "programmes", quota.Programmes);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        json.WriteStartArray("students");
        foreach (var student in instance.Students.OrderBy(s => s.Id, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WritePropertyName("choices");
            GroupList(json, student.Choices);
            if (student.Costs.Count > 0)
            {
                json.WriteStartObject("costs");
                foreach (var (offer, cost) in student.Costs.OrderBy(c => c.Key, StringComparer.Ordinal))
                {
                    json.WriteNumber(offer, cost);
                }

                json.WriteEndObject();
            }

            json.WriteString("id", student.Id);
            if (student.Programme is not null)
            {
                json.WriteString("programme", student.Programme);
            }

            if (student.Score is { } score)
            {
                json.WriteNumber("score", score);
            }

            if (student.UnrankedAcceptable)
            {
                json.WriteBoolean("unrankedAcceptable", true);
            }

            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (instance.Supervisors.Length > 0)
        {
            json.WriteStartArray("supervisors");
            foreach (var supervisor in instance.Supervisors.OrderBy(s => s.Id, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("host", supervisor.Host);
                json.WriteString("id", supervisor.Id);
                Bounds(json, supervisor.Min, supervisor.Max);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        Groups(json, "together", instance.Together.Select(t => (t.Students, t.Level)));
        json.WriteEndObject();
    }

    // An offer's absent maximum is 1, a host's is none: the number is written whenever it is known, so that it stands for itself.
    private static void Bounds(Utf8JsonWriter json, int min, int? max)
    {
        if (max is { } most)
        {
            json.WriteNumber("max", most);
        }

        if (min > 0)
        {
            json.WriteNumber("min", min);
        }
    }

    private static void WriteOpening(Utf8JsonWriter json, Opening opening)
    {
        if (opening == Opening.IfOpen)
        {
            json.WriteString("opening", "if-open");
        }
    }

    private static void Ids(Utf8JsonWriter json, string name, ImmutableArray<string>? ids)
    {
        if (ids is not { } list)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var id in list.Order(StringComparer.Ordinal))
        {
            json.WriteStringValue(id);
        }

        json.WriteEndArray();
    }

    private static void Ranking(Utf8JsonWriter json, ImmutableArray<ImmutableArray<string>>? ranking)
    {
        if (ranking is { } groups)
        {
            json.WritePropertyName("ranking");
            GroupList(json, groups);
        }
    }

    private static void GroupList(Utf8JsonWriter json, ImmutableArray<ImmutableArray<string>> groups)
    {
        json.WriteStartArray();
        foreach (var group in groups)
        {
            json.WriteStartArray();
            foreach (var id in group.Order(StringComparer.Ordinal))
            {
                json.WriteStringValue(id);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
    }

    private static void Groups(Utf8JsonWriter json, string name, IEnumerable<(ImmutableArray<string> Students, GroupLevel Level)> groups)
    {
        var sorted = groups
            .Select(group => (Students: group.Students.Order(StringComparer.Ordinal).ToArray(), group.Level))
            .OrderBy(group => group.Level)
            .ThenBy(group => string.Join('\n', group.Students), StringComparer.Ordinal)
            .ToList();
        if (sorted.Count == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var (students, level) in sorted)
        {
            json.WriteStartObject();
            json.WriteString("level", level == GroupLevel.Host ? "host" : "offer");
            Ids(json, "students", [.. students]);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Pairs(Utf8JsonWriter json, string name, ImmutableArray<StudentOffer> pairs)
    {
        if (pairs.Length == 0)
        {
            return;
        }

        json.WriteStartArray(name);
        foreach (var pair in pairs.OrderBy(p => p.Student, StringComparer.Ordinal).ThenBy(p => p.Offer, StringComparer.Ordinal))
        {
            json.WriteStartObject();
            json.WriteString("offer", pair.Offer);
            json.WriteString("student", pair.Student);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }
}
