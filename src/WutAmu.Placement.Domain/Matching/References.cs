using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Every id that is referred to exists, and no row stands twice.</summary>
internal static class References
{
    /// <param name="mayBeWrong">False: each id that is referred to is defined, and none twice, so that no reference needs to be looked at.</param>
    public static void Check(Instance instance, JsonScan scan, bool mayBeWrong)
    {
        if (mayBeWrong)
        {
            EveryIdIsKnownOnce(instance, scan);
        }
        else if (instance.Supervisors.Length > 0)
        {
            EverySupervisorIsOfTheOffersHost(instance, Unique(instance.Supervisors.Select(s => s.Id), "$.supervisors", scan), scan);
        }

        NoPairTwice(instance.Pinned, "pinned", onePerStudent: true, scan);
        NoPairTwice(instance.Forbidden, "forbidden", onePerStudent: false, scan);
        NoPairTwice(instance.Published, "published", onePerStudent: true, scan);
    }

    private static void EveryIdIsKnownOnce(Instance instance, JsonScan scan)
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
        }

        EverySupervisorIsOfTheOffersHost(instance, supervisors, scan);
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

        Pairs(instance.Pinned, "pinned");
        Pairs(instance.Forbidden, "forbidden");
        Pairs(instance.Published, "published");

        void Pairs(ImmutableArray<StudentOffer> pairs, string name)
        {
            for (var i = 0; i < pairs.Length; i++)
            {
                Known(pairs[i].Student, students, "student", () => $"$.{name}[{i}].student", scan);
                Known(pairs[i].Offer, offers, "offer", () => $"$.{name}[{i}].offer", scan);
            }
        }
    }

    private static void EverySupervisorIsOfTheOffersHost(Instance instance, Dictionary<string, int> supervisors, JsonScan scan)
    {
        for (var i = 0; i < instance.Offers.Length; i++)
        {
            var offer = instance.Offers[i];
            if (offer.Supervisor is not { } supervisor)
            {
                continue;
            }

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

    private static void NoPairTwice(ImmutableArray<StudentOffer> pairs, string name, bool onePerStudent, JsonScan scan)
    {
        if (pairs.Length == 0)
        {
            return;
        }

        // Joined by whatever sign, two pairs of ids that hold it could look the same.
        var seen = new HashSet<(string Student, string? Offer)>();
        for (var i = 0; i < pairs.Length; i++)
        {
            if (!seen.Add((pairs[i].Student, onePerStudent ? null : pairs[i].Offer)))
            {
                scan.Add($"$.{name}[{i}]", onePerStudent ? $"student \"{pairs[i].Student}\" stands twice." : "the pair stands twice.");
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
