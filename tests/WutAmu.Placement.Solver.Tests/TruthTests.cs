using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>What the pages say of the order of service: the true list is the best one, as long as nothing has a minimum.</summary>
public sealed class TruthTests
{
    /// <summary>Every list that one student could have sent instead: each order of some of the offers, ties in it or not.</summary>
    [Fact]
    public void Under_the_order_of_service_no_other_list_gives_a_student_a_better_place() =>
        Gens.Instance.Where(instance => Solve(NoMinima(instance)).Status == MatchingStatus.Optimal && instance.Offers.Length <= 4).Sample(
            instance =>
            {
                var plain = NoMinima(instance);
                // Who sent no list comes after all others, and gains by sending any.
                foreach (var (student, s) in plain.Students.Select((student, s) => (student, s)).Where(row => row.student.Choices.Length > 0).Take(2))
                {
                    var honest = Standing(student, Solve(plain));
                    foreach (var list in Lists([.. plain.Offers.Select(offer => offer.Id)]))
                    {
                        var told = Solve(plain with { Students = plain.Students.SetItem(s, student with { Choices = list }) });
                        Standing(student, told).Should().BeGreaterThanOrEqualTo(honest, $"{student.Id} told {string.Join(" > ", list.Select(group => string.Join("=", group)))}");
                    }
                }
            },
            iter: 120);

    [Fact]
    public void Under_a_minimum_a_shorter_list_may_give_a_better_place()
    {
        var instance = new Instance
        {
            Students = [Student("x", 5, "A", "B"), Student("y", 10, "C", "B")],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [.. new[] { "A", "B", "C" }.Select(id => new InstanceOffer(id, "h", null, id == "B" ? 1 : 0, 1, Opening.Always, null, null))],
        };

        Given(instance, "x").Should().Be("B", "y is served first, and B must have somebody");
        Given(instance with { Students = [Student("x", 5, "A"), instance.Students[1]] }, "x").Should().Be("A", "now y alone can have B");
        new PolicyName(PolicyName.Serial, false).IsTruthBest(minimum: true).Should().BeFalse();
        new PolicyName(PolicyName.Serial, false).IsTruthBest(minimum: false).Should().BeTrue();
    }

    private static string? Given(Instance instance, string student) => Solve(instance).Assignments.SingleOrDefault(placed => placed.Student == student)?.Offer;

    private static InstanceStudent Student(string id, double score, params string[] choices) =>
        new(id, null, score, [.. choices.Select(offer => ImmutableArray.Create(offer))], ImmutableSortedDictionary<string, long>.Empty, false);

    private static MatchingResult Solve(Instance instance) => ExplanationTests.Solve(instance, PolicyName.Serial);

    /// <summary>By the true list: its rank; off it, if that is acceptable, worse than any; unplaced, or what was never wanted, worst.</summary>
    private static int Standing(InstanceStudent honest, MatchingResult result)
    {
        if (result.Assignments.SingleOrDefault(placed => placed.Student == honest.Id) is not { } got)
        {
            return 1000;
        }

        var rank = honest.Choices.ToList().FindIndex(group => group.Contains(got.Offer));
        return rank >= 0 ? rank : honest.UnrankedAcceptable ? 100 : 1000;
    }

    private static Instance NoMinima(Instance instance) => instance with
    {
        Hosts = [.. instance.Hosts.Select(host => host with { Min = 0 })],
        Supervisors = [.. instance.Supervisors.Select(supervisor => supervisor with { Min = 0 })],
        Offers = [.. instance.Offers.Select(offer => offer with { Min = 0 })],
    };

    private static IEnumerable<ImmutableArray<ImmutableArray<string>>> Lists(ImmutableArray<string> offers)
    {
        yield return [];
        for (var mask = 1; mask < 1 << offers.Length; mask++)
        {
            ImmutableArray<string> first = [.. offers.Where((_, o) => (mask >> o & 1) == 1)];
            foreach (var rest in Lists([.. offers.Except(first)]))
            {
                yield return [first, .. rest];
            }
        }
    }
}
