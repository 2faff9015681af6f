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

    public static TheoryData<string> EveryPolicy { get; } = [.. FlowPolicies, PolicyName.StudentOptimalStable, PolicyName.HostOptimalStable];

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

    /// <summary>One place off everybody's list, one student who submitted a list and accepts it, one who submitted nothing and accepts it.</summary>
    [Theory]
    [MemberData(nameof(EveryPolicy))]
    public void A_student_who_submitted_nothing_never_takes_what_one_who_did_could_have(string name)
    {
        foreach (var seed in Enumerable.Range(0, 6))
        {
            var instance = Two(seed, listed: [["x"]], new("x", "h", null, 0, 0, Opening.Always, null, null), new("y", "h", null, 0, 1, Opening.Always, null, null));

            Solve(instance, name).Assignments.Should().ContainSingle().Which.Student.Should().Be("listed");
        }
    }

    [Theory]
    [MemberData(nameof(FlowPolicies))]
    public void What_the_lottery_gives_to_those_with_a_list_does_not_depend_on_those_without(string name) =>
        Gens.Instance.Sample(
            whole =>
            {
                // A minimum or a pin may ask for somebody without a list; here nothing does.
                var instance = whole with { Published = [], Pinned = [], Hosts = [.. whole.Hosts.Select(host => host with { Min = 0 })], Offers = [.. whole.Offers.Select(offer => offer with { Min = 0 })] };
                var alone = instance with { Students = [.. instance.Students.Select(student => student.Choices.Length > 0 ? student : student with { UnrankedAcceptable = false })] };
                Ranks(Solve(instance, name)).Should().Equal(Ranks(Solve(alone, name)));

                SortedDictionary<string, int?> Ranks(MatchingResult result) =>
                    new(result.Assignments.Where(a => instance.Students.Single(student => student.Id == a.Student).Choices.Length > 0).ToDictionary(a => a.Student, a => a.Rank), StringComparer.Ordinal);
            },
            iter: 200);

    /// <summary>A published placement is kept before anything but "most placed", whoever has it: that is what the prefix says.</summary>
    [Fact]
    public void A_published_placement_is_kept_whoever_has_it_until_somebody_with_a_list_would_have_none()
    {
        InstanceOffer x = new("x", "h", null, 0, 1, Opening.Always, null, null), y = new("y", "h", null, 0, 1, Opening.Always, null, null);
        var enough = Two(0, listed: [["x"], ["y"]], x, y) with { Published = [new("unlisted", "x")] };
        var scarce = Two(0, listed: [["x"]], x) with { Published = [new("unlisted", "x")] };

        Placements(Solve(enough, "keep-published:greedy-maximum")).Should().Equal(new Dictionary<string, string> { ["listed"] = "y", ["unlisted"] = "x" });
        Placements(Solve(scarce, "keep-published:greedy-maximum")).Should().Equal(new Dictionary<string, string> { ["listed"] = "x" });
        Placements(Solve(enough with { Published = [new("unlisted", "y")] }, "keep-published:greedy-maximum")).Should().Equal(new Dictionary<string, string> { ["listed"] = "x", ["unlisted"] = "y" });
    }

    /// <summary>Time that is up between two levels: what is reached so far is written, never as proven.</summary>
    [Theory]
    [MemberData(nameof(FlowPolicies))]
    public void When_the_time_is_up_the_best_matching_so_far_is_the_answer_and_says_that_it_is_not_proven(string name)
    {
        var instance = Gens.Build(new Random(11)) with { Pinned = [], Forbidden = [] };
        var whole = Solve(instance, name);
        foreach (var after in Enumerable.Range(0, whole.Levels.Length))
        {
            using var clock = new CancellationTokenSource();
            var seen = 0;
            var options = new SolveOptions(Progress: _ => StopAfter(after)) { TimeIsUp = clock.Token };
            PolicyName.TryParse(name, out var policy).Should().BeTrue();

            var result = MatchingEngine.Solve(instance, policy!, options, CancellationToken.None);

            void StopAfter(int level)
            {
                if (++seen > level)
                {
                    clock.Cancel();
                }
            }

            result.Status.Should().Be(MatchingStatus.Feasible);
            result.Levels.Select(level => level.Objective).Should().Equal(whole.Levels.Select(level => level.Objective));
            result.Levels.Take(after + 1).Should().Equal(whole.Levels.Take(after + 1));
            result.Levels.Skip(after + 1).Should().OnlyContain(level => level.Bound == null);
            ResultVerifier.Check(instance, result).Findings.Select(finding => finding.Code).Should().Contain("status.not-proven").And.NotContain(["assignment", "capacity", "placement", "level.value", "figure.placed", "figure.profile", "figure.unplaced"]);
        }
    }

    [Theory]
    [MemberData(nameof(FlowPolicies))]
    public void Time_that_is_up_at_once_leaves_a_matching_that_meets_the_constraints_and_is_not_proven(string name) =>
        Gens.Instance.Where(instance => Solve(instance, name).Status == MatchingStatus.Optimal).Sample(
            instance =>
            {
                PolicyName.TryParse(name, out var policy).Should().BeTrue();
                MatchingResult result;
                try
                {
                    result = MatchingEngine.Solve(instance, policy!, new SolveOptions { TimeIsUp = new CancellationToken(canceled: true) }, CancellationToken.None);
                }
                catch (OperationCanceledException)
                {
                    // Minima and pins: there was no time to find a first matching.
                    return instance.Pinned.Length > 0 || instance.Hosts.Any(host => host.Min > 0) || instance.Offers.Any(offer => offer.Min > 0);
                }

                return result.Status == MatchingStatus.Feasible
                    && !ResultVerifier.Check(instance, result).Findings.Any(finding => finding.Code is "assignment" or "capacity" or "placement" or "level.value" or "figure.placed");
            },
            iter: 100);

    /// <summary>Open with one student or more, closed with none: that forbids nothing, and no policy may refuse it.</summary>
    [Theory]
    [MemberData(nameof(EveryPolicy))]
    public void A_minimum_of_one_that_holds_only_if_open_changes_nothing(string name) =>
        Gens.Market.Sample(
            instance =>
            {
                var open = instance with
                {
                    Hosts = [.. instance.Hosts.Select(host => host with { Min = host.Max == 0 ? 0 : 1, Opening = Opening.IfOpen })],
                    Offers = [.. instance.Offers.Select(offer => offer with { Min = offer.Max == 0 ? 0 : 1, Opening = Opening.IfOpen })],
                };
                var without = instance with { Hosts = [.. instance.Hosts.Select(host => host with { Min = 0 })], Offers = [.. instance.Offers.Select(offer => offer with { Min = 0 })] };

                var result = Solve(open, name);

                Placements(result).Should().Equal(Placements(Solve(without, name)));
                (result.Status == MatchingStatus.Infeasible || ResultVerifier.Check(open, result).IsFullyRechecked).Should().BeTrue();
            },
            iter: 40);

    private static Instance Two(int seed, string[][] listed, params InstanceOffer[] offers) => new()
    {
        LotterySeed = seed.ToString(CultureInfo.InvariantCulture),
        Students =
        [
            new("listed", null, null, [.. listed.Select(group => group.ToImmutableArray())], ImmutableSortedDictionary<string, long>.Empty, true),
            new("unlisted", null, 20, [], ImmutableSortedDictionary<string, long>.Empty, true),
        ],
        Hosts = [new("h", 0, null, Opening.Always, null)],
        Offers = [.. offers],
    };

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
