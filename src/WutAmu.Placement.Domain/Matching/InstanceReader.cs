using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads <c>placement-instance/1</c>. Every problem is found and named with its JSON path; nothing unknown is ignored.</summary>
public static class InstanceReader
{
    /// <summary>Largest bound or cost that is accepted; keeps every sum of the solver inside 64 bits.</summary>
    public const long MaxNumber = 1_000_000_000;

    /// <returns>True with the instance; false with at least one problem.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> utf8Json, [NotNullWhen(true)] out Instance? instance, out IReadOnlyList<InstanceProblem> problems)
    {
        var scan = new JsonScan();
        instance = null;
        try
        {
            // A byte order mark is not JSON, and Windows editors write one.
            var json = utf8Json.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF]) ? utf8Json[3..] : utf8Json;
            using var document = JsonDocument.Parse(json, JsonScan.Options);
            var read = ReadRoot(document.RootElement, scan);
            CheckReferences(read, scan);
            instance = scan.Problems.Count == 0 ? read : null;
        }
        catch (JsonException e)
        {
            scan.Add("$", $"is not JSON: {e.Message}");
        }

        problems = scan.Problems;
        return instance is not null;
    }

    private static Instance ReadRoot(JsonElement root, JsonScan scan)
    {
        var members = scan.Members(root, "$", "format", "campaign", "lotterySeed", "students", "hosts", "supervisors", "offers", "quotas", "together", "apart", "pinned", "forbidden", "published");
        if (!members.TryGetValue("format", out var format))
        {
            scan.Add("$", "member \"format\" is missing.");
        }
        else if (scan.Text(format, "$.format") is { } name && name != Instance.Format)
        {
            scan.Add("$.format", $"must be \"{Instance.Format}\", not \"{JsonScan.Shorten(name)}\".");
        }

        foreach (var required in (ReadOnlySpan<string>)["students", "hosts", "offers"])
        {
            if (root.ValueKind == JsonValueKind.Object && !members.ContainsKey(required))
            {
                scan.Add("$", $"member \"{required}\" is missing.");
            }
        }

        return new Instance
        {
            Campaign = members.TryGetValue("campaign", out var campaign) ? scan.Text(campaign, "$.campaign") : null,
            LotterySeed = members.TryGetValue("lotterySeed", out var seed) ? scan.Text(seed, "$.lotterySeed") ?? "" : "",
            Students = List(members, "students", scan, Student),
            Hosts = List(members, "hosts", scan, Host),
            Supervisors = List(members, "supervisors", scan, Supervisor),
            Offers = List(members, "offers", scan, Offer),
            Quotas = List(members, "quotas", scan, Quota),
            Together = List(members, "together", scan, (e, p, s) => Group(e, p, s, (students, level) => new Together(students, level))),
            Apart = List(members, "apart", scan, (e, p, s) => Group(e, p, s, (students, level) => new Apart(students, level))),
            Pinned = List(members, "pinned", scan, Pair),
            Forbidden = List(members, "forbidden", scan, Pair),
            Published = List(members, "published", scan, Pair),
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

    private static InstanceStudent Student(JsonElement element, string path, JsonScan scan)
    {
        var members = scan.Members(element, path, "id", "programme", "score", "choices", "costs", "unrankedAcceptable");
        double? score = null;
        if (members.TryGetValue("score", out var scoreElement) && scoreElement.ValueKind != JsonValueKind.Null)
        {
            if (scoreElement.ValueKind == JsonValueKind.Number && scoreElement.TryGetDouble(out var value) && double.IsFinite(value))
            {
                score = value;
            }
            else
            {
                scan.Add($"{path}.score", $"must be a finite number, not {JsonScan.Raw(scoreElement)}.");
            }
        }

        var costs = ImmutableSortedDictionary.CreateBuilder<string, long>(StringComparer.Ordinal);
        if (members.TryGetValue("costs", out var costsElement))
        {
            if (costsElement.ValueKind != JsonValueKind.Object)
            {
                scan.Add($"{path}.costs", $"must be an object, not {JsonScan.Kind(costsElement)}.");
            }
            else
            {
                foreach (var (offer, cost) in scan.Properties(costsElement, $"{path}.costs"))
                {
                    if (scan.Whole(cost, $"{path}.costs.{JsonScan.Shorten(offer)}", -MaxNumber, MaxNumber) is { } number && !costs.TryAdd(offer, number))
                    {
                        scan.Add($"{path}.costs.{JsonScan.Shorten(offer)}", "stands twice.");
                    }
                }
            }
        }

        return new(
            scan.Id(members, "id", path),
            OptionalId(members, "programme", path, scan),
            score,
            members.TryGetValue("choices", out var choices) ? scan.Groups(choices, $"{path}.choices") : [],
            costs.ToImmutable(),
            scan.Bool(members, "unrankedAcceptable", path, absent: false));
    }

    private static InstanceHost Host(JsonElement element, string path, JsonScan scan)
    {
        var members = scan.Members(element, path, "id", "min", "max", "opening", "ranking");
        var (min, max) = Bounds(members, path, scan, absentMax: null);
        return new(scan.Id(members, "id", path), min, max, OpeningOf(members, path, scan), Ranking(members, path, scan));
    }

    private static InstanceSupervisor Supervisor(JsonElement element, string path, JsonScan scan)
    {
        var members = scan.Members(element, path, "id", "host", "min", "max");
        var (min, max) = Bounds(members, path, scan, absentMax: null);
        return new(scan.Id(members, "id", path), scan.Id(members, "host", path), min, max);
    }

    private static InstanceOffer Offer(JsonElement element, string path, JsonScan scan)
    {
        var members = scan.Members(element, path, "id", "host", "supervisor", "min", "max", "opening", "programmes", "ranking");
        var (min, max) = Bounds(members, path, scan, absentMax: 1);
        return new(
            scan.Id(members, "id", path),
            scan.Id(members, "host", path),
            OptionalId(members, "supervisor", path, scan),
            min,
            max ?? 1,
            OpeningOf(members, path, scan),
            OptionalIds(members, "programmes", path, scan),
            Ranking(members, path, scan));
    }

    private static Quota Quota(JsonElement element, string path, JsonScan scan)
    {
        var members = scan.Members(element, path, "id", "programmes", "hosts", "offers", "min", "max");
        var (min, max) = Bounds(members, path, scan, absentMax: null);
        return new(
            scan.Id(members, "id", path),
            OptionalIds(members, "programmes", path, scan),
            OptionalIds(members, "hosts", path, scan),
            OptionalIds(members, "offers", path, scan),
            min,
            max);
    }

    private static T Group<T>(JsonElement element, string path, JsonScan scan, Func<ImmutableArray<string>, GroupLevel, T> make)
    {
        var members = scan.Members(element, path, "students", "level");
        var students = ImmutableArray<string>.Empty;
        if (members.TryGetValue("students", out var list))
        {
            students = scan.Ids(list, $"{path}.students");
        }
        else
        {
            scan.Add(path, "member \"students\" is missing.");
        }

        var level = GroupLevel.Host;
        if (members.TryGetValue("level", out var levelElement))
        {
            switch (scan.Text(levelElement, $"{path}.level"))
            {
                case "host": break;
                case "offer": level = GroupLevel.Offer; break;
                case null: break;
                case var other: scan.Add($"{path}.level", $"must be \"host\" or \"offer\", not \"{JsonScan.Shorten(other)}\"."); break;
            }
        }

        return make(students, level);
    }

    private static StudentOffer Pair(JsonElement element, string path, JsonScan scan)
    {
        var members = scan.Members(element, path, "student", "offer");
        return new(scan.Id(members, "student", path), scan.Id(members, "offer", path));
    }

    private static (int Min, int? Max) Bounds(Dictionary<string, JsonElement> members, string path, JsonScan scan, int? absentMax)
    {
        var min = (int)(scan.Whole(members, "min", path, 0, MaxNumber) ?? 0);
        var max = (int?)scan.Whole(members, "max", path, 0, MaxNumber, nullable: true) ?? absentMax;
        if (min > max)
        {
            scan.Add(path, $"min {min} is greater than max {max}.");
        }

        return (min, max);
    }

    private static Opening OpeningOf(Dictionary<string, JsonElement> members, string path, JsonScan scan)
    {
        if (!members.TryGetValue("opening", out var element))
        {
            return Opening.Always;
        }

        switch (scan.Text(element, $"{path}.opening"))
        {
            case "if-open":
                return Opening.IfOpen;
            case "always" or null:
                return Opening.Always;
            case var other:
                scan.Add($"{path}.opening", $"must be \"always\" or \"if-open\", not \"{JsonScan.Shorten(other)}\".");
                return Opening.Always;
        }
    }

    private static string? OptionalId(Dictionary<string, JsonElement> members, string name, string path, JsonScan scan) =>
        members.TryGetValue(name, out var element) && element.ValueKind != JsonValueKind.Null ? scan.Id(element, $"{path}.{name}") : null;

    private static ImmutableArray<string>? OptionalIds(Dictionary<string, JsonElement> members, string name, string path, JsonScan scan) =>
        members.TryGetValue(name, out var element) && element.ValueKind != JsonValueKind.Null ? scan.Ids(element, $"{path}.{name}") : null;

    private static ImmutableArray<ImmutableArray<string>>? Ranking(Dictionary<string, JsonElement> members, string path, JsonScan scan) =>
        members.TryGetValue("ranking", out var element) && element.ValueKind != JsonValueKind.Null ? scan.Groups(element, $"{path}.ranking") : null;

    private static void CheckReferences(Instance instance, JsonScan scan)
    {
        var students = Unique(instance.Students.Select(s => s.Id), "$.students", scan);
        var hosts = Unique(instance.Hosts.Select(h => h.Id), "$.hosts", scan);
        var supervisors = Unique(instance.Supervisors.Select(s => s.Id), "$.supervisors", scan);
        var offers = Unique(instance.Offers.Select(o => o.Id), "$.offers", scan);
        Unique(instance.Quotas.Select(q => q.Id), "$.quotas", scan);

        for (var i = 0; i < instance.Students.Length; i++)
        {
            var student = instance.Students[i];
            for (var g = 0; g < student.Choices.Length; g++)
            {
                for (var k = 0; k < student.Choices[g].Length; k++)
                {
                    Known(student.Choices[g][k], offers, "offer", () => $"$.students[{i}].choices[{g}][{k}]", scan);
                }
            }

            foreach (var offer in student.Costs.Keys)
            {
                Known(offer, offers, "offer", () => $"$.students[{i}].costs.{offer}", scan);
            }
        }

        for (var i = 0; i < instance.Hosts.Length; i++)
        {
            KnownGroups(instance.Hosts[i].Ranking, students, $"$.hosts[{i}].ranking", scan);
        }

        for (var i = 0; i < instance.Supervisors.Length; i++)
        {
            Known(instance.Supervisors[i].Host, hosts, "host", () => $"$.supervisors[{i}].host", scan);
        }

        for (var i = 0; i < instance.Offers.Length; i++)
        {
            var offer = instance.Offers[i];
            Known(offer.Host, hosts, "host", () => $"$.offers[{i}].host", scan);
            KnownGroups(offer.Ranking, students, $"$.offers[{i}].ranking", scan);
            if (offer.Supervisor is { } supervisor)
            {
                if (!supervisors.TryGetValue(supervisor, out var position))
                {
                    scan.Add($"$.offers[{i}].supervisor", $"unknown supervisor \"{supervisor}\".");
                }
                else if (instance.Supervisors[position].Host != offer.Host)
                {
                    scan.Add($"$.offers[{i}].supervisor", $"supervisor \"{supervisor}\" belongs to host \"{instance.Supervisors[position].Host}\", the offer to \"{offer.Host}\".");
                }
            }
        }

        for (var i = 0; i < instance.Quotas.Length; i++)
        {
            KnownAll(instance.Quotas[i].Hosts ?? [], hosts, "host", $"$.quotas[{i}].hosts", scan);
            KnownAll(instance.Quotas[i].Offers ?? [], offers, "offer", $"$.quotas[{i}].offers", scan);
        }

        for (var i = 0; i < instance.Together.Length; i++)
        {
            KnownAll(instance.Together[i].Students, students, "student", $"$.together[{i}].students", scan);
        }

        for (var i = 0; i < instance.Apart.Length; i++)
        {
            KnownAll(instance.Apart[i].Students, students, "student", $"$.apart[{i}].students", scan);
        }

        Pairs(instance.Pinned, "pinned", onePerStudent: true);
        Pairs(instance.Forbidden, "forbidden", onePerStudent: false);
        Pairs(instance.Published, "published", onePerStudent: true);

        void Pairs(ImmutableArray<StudentOffer> pairs, string name, bool onePerStudent)
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            for (var i = 0; i < pairs.Length; i++)
            {
                Known(pairs[i].Student, students, "student", () => $"$.{name}[{i}].student", scan);
                Known(pairs[i].Offer, offers, "offer", () => $"$.{name}[{i}].offer", scan);
                if (!seen.Add(onePerStudent ? pairs[i].Student : $"{pairs[i].Student}\n{pairs[i].Offer}"))
                {
                    scan.Add($"$.{name}[{i}]", onePerStudent ? $"student \"{pairs[i].Student}\" stands twice." : "the pair stands twice.");
                }
            }
        }
    }

    private static Dictionary<string, int> Unique(IEnumerable<string> ids, string path, JsonScan scan)
    {
        var known = new Dictionary<string, int>(StringComparer.Ordinal);
        var i = 0;
        foreach (var id in ids)
        {
            // An id that could not be read is empty and was told already.
            if (id.Length > 0 && !known.TryAdd(id, i))
            {
                scan.Add($"{path}[{i}].id", $"duplicate id \"{id}\"; first at {path}[{known[id]}].");
            }

            i++;
        }

        return known;
    }

    // The path is made only for a problem: a large instance has millions of references.
    private static void Known(string id, Dictionary<string, int> known, string what, Func<string> path, JsonScan scan)
    {
        if (id.Length > 0 && !known.ContainsKey(id))
        {
            scan.Add(path(), $"unknown {what} \"{id}\".");
        }
    }

    private static void KnownAll(ImmutableArray<string> ids, Dictionary<string, int> known, string what, string path, JsonScan scan)
    {
        for (var i = 0; i < ids.Length; i++)
        {
            Known(ids[i], known, what, () => $"{path}[{i}]", scan);
        }
    }

    private static void KnownGroups(ImmutableArray<ImmutableArray<string>>? groups, Dictionary<string, int> known, string path, JsonScan scan)
    {
        if (groups is { } ranking)
        {
            for (var g = 0; g < ranking.Length; g++)
            {
                KnownAll(ranking[g], known, "student", $"{path}[{g}]", scan);
            }
        }
    }
}
