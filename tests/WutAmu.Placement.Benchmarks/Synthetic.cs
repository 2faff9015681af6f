using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver;

namespace WutAmu.Placement.Benchmarks;

/// <summary>Instances of any size from a fixed seed: 10 choices, hosts n/4 with one or two offers, places 0.95 n, popularity of an offer falling with the root of its place.</summary>
internal static class Synthetic
{
    public const int FewestStudents = 4;
    public const int MostStudents = 2_000_000;

    public static Instance Make(int students)
    {
        // The numbers of System.Random for a seed are fixed by contract.
        var random = new Random(2026);
        var hostCount = Math.Max(2, students / 4);
        var hostOf = Enumerable.Range(0, hostCount).SelectMany(h => Enumerable.Repeat(h, 1 + (h % 2))).ToArray();
        var places = new int[hostOf.Length];
        Array.Fill(places, 1);
        for (var left = (int)(0.95 * students) - places.Length; left > 0; left--)
        {
            places[random.Next(places.Length)]++;
        }

        var weight = Enumerable.Range(0, hostOf.Length).Select(o => 1 / Math.Sqrt(1 + o)).ToArray();
        random.Shuffle(weight);
        var cumulated = new double[weight.Length];
        var sum = 0.0;
        for (var o = 0; o < weight.Length; o++)
        {
            cumulated[o] = sum += weight[o];
        }

        var offers = Enumerable.Range(0, hostOf.Length)
            .Select(o => new InstanceOffer(Name("o", o), Name("h", hostOf[o]), null, 0, places[o], Opening.Always, null, null))
            .ToImmutableArray();
        var rows = ImmutableArray.CreateBuilder<InstanceStudent>(students);
        for (var s = 0; s < students; s++)
        {
            var chosen = new HashSet<int>();
            var choices = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
            while (chosen.Count < Math.Min(10, hostOf.Length))
            {
                var found = Array.BinarySearch(cumulated, random.NextDouble() * sum);
                var offer = Math.Min(found < 0 ? ~found : found, cumulated.Length - 1);
                if (chosen.Add(offer))
                {
                    choices.Add([offers[offer].Id]);
                }
            }

            rows.Add(new(Name("s", s), null, random.Next(1000) / 10.0, choices.ToImmutable(), ImmutableSortedDictionary<string, long>.Empty, false));
        }

        return new()
        {
            LotterySeed = "benchmark",
            Students = rows.ToImmutable(),
            Hosts = [.. Enumerable.Range(0, hostCount).Select(h => new InstanceHost(Name("h", h), 0, null, Opening.Always, null))],
            Offers = offers,
        };
    }

    /// <summary>The same with an earlier placement: the cheapest of the instance as it was before every twentieth student took over another's list and every fiftieth offer lost a place.</summary>
    public static Instance WithPublished(Instance instance)
    {
        var students = instance.Students.ToArray();
        for (var s = 0; s < students.Length; s += 20)
        {
            students[s] = students[s] with { Choices = students[(s + 7) % students.Length].Choices };
        }

        var before = instance with { Students = [.. students], Offers = [.. instance.Offers.Select((offer, o) => o % 50 == 0 ? offer with { Max = offer.Max + 1 } : offer)] };
        var placed = MatchingEngine.Solve(before, new(PolicyName.MinCost, false), new(Lottery: false), CancellationToken.None);
        return instance with { Published = [.. placed.Assignments.Select(assignment => new StudentOffer(assignment.Student, assignment.Offer))] };
    }

    /// <summary>Plain numbers for the peers: counts; host and places of each offer; limit of each host; student, offer and rank of each choice.</summary>
    public static void WriteForPeers(Instance instance, string path)
    {
        var offerAt = instance.Offers.Select((offer, o) => (offer.Id, o)).ToDictionary(pair => pair.Id, pair => pair.o, StringComparer.Ordinal);
        var hostAt = instance.Hosts.Select((host, h) => (host.Id, h)).ToDictionary(pair => pair.Id, pair => pair.h, StringComparer.Ordinal);
        using var file = new StreamWriter(path, false, new UTF8Encoding(false));
        file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{instance.Students.Length} {instance.Offers.Length} {instance.Hosts.Length} {instance.Students.Sum(student => student.Choices.Length)}"));
        foreach (var offer in instance.Offers)
        {
            file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{hostAt[offer.Host]} {offer.Max}"));
        }

        foreach (var host in instance.Hosts)
        {
            file.WriteLine(host.Max ?? instance.Students.Length);
        }

        for (var s = 0; s < instance.Students.Length; s++)
        {
            for (var g = 0; g < instance.Students[s].Choices.Length; g++)
            {
                file.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{s} {offerAt[instance.Students[s].Choices[g][0]]} {g + 1}"));
            }
        }
    }

    private static string Name(string kind, int number) => string.Create(CultureInfo.InvariantCulture, $"{kind}{number:D7}");
}
