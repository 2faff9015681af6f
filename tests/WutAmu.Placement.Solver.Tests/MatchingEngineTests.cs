using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;

namespace WutAmu.Placement.Solver.Tests;

public sealed class MatchingEngineTests
{
    public static TheoryData<string> FlowPolicies { get; } = [.. PolicyName.Catalogue
        .Where(known => !new PolicyName(known.Name, false).IsStable)
        .SelectMany(known => new[] { known.Name, PolicyName.KeepPublishedPrefix + known.Name })];

    [Theory]
    [MemberData(nameof(FlowPolicies))]
    public void Gives_the_matching_that_trying_every_matching_gives(string name) =>
        Gens.Instance.Sample(instance => Placements(Solve(instance, name)).Should().Equal(Expected(instance, name)), iter: 400);

    [Theory]
    [MemberData(nameof(FlowPolicies))]
    public void Verifies_by_the_independent_checker(string name) =>
        Gens.Instance.Where(instance => Solve(instance, name).Status == MatchingStatus.Optimal)
            .Sample(instance => ResultVerifier.Check(instance, Solve(instance, name)).Should().Match<VerificationReport>(report => report.IsGreen), iter: 400);

    [Theory]
    [MemberData(nameof(FlowPolicies))]
    public void Does_not_depend_on_the_order_of_rows(string name) =>
        Gens.Instance.Sample(instance => Bytes(Solve(Reversed(instance), name)).Should().Equal(Bytes(Solve(instance, name))), iter: 100);

    [Theory]
    [InlineData("tr-TR")]
    [InlineData("fr-FR")]
    [InlineData("zh-CN")]
    public void Does_not_depend_on_the_culture(string culture)
    {
        var instance = Gens.Build(new Random(7));
        var expected = Bytes(Solve(instance, PolicyName.MinRegretGreedy));
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Bytes(Solve(instance, PolicyName.MinRegretGreedy)).Should().Equal(expected);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Says_infeasible_when_a_minimum_cannot_be_met()
    {
        var instance = new Instance
        {
            Students = [new("s", null, null, [["o"]], ImmutableSortedDictionary<string, long>.Empty, false)],
            Hosts = [new("h", 2, null, Opening.Always, null)],
            Offers = [new("o", "h", null, 0, 5, Opening.Always, null, null)],
        };

        Solve(instance, PolicyName.GreedyMaximum).Status.Should().Be(MatchingStatus.Infeasible);
    }

    private static MatchingResult Solve(Instance instance, string name)
    {
        PolicyName.TryParse(name, out var policy).Should().BeTrue();
        return MatchingEngine.Solve(instance, policy!, new SolveOptions(), CancellationToken.None);
    }

    private static byte[] Bytes(MatchingResult result) => ResultJson.Write(result with { Engine = null });

    private static SortedDictionary<string, string> Placements(MatchingResult result) =>
        result.Status == MatchingStatus.Infeasible
            ? new(StringComparer.Ordinal) { ["status"] = "infeasible" }
            : new(result.Assignments.ToDictionary(placed => placed.Student, placed => placed.Offer), StringComparer.Ordinal);

    private static SortedDictionary<string, string> Expected(Instance instance, string name)
    {
        PolicyName.TryParse(name, out var policy).Should().BeTrue();
        return new BruteForce(instance, policy!).Solve() is { } best
            ? new(best.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!), StringComparer.Ordinal)
            : new(StringComparer.Ordinal) { ["status"] = "infeasible" };
    }

    private static Instance Reversed(Instance instance) => instance with
    {
        Students = [.. instance.Students.Reverse()],
        Hosts = [.. instance.Hosts.Reverse()],
        Offers = [.. instance.Offers.Reverse()],
        Published = [.. instance.Published.Reverse()],
    };
}
