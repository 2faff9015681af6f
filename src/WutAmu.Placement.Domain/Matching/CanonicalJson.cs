using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// The canonical form of an instance: members in ordinal order, lists whose order means nothing sorted, defaults left out, no white space, UTF-8.
/// Two files with the same content have the same canonical form, and its SHA-256 names the instance.
/// </summary>
public static class CanonicalJson
{
    public static byte[] Write(Instance instance)
    {
        var bytes = new ArrayBufferWriter<byte>(4096);
        using (var json = new CanonicalWriter(bytes.Write))
        {
            WriteInstance(json, instance);
            json.Flush();
        }

        return bytes.WrittenSpan.ToArray();
    }

    /// <returns><c>sha256:</c> and 64 lower-case hexadecimal digits.</returns>
    public static string Digest(Instance instance) => Named(CanonicalWriter.Hash(json => WriteInstance(json, instance)));

    public static string DigestOf(ReadOnlySpan<byte> canonical) => Named(SHA256.HashData(canonical));

    private static string Named(byte[] hash) => "sha256:" + Convert.ToHexStringLower(hash);

    private static void WriteInstance(CanonicalWriter json, Instance instance)
    {
        json.Open((byte)'{');
        if (instance.Apart.Length > 0)
        {
            Groups(json, "apart"u8, StudentGroup.InOrder(instance.Apart));
        }

        Text(json, "campaign"u8, instance.Campaign);
        Pairs(json, "forbidden"u8, instance.Forbidden);
        Text(json, "format"u8, Instance.Format);
        json.Name("hosts"u8);
        json.Open((byte)'[');
        foreach (var host in ById(instance.Hosts, row => row.Id))
        {
            json.Open((byte)'{');
            Text(json, "id"u8, host.Id);
            Bounds(json, host.Min, host.Max);
            WriteOpening(json, host.Opening);
            Ranking(json, host.Ranking);
            json.Close((byte)'}');
        }

        json.Close((byte)']');
        Text(json, "lotterySeed"u8, instance.LotterySeed.Length > 0 ? instance.LotterySeed : null);
        json.Name("offers"u8);
        json.Open((byte)'[');
        foreach (var offer in ById(instance.Offers, row => row.Id))
        {
            json.Open((byte)'{');
            Text(json, "host"u8, offer.Host);
            Text(json, "id"u8, offer.Id);
            Bounds(json, offer.Min, offer.Max);
            WriteOpening(json, offer.Opening);
            Ids(json, "programmes"u8, offer.Programmes);
            Ranking(json, offer.Ranking);
            Text(json, "supervisor"u8, offer.Supervisor);
            json.Close((byte)'}');
        }

        json.Close((byte)']');
        Pairs(json, "pinned"u8, instance.Pinned);
        Pairs(json, "published"u8, instance.Published);
        if (instance.Quotas.Length > 0)
        {
            json.Name("quotas"u8);
            json.Open((byte)'[');
            foreach (var quota in ById(instance.Quotas, row => row.Id))
            {
                json.Open((byte)'{');
                Ids(json, "hosts"u8, quota.Hosts);
                Text(json, "id"u8, quota.Id);
                Bounds(json, quota.Min, quota.Max);
                Ids(json, "offers"u8, quota.Offers);
                Ids(json, "programmes"u8, quota.Programmes);
                json.Close((byte)'}');
            }

            json.Close((byte)']');
        }

        json.Name("students"u8);
        json.Open((byte)'[');
        var order = OrdinalOrder.Of(instance.Students, row => row.Id);
        var choices = instance.Positions is { } positions ? new CanonicalChoices(positions, instance.Offers) : null;
        for (var i = 0; i < instance.Students.Length; i++)
        {
            var s = order is null ? i : order[i];
            WriteStudent(json, instance.Students[s], choices is not null ? choices.Of(s) : []);
        }

        json.Close((byte)']');
        if (instance.Supervisors.Length > 0)
        {
            json.Name("supervisors"u8);
            json.Open((byte)'[');
            foreach (var supervisor in ById(instance.Supervisors, row => row.Id))
            {
                json.Open((byte)'{');
                Text(json, "host"u8, supervisor.Host);
                Text(json, "id"u8, supervisor.Id);
                Bounds(json, supervisor.Min, supervisor.Max);
                json.Close((byte)'}');
            }

            json.Close((byte)']');
        }

        if (instance.Together.Length > 0)
        {
            Groups(json, "together"u8, StudentGroup.InOrder(instance.Together));
        }

        json.Close((byte)'}');
    }

