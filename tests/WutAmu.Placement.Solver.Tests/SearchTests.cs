using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Quotas, together, apart and if-open, by complete search: against trying every matching, against the flow, and re-checked.</summary>
public sealed class SearchTests
{
    public static TheoryData<string> Policies { get; } = [.. PolicyName.Catalogue
        .Where(known => !new PolicyName(known.Name, false).IsStable)
        .SelectMany(known => new[] { known.Name, PolicyName.KeepPublishedPrefix + known.Name })];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Gives_the_matching_that_trying_every_matching_gives(string name) =>
        Gens.Constrained.Sample(instance => Placements(Solve(instance, name)).Should().Equal(Expected(instance, name)), iter: 60);

    [Theory]
    [MemberData(nameof(Policies))]
    public void Agrees_with_the_flow_where_the_flow_is_enough(string name) =>
        Gens.Instance.Sample(
            instance =>
            {
                var (flow, search) = (Solve(instance, name), Solve(instance, name, always: true));

                search.Status.Should().Be(flow.Status);
                search.Levels.Should().Equal(flow.Levels);
                search.Assignments.Should().Equal(flow.Assignments);
            },
            iter: 40);

    [Theory]
    [MemberData(nameof(Policies))]
    public void Verifies_by_the_independent_checker_to_the_last_level(string name) =>
        Gens.Constrained.Where(instance => Solve(instance, name).Status == MatchingStatus.Optimal)
            .Sample(instance => ResultVerifier.Check(instance, Solve(instance, name)).Should().Match<VerificationReport>(report => report.IsFullyRechecked), iter: 40);

    [Theory]
    [InlineData(PolicyName.MinRegretGreedy)]
    [InlineData(PolicyName.MinCost)]
    [InlineData(PolicyName.Serial)]
    public void Does_not_depend_on_the_order_of_rows(string name) =>
        Gens.Constrained.Sample(instance => Bytes(Solve(Reversed(instance), name)).Should().Equal(Bytes(Solve(instance, name))), iter: 40);

    [Fact]
    public void A_limit_that_comes_too_early_leaves_a_feasible_matching_and_says_so()
    {
        var instance = Crowd(60);
        var limits = Enumerable.Range(0, 12).Select(i => 0.001 * Math.Pow(2, i));

        var results = limits.Select(limit => Try(instance, limit)).OfType<MatchingResult>().ToList();

        results.Should().Contain(result => result.Status == MatchingStatus.Feasible);
        foreach (var result in results.Where(result => result.Status == MatchingStatus.Feasible))
        {
            var report = ResultVerifier.Check(instance, result);
            report.Findings.Should().NotBeEmpty().And.OnlyContain(finding => finding.Code == "status.not-proven" || finding.Code == "level.not-proven" || finding.Code == "level.not-optimal" || finding.Code == "lottery");
        }
    }

    [Fact]
    public void A_limit_gives_the_same_result_each_time() =>
        Bytes(Try(Crowd(60), 0.05)).Should().Equal(Bytes(Try(Crowd(60), 0.05)));

    [Theory]
    [InlineData(PolicyName.StudentOptimalStable)]
    [InlineData(PolicyName.HostOptimalStable)]
    public void Stable_policies_refuse_side_constraints(string name) =>
        FluentActions.Invoking(() => Solve(Crowd(4), name)).Should().Throw<UnsupportedInstanceException>().WithMessage("*stable matching need not exist*");

    [Fact]
    public void A_worse_matching_with_a_search_certificate_is_refused()
    {
        var instance = Gens.Constrained.Where(i => Solve(i, PolicyName.GreedyMaximum) is { Status: MatchingStatus.Optimal, Placed: > 2 }).Single();
        var best = Solve(instance, PolicyName.GreedyMaximum);
        var gone = best.Assignments[0];
        var rank = gone.Rank;
        var worse = best with
        {
            Assignments = best.Assignments.RemoveAt(0),
            Placed = best.Placed - 1,
            Unplaced = [.. best.Unplaced.Add(gone.Student).Order(StringComparer.Ordinal)],
            Profile = Trim([.. best.Profile.Select((count, r) => r + 1 == rank ? count - 1 : count)]),
            Levels = [.. best.Levels.Select(level => level.Objective == "placed" || level.Objective == $"rank-{rank}" ? level with { Value = level.Value - 1, Bound = level.Value - 1 } : level)],
            Certificate = new() { Kind = "search" },
        };

        ResultVerifier.Check(instance, worse).Findings.Should().NotBeEmpty();
    }

    /// <summary>Students with six choices each, half as many offers, a quota a programme and pairs to be together.</summary>
    internal static Instance Crowd(int students)
    {
        var random = new Random(5);
        var offers = students / 2;
        return new()
        {
            Students = [.. Enumerable.Range(0, students).Select(s => new InstanceStudent(
                $"s{s:00}", $"p{s % 3}", null, [.. Enumerable.Range(0, 6).Select(_ => $"o{random.Next(offers)}").Distinct().Select(o => ImmutableArray.Create(o))], ImmutableSortedDictionary<string, long>.Empty, false))],
            Hosts = [.. Enumerable.Range(0, offers / 2).Select(h => new InstanceHost($"h{h}", 3, 4, Opening.IfOpen, null))],
            Offers = [.. Enumerable.Range(0, offers).Select(o => new InstanceOffer($"o{o}", $"h{o / 2}", null, 0, 2, Opening.Always, null, null))],
            Quotas = [.. Enumerable.Range(0, 3).Select(p => new Quota($"q{p}", [$"p{p}"], [.. Enumerable.Range(0, offers / 4).Select(h => $"h{h}")], null, 0, students / 8))],
            Together = [.. Enumerable.Range(0, students / 12).Select(g => new Together([$"s{2 * g:00}", $"s{(2 * g) + 1:00}"], GroupLevel.Host))],
        };
    }

    private static MatchingResult? Try(Instance instance, double limit)
    {
        try
        {
            return MatchingEngine.Solve(instance, PolicyName.Default, new(TimeLimitInSeconds: limit), CancellationToken.None);
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    private static MatchingResult Solve(Instance instance, string name, bool always = false)
    {
        PolicyName.TryParse(name, out var policy).Should().BeTrue();
        return MatchingEngine.Solve(instance, policy!, new SolveOptions { AlwaysSearch = always }, CancellationToken.None);
    }

    private static byte[] Bytes(MatchingResult? result) => result is null ? [] : ResultJson.Write(result with { Engine = null });

    private static ImmutableArray<int> Trim(int[] profile) => [.. profile.Take(Array.FindLastIndex(profile, count => count > 0) + 1)];

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
        Quotas = [.. instance.Quotas.Reverse()],
        Together = [.. instance.Together.Select(group => group with { Students = [.. group.Students.Reverse()] })],
        Apart = [.. instance.Apart.Select(group => group with { Students = [.. group.Students.Reverse()] })],
    };
}
