using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>The primal-dual method and OR-Tools, each a second opinion on the other, also where paths are long and many students compete.</summary>
public sealed class FlowTests
{
    public static TheoryData<string> Policies { get; } = MatchingEngineTests.FlowPolicies;

    [Theory]
    [MemberData(nameof(Policies))]
    public void Both_algorithms_give_the_same_matching(string name) =>
        Gens.Instance.Sample(instance => Told(Solve(instance, name, FlowAlgorithm.Automatic)).Should().Equal(Told(Solve(instance, name, FlowAlgorithm.OrTools))), iter: 200);

    [Theory]
    [MemberData(nameof(Policies))]
    public void Both_algorithms_agree_on_hundreds_of_students_and_the_verifier_with_them(string name)
    {
        foreach (var seed in Enumerable.Range(0, 6))
        {
            var instance = Crowd(seed, students: 250, offers: 70);

            var result = Solve(instance, name, FlowAlgorithm.Automatic);

            Told(result).Should().Equal(Told(Solve(instance, name, FlowAlgorithm.OrTools)));
            ResultVerifier.Check(instance, result).Findings.Should().BeEmpty();
        }
    }

    [Fact]
    public void Costs_too_great_for_buckets_go_to_OR_Tools_and_the_result_says_so()
    {
        var instance = Crowd(1, students: 40, offers: 12);
        var dear = instance with { Students = [.. instance.Students.Select((student, s) => student with { Costs = student.Choices.Select((group, g) => KeyValuePair.Create(group[0], 900_000L + (977 * s * g))).ToImmutableSortedDictionary(StringComparer.Ordinal) })] };

        var result = Solve(dear, PolicyName.MinCost, FlowAlgorithm.Automatic);

        result.Engine!.Solver.Should().StartWith("ortools"); // not null: solved
        ResultVerifier.Check(dear, result).Findings.Should().BeEmpty();
    }

    private static MatchingResult Solve(Instance instance, string name, FlowAlgorithm flow)
    {
        PolicyName.TryParse(name, out var policy).Should().BeTrue();
        return MatchingEngine.Solve(instance, policy!, new SolveOptions(Flow: flow), CancellationToken.None);
    }

    private static List<string> Told(MatchingResult result) =>
        [result.Status.ToString(), .. result.Levels.Select(level => level.ToString()), .. result.Assignments.Select(assignment => assignment.ToString())];

    /// <summary>Popular offers, supervisors, hosts with limits and minima, ties, and fewer places than students.</summary>
    private static Instance Crowd(int seed, int students, int offers)
    {
        var random = new Random(seed);
        var hosts = offers / 3;
        return new()
        {
            LotterySeed = $"crowd {seed}",
            Hosts = [.. Enumerable.Range(0, hosts).Select(h => new InstanceHost($"h{h}", h % 9 == 0 ? 1 : 0, h % 3 == 0 ? 2 + random.Next(9) : null, Opening.Always, null))],
            Supervisors = [.. Enumerable.Range(0, hosts).Select(h => new InstanceSupervisor($"v{h}", $"h{h}", 0, 3 + random.Next(5)))],
            Offers = [.. Enumerable.Range(0, offers).Select(o => new InstanceOffer($"o{o}", $"h{o % hosts}", o % 2 == 0 ? $"v{o % hosts}" : null, 0, 1 + random.Next(6), Opening.Always, null, null))],
            Students = [.. Enumerable.Range(0, students).Select(s =>
            {
                var chosen = Enumerable.Range(0, 30).Select(_ => (int)(random.NextDouble() * random.NextDouble() * offers)).Distinct().Take(random.Next(9)).Select(o => $"o{o}").ToList();
                var choices = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
                foreach (var offer in chosen)
                {
                    if (choices.Count > 0 && random.Next(5) == 0) { choices[^1] = choices[^1].Add(offer); }
                    else { choices.Add([offer]); }
                }

                return new InstanceStudent($"s{s}", null, random.Next(50), choices.ToImmutable(), ImmutableSortedDictionary<string, long>.Empty, s % 40 == 0);
            })],
            Published = [.. Enumerable.Range(0, students / 3).Select(s => new StudentOffer($"s{s * 2}", $"o{random.Next(offers)}"))],
        };
    }
}