    /// <param name="choices">The written choices; empty: not known.</param>
    private static void WriteStudent(CanonicalWriter json, InstanceStudent student, ReadOnlySpan<byte> choices)
    {
        json.Open((byte)'{');
        json.Name("choices"u8);
        if (choices.IsEmpty)
        {
            GroupList(json, student.Choices);
        }
        else
        {
            json.Written(choices);
        }

        if (student.Costs.Count > 0)
        {
            json.Name("costs"u8);
            json.Open((byte)'{');
            string[] offers = [.. student.Costs.Keys];
            Array.Sort(offers, StringComparer.Ordinal);
            foreach (var offer in offers)
            {
                json.Name(offer);
                json.Number(student.Costs[offer]);
            }

            json.Close((byte)'}');
        }

        Text(json, "id"u8, student.Id);
        Text(json, "programme"u8, student.Programme);
        if (student.Score is { } score)
        {
            json.Name("score"u8);
            json.Number(score);
        }

        if (student.UnrankedAcceptable)
        {
            json.Name("unrankedAcceptable"u8);
            json.True();
        }

        json.Close((byte)'}');
    }

    private static ImmutableArray<T> ById<T>(ImmutableArray<T> rows, Func<T, string> idOf)
        where T : class => OrdinalOrder.Taken(rows, OrdinalOrder.Of(rows, idOf));

    private static void Text(CanonicalWriter json, ReadOnlySpan<byte> name, string? text)
    {
        if (text is not null)
        {
            json.Name(name);
            json.Text(text);
        }
    }

    // An offer's absent maximum is 1, a host's is none: the number is written whenever it is known, so that it stands for itself.
    private static void Bounds(CanonicalWriter json, int min, int? max)
    {
        if (max is { } most)
        {
            json.Name("max"u8);
            json.Number(most);
        }

        if (min > 0)
        {
            json.Name("min"u8);
            json.Number(min);
        }
    }

    private static void WriteOpening(CanonicalWriter json, Opening opening) => Text(json, "opening"u8, opening == Opening.IfOpen ? "if-open" : null);

    private static void Ids(CanonicalWriter json, ReadOnlySpan<byte> name, ImmutableArray<string>? ids)
    {
        if (ids is { } list)
        {
            json.Name(name);
            Group(json, list);
        }
    }

    private static void Ranking(CanonicalWriter json, ImmutableArray<ImmutableArray<string>>? ranking)
    {
        if (ranking is { } groups)
        {
            json.Name("ranking"u8);
            GroupList(json, groups);
        }
    }

    private static void GroupList(CanonicalWriter json, ImmutableArray<ImmutableArray<string>> groups)
    {
        json.Open((byte)'[');
        for (var g = 0; g < groups.Length; g++)
        {
            Group(json, groups[g]);
        }

        json.Close((byte)']');
    }

    private static void Group(CanonicalWriter json, ImmutableArray<string> ids)
    {
        json.Open((byte)'[');
        foreach (var id in ids.Length > 1 ? ids.Sort(StringComparer.Ordinal) : ids)
        {
            json.Text(id);
        }

        json.Close((byte)']');
    }

    private static void Groups(CanonicalWriter json, ReadOnlySpan<byte> name, IEnumerable<StudentGroup> groups)
    {
        json.Name(name);
        json.Open((byte)'[');
        foreach (var group in groups)
        {
            json.Open((byte)'{');
            Text(json, "level"u8, group.Level == GroupLevel.Host ? "host" : "offer");
            Ids(json, "students"u8, group.Students);
            json.Close((byte)'}');
        }

        json.Close((byte)']');
    }

    private static void Pairs(CanonicalWriter json, ReadOnlySpan<byte> name, ImmutableArray<StudentOffer> pairs)
    {
        if (pairs.Length == 0)
        {
            return;
        }

        json.Name(name);
        json.Open((byte)'[');
        foreach (var pair in StudentOffer.InOrder(pairs))
        {
            json.Open((byte)'{');
            Text(json, "offer"u8, pair.Offer);
            Text(json, "student"u8, pair.Student);
            json.Close((byte)'}');
        }

        json.Close((byte)']');
    }
}
