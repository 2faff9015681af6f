using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Small random instances: ties, bounds at three storeys, pins, forbidden pairs, programmes, empty lists, costs, published placements.</summary>
internal static class Gens
{
    public static readonly Gen<Instance> Instance = Gen.Int[0, int.MaxValue - 1].Select(seed => Build(new Random(seed)));

    /// <summary>The same with rankings by hosts and offers, with ties and gaps.</summary>
    public static readonly Gen<Instance> Market = Gen.Int[0, int.MaxValue - 1].Select(seed => Ranked(new Random(seed)));

    /// <summary>The same with quotas, together, apart and minima that hold only if open, one kind or several.</summary>
    public static readonly Gen<Instance> Constrained = Gen.Int[0, int.MaxValue - 1].Select(seed => Constrain(new Random(seed)));

    private static Instance Constrain(Random random)
    {
        var instance = Build(random);
        var kinds = random.Next(1, 16);
        ImmutableArray<string>? Some(string prefix, int count) => random.Next(3) == 0 ? null : [.. Enumerable.Range(0, count).Where(_ => random.Next(2) == 0).Select(i => $"{prefix}{i}")];
        ImmutableArray<string> Group() => [.. Enumerable.Range(0, instance.Students.Length).Where(_ => random.Next(3) == 0).Select(i => $"s{i}")];
        GroupLevel Level() => random.Next(2) == 0 ? GroupLevel.Host : GroupLevel.Offer;
        return instance with
        {
            Quotas = (kinds & 1) == 0 ? [] : [.. Enumerable.Range(0, random.Next(1, 3)).Select(q => (q, min: random.Next(6) == 0 ? 1 : 0))
                .Select(quota => new Quota($"q{quota.q}", Some("p", 2), Some("h", instance.Hosts.Length), Some("o", instance.Offers.Length), quota.min, random.Next(4) == 0 ? null : quota.min + random.Next(3)))],
            Together = (kinds & 2) == 0 ? [] : [new(Group(), Level())],
            Apart = (kinds & 4) == 0 ? [] : [new(Group(), Level())],
            Hosts = (kinds & 8) == 0 ? instance.Hosts : [.. instance.Hosts.Select(host => random.Next(2) == 0 ? host with { Min = 2, Max = host.Max is { } max ? max + 2 : null, Opening = Opening.IfOpen } : host)],
            Offers = (kinds & 8) == 0 ? instance.Offers : [.. instance.Offers.Select(offer => random.Next(3) == 0 ? offer with { Min = 2, Max = offer.Max + 2, Opening = Opening.IfOpen } : offer)],
        };
    }

    private static Instance Ranked(Random random)
    {
        var instance = Build(random);
        return instance with
        {
            Hosts = [.. instance.Hosts.Select(host => random.Next(3) == 0 ? host : host with { Min = random.Next(12) == 0 ? host.Min : 0, Ranking = Ranking(random, instance.Students.Length) })],
            Offers = [.. instance.Offers.Select(offer => offer with { Min = random.Next(12) == 0 ? offer.Min : 0, Ranking = random.Next(4) == 0 ? Ranking(random, instance.Students.Length) : null })],
        };
    }

    private static ImmutableArray<ImmutableArray<string>> Ranking(Random random, int students)
    {
        var order = Enumerable.Range(0, students).ToArray();
        random.Shuffle(order);
        var groups = new List<ImmutableArray<string>>();
        foreach (var student in order.Take(random.Next(students + 1)))
        {
            if (groups.Count > 0 && random.Next(4) == 0) { groups[^1] = groups[^1].Add($"s{student}"); }
            else { groups.Add([$"s{student}"]); }
        }

        return [.. groups];
    }

    public static Instance Build(Random random)
    {
        var students = random.Next(1, 7);
        var offers = random.Next(1, 6);
        var hosts = random.Next(1, 4);
        var hostOf = Enumerable.Range(0, offers).Select(_ => random.Next(hosts)).ToArray();
        var supervised = random.Next(2) == 0;
        return new Instance
        {
            LotterySeed = random.Next(5).ToString(CultureInfo.InvariantCulture),
            Students = [.. Enumerable.Range(0, students).Select(s => Student(random, s, offers))],
            Hosts = [.. Enumerable.Range(0, hosts).Select(h => Host(random, h))],
            Supervisors = supervised ? [new("a0", "h0", 0, random.Next(3))] : [],
            Offers = [.. Enumerable.Range(0, offers).Select(o => Offer(random, o, hostOf[o], supervised && hostOf[o] == 0))],
            Pinned = random.Next(6) == 0 ? [new($"s{random.Next(students)}", $"o{random.Next(offers)}")] : [],
            Forbidden = random.Next(4) == 0 ? [new($"s{random.Next(students)}", $"o{random.Next(offers)}")] : [],
            Published = [.. Enumerable.Range(0, students).Where(_ => random.Next(2) == 0).Select(s => new StudentOffer($"s{s}", $"o{random.Next(offers)}"))],
        };
    }

    private static InstanceStudent Student(Random random, int s, int offers)
    {
        var order = Enumerable.Range(0, offers).ToArray();
        random.Shuffle(order);
        var choices = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var offer in order.Take(random.Next(offers + 1)))
        {
            if (choices.Count > 0 && random.Next(3) == 0) { choices[^1] = choices[^1].Add($"o{offer}"); }
            else { choices.Add([$"o{offer}"]); }
        }

        var costs = ImmutableSortedDictionary.CreateRange(
            StringComparer.Ordinal,
            order.Where(_ => random.Next(4) == 0).Select(o => KeyValuePair.Create($"o{o}", (long)random.Next(-3, 20))));
        return new($"s{s}", random.Next(3) == 0 ? null : $"p{random.Next(2)}", random.Next(3) == 0 ? null : random.Next(4), choices.ToImmutable(), costs, random.Next(4) == 0);
    }

    private static InstanceHost Host(Random random, int h)
    {
        var min = random.Next(4) == 0 ? 1 : 0;
        return new($"h{h}", min, random.Next(3) == 0 ? null : min + random.Next(4), Opening.Always, null);
    }

    private static InstanceOffer Offer(Random random, int o, int host, bool supervised)
    {
        var min = random.Next(8) == 0 ? 1 : 0;
        return new($"o{o}", $"h{host}", supervised ? "a0" : null, min, min + random.Next(3), Opening.Always, random.Next(4) == 0 ? ["p0"] : null, null);
    }
}
