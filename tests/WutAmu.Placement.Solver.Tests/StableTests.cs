using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>The stable policies against all stable matchings, and the laws they promise.</summary>
public sealed class StableTests
{
    public static TheoryData<string> Policies { get; } = [PolicyName.StudentOptimalStable, PolicyName.HostOptimalStable];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Gives_the_extreme_of_all_stable_matchings(string name) =>
        Gens.Market.Sample(instance => Placements(Solve(instance, name)).Should().Equal(Expected(instance, name)), iter: 1500);

    [Theory]
    [MemberData(nameof(Policies))]
    public void Verifies_by_the_independent_checker(string name) =>
        Gens.Market.Where(instance => Solve(instance, name).Status == MatchingStatus.Optimal)
            .Sample(instance => ResultVerifier.Check(instance, Solve(instance, name)).Findings.Should().BeEmpty(), iter: 1000);

    [Theory]
    [MemberData(nameof(Policies))]
    public void Refuses_every_other_stable_matching(string name) =>
        Gens.Market.Where(instance => Solve(instance, name).Status == MatchingStatus.Optimal && instance.Students.All(student => !student.UnrankedAcceptable))
            .Sample(
                instance =>
                {
                    var result = Solve(instance, name);
                    foreach (var other in new AllStable(instance).Find().Select(matching => Restate(instance, result, matching)).Where(other => !other.Assignments.SequenceEqual(result.Assignments)))
                    {
                        ResultVerifier.Check(instance, other).Findings.Should().NotBeEmpty();
                    }
                },
                iter: 500);

    /// <summary>Where nobody ranks one matching alone is stable, and the verifier asks no more; the same order written out as everybody's ranking takes it the long way.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void Judges_by_score_and_lottery_as_by_a_ranking_that_says_the_same(string name) =>
        Gens.Market.Select(Unranked).Where(instance => Solve(instance, name).Status == MatchingStatus.Optimal).Sample(
            instance =>
            {
                var result = Solve(instance, name);
                var ranked = instance with { Hosts = [.. instance.Hosts.Select(host => host with { Ranking = InOrderOfService(instance) })] };
                var matching = instance.Students.Select(student => result.Assignments.FirstOrDefault(a => a.Student == student.Id)?.Offer).ToArray();

                ResultVerifier.Check(instance, result).Findings.Should().BeEmpty();
                foreach (var other in Neighbours(instance, matching).Select(neighbour => Restate(instance, result, neighbour)))
                {
                    ResultVerifier.Check(instance, other).Findings.Should().Equal(ResultVerifier.Check(ranked, other with { Instance = CanonicalJson.Digest(ranked) }).Findings);
                }
            },
            iter: 300);

    [Theory]
    [MemberData(nameof(Policies))]
    public void Refuses_the_other_of_two_choices_that_a_student_likes_equally(string name)
    {
        var instance = new Instance { Students = [Student("s", ["b", "a"], ["c"])], Hosts = [new("h", 0, null, Opening.Always, null)], Offers = [Offer("a"), Offer("b"), Offer("c")] };
        var result = Solve(instance, name);

        result.Assignments.Single().Offer.Should().Be("a");
        ResultVerifier.Check(instance, Restate(instance, result, ["b"])).Findings.Should().ContainSingle().Which.Code.Should().Be("stable.not-optimal");

        static InstanceOffer Offer(string id) => new(id, "h", null, 0, 1, Opening.Always, null, null);
    }

    [Theory]
    [InlineData(PolicyName.MinRegretGreedy)]
    [InlineData(PolicyName.MinCost)]
    [InlineData(PolicyName.Serial)]
    public void Counts_the_blocking_pairs_of_every_policy(string name) =>
        Gens.Market.Where(instance => Solve(instance, name) is { Status: MatchingStatus.Optimal, BlockingPairs: not null }).Sample(
            instance =>
            {
                var result = Solve(instance, name);
                var matching = instance.Students.Select(student => result.Assignments.FirstOrDefault(a => a.Student == student.Id)?.Offer).ToArray();

                result.BlockingPairs.Should().Be(new AllStable(instance).Blocking(matching, strict: false));
                ResultVerifier.Check(instance, result).Findings.Should().BeEmpty();
                ResultVerifier.Check(instance, result with { BlockingPairs = result.BlockingPairs + 1 }).IsGreen.Should().BeFalse();
                ResultVerifier.Check(instance, result with { BlockingPairs = null }).IsGreen.Should().BeFalse();
            },
            iter: 500);

    /// <summary>At a limit that nothing above it bounds: a host's total, or an offer or supervisor under none.</summary>
    [Theory]
    [InlineData(LimitKind.Offer)]
    [InlineData(LimitKind.Supervisor)]
    [InlineData(LimitKind.Host)]
    public void One_place_more_makes_no_student_worse_off(LimitKind kind) =>
        Gens.Market.Select(instance => NothingAbove(NoMinima(instance), kind))
            .Where(plain => plain.Students.All(student => !student.UnrankedAcceptable) && Solve(plain, PolicyName.StudentOptimalStable).Status == MatchingStatus.Optimal && WithOnePlaceMore(plain, kind).Any()).Sample(
            plain =>
            {
                var before = Solve(plain, PolicyName.StudentOptimalStable);
                foreach (var (more, where) in WithOnePlaceMore(plain, kind))
                {
                    var after = Solve(more, PolicyName.StudentOptimalStable);
                    foreach (var placed in before.Assignments)
                    {
                        var now = after.Assignments.SingleOrDefault(a => a.Student == placed.Student);
                        (now is not null && now.Rank <= placed.Rank || placed.Rank is null).Should().BeTrue($"{placed.Student} had {placed.Offer} before one place more at {where}");
                    }
                }
            },
            iter: 500);

    // The host's one place goes to whom it likes better, who had no place to ask for before.
    [Fact]
    public void One_place_more_at_an_offer_under_a_full_host_may_cost_another_student_the_place()
    {
        var instance = new Instance
        {
            Students = [Student("s0", ["o0"]), Student("s1", ["o1"])],
            Hosts = [new("h", 0, 1, Opening.Always, [["s1"], ["s0"]])],
            Offers = [new("o0", "h", null, 0, 1, Opening.Always, null, null), new("o1", "h", null, 0, 0, Opening.Always, null, null)],
        };

        Placements(Solve(instance, PolicyName.StudentOptimalStable)).Should().Equal(new SortedDictionary<string, string> { ["s0"] = "o0" });
        var more = instance with { Offers = instance.Offers.Replace(instance.Offers[1], instance.Offers[1] with { Max = 1 }) };
        Placements(Solve(more, PolicyName.StudentOptimalStable)).Should().Equal(new SortedDictionary<string, string> { ["s1"] = "o1" });
    }

    [Fact]
    public void Nobody_gains_by_leaving_choices_out_when_students_propose() =>
        Gens.Market.Where(instance => instance.Pinned.IsEmpty && NoMinima(instance).Students.All(student => !student.UnrankedAcceptable)).Sample(
            instance =>
            {
                var plain = NoMinima(instance);
                var honest = Solve(plain, PolicyName.StudentOptimalStable);
                var liar = plain.Students[0];
                var rank = RankOf(liar, honest.Assignments.FirstOrDefault(a => a.Student == liar.Id)?.Offer);
                foreach (var choices in Subsets(liar.Choices))
                {
                    var result = Solve(plain with { Students = plain.Students.SetItem(0, liar with { Choices = choices }) }, PolicyName.StudentOptimalStable);
                    RankOf(liar, result.Assignments.FirstOrDefault(a => a.Student == liar.Id)?.Offer).Should().BeGreaterThanOrEqualTo(rank);
                }
            },
            iter: 300);

    [Fact]
    public void A_minimum_that_the_stable_matching_misses_is_infeasible_with_its_reason()
    {
        var instance = new Instance
        {
            Students = [Student("s0", ["o0"]), Student("s1", ["o0"], ["o1"])],
            Hosts = [new("h0", 0, null, Opening.Always, null), new("h1", 1, null, Opening.Always, null)],
            Offers = [new("o0", "h0", null, 0, 2, Opening.Always, null, null), new("o1", "h1", null, 0, 2, Opening.Always, null, null)],
        };

        var result = Solve(instance, PolicyName.StudentOptimalStable);

        result.Status.Should().Be(MatchingStatus.Infeasible);
        var conflict = ReportJson.ReadDiagnosis(result.Diagnosis!.Value).Conflicts.Should().ContainSingle().Subject;
        conflict.Text.En.Should().Be("The stable matching that the policy names gives h1 0; its minimum is 1.");
        conflict.Demands[0].Repair.En.Should().Be("Lower the minimum of h1 from 1 to 0.");
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void Has_no_form_that_keeps_published_placements(string name) =>
        FluentActions.Invoking(() => Solve(Gens.Build(new Random(1)), PolicyName.KeepPublishedPrefix + name)).Should().Throw<UnsupportedInstanceException>().WithMessage("*Pin the placements*");

    /// <summary>The example of section 2 of the SPA-S paper's kind: a lecturer's total decides between the students of two projects.</summary>
    [Fact]
    public void A_hosts_total_lets_the_student_go_whom_the_host_ranks_last()
    {
        var instance = new Instance
        {
            Students = [Student("s0", ["o0"]), Student("s1", ["o1"], ["o2"])],
            Hosts = [new("h0", 0, 1, Opening.Always, [["s1"], ["s0"]]), new("h1", 0, null, Opening.Always, null)],
            Offers = [new("o0", "h0", null, 0, 1, Opening.Always, null, null), new("o1", "h0", null, 0, 1, Opening.Always, null, null), new("o2", "h1", null, 0, 1, Opening.Always, null, null)],
        };

        var result = Solve(instance, PolicyName.StudentOptimalStable);

        Placements(result).Should().Equal(new SortedDictionary<string, string> { ["s1"] = "o1" });
        result.BlockingPairs.Should().Be(0);
    }

    private static InstanceStudent Student(string id, params string[][] choices) =>
        new(id, null, null, [.. choices.Select(group => group.ToImmutableArray())], ImmutableSortedDictionary<string, long>.Empty, false);

    private static Instance Unranked(Instance instance) => instance with
    {
        Hosts = [.. instance.Hosts.Select(host => host with { Ranking = null })],
        Offers = [.. instance.Offers.Select(offer => offer with { Ranking = null })],
    };

    private static ImmutableArray<ImmutableArray<string>> InOrderOfService(Instance instance) =>
    [
        .. instance.Students
            .OrderBy(student => student.Choices.IsEmpty).ThenByDescending(student => student.Score ?? double.NegativeInfinity).ThenBy(student => Lottery.Ticket(instance.LotterySeed, student.Id))
            .Select(student => ImmutableArray.Create(student.Id)),
    ];

    /// <summary>Each student elsewhere or nowhere, and each pair in each other's place.</summary>
    private static IEnumerable<string?[]> Neighbours(Instance instance, string?[] matching)
    {
        for (var s = 0; s < matching.Length; s++)
        {
            foreach (var offer in instance.Offers.Select(offer => (string?)offer.Id).Append(null))
            {
                yield return [.. matching.Select((had, i) => i == s ? offer : had)];
            }

            for (var other = 0; other < s; other++)
            {
                yield return [.. matching.Select((had, i) => i == s ? matching[other] : i == other ? matching[s] : had)];
            }
        }
    }

    private static Instance NoMinima(Instance instance) => instance with
    {
        Hosts = [.. instance.Hosts.Select(host => host with { Min = 0 })],
        Supervisors = [.. instance.Supervisors.Select(supervisor => supervisor with { Min = 0 })],
        Offers = [.. instance.Offers.Select(offer => offer with { Min = 0 })],
    };

    private static Instance NothingAbove(Instance plain, LimitKind kind) => plain with
    {
        Supervisors = [.. plain.Supervisors.Select(supervisor => kind == LimitKind.Offer ? supervisor with { Max = null } : supervisor)],
        Hosts = [.. plain.Hosts.Select(host => kind == LimitKind.Host ? host : host with { Max = null })],
    };

    private static IEnumerable<(Instance Instance, string Where)> WithOnePlaceMore(Instance plain, LimitKind kind) => kind switch
    {
        LimitKind.Offer => plain.Offers.Select(offer => (plain with { Offers = plain.Offers.Replace(offer, offer with { Max = offer.Max + 1 }) }, offer.Id)),
        LimitKind.Supervisor => plain.Supervisors.Select(supervisor => (plain with { Supervisors = plain.Supervisors.Replace(supervisor, supervisor with { Max = supervisor.Max + 1 }) }, supervisor.Id)),
        _ => plain.Hosts.Where(host => host.Max is not null).Select(host => (plain with { Hosts = plain.Hosts.Replace(host, host with { Max = host.Max + 1 }) }, host.Id)),
    };

    private static IEnumerable<ImmutableArray<ImmutableArray<string>>> Subsets(ImmutableArray<ImmutableArray<string>> choices) =>
        Enumerable.Range(0, 1 << choices.Length).Select(mask => choices.Where((_, g) => (mask >> g & 1) == 1).ToImmutableArray());

    private static int RankOf(InstanceStudent student, string? offer) => offer is null ? 100 : student.Choices.ToList().FindIndex(group => group.Contains(offer));

    private static MatchingResult Solve(Instance instance, string name)
    {
        PolicyName.TryParse(name, out var policy).Should().BeTrue();
        return MatchingEngine.Solve(instance, policy!, new SolveOptions(), CancellationToken.None);
    }

    private static SortedDictionary<string, string> Placements(MatchingResult result) =>
        result.Status == MatchingStatus.Infeasible
            ? new(StringComparer.Ordinal) { ["status"] = "infeasible" }
            : new(result.Assignments.ToDictionary(placed => placed.Student, placed => placed.Offer), StringComparer.Ordinal);

    private static SortedDictionary<string, string> Expected(Instance instance, string name)
    {
        var infeasible = new SortedDictionary<string, string>(StringComparer.Ordinal) { ["status"] = "infeasible" };
        if (new AllStable(instance).Extreme(name == PolicyName.StudentOptimalStable) is not { } stable) { return infeasible; }
        // What is left goes to those who accept it, served in order; minima are met or nothing is.
        var settled = instance with { Pinned = [.. instance.Students.Select((student, s) => (student.Id, Offer: stable[s])).Where(pair => pair.Offer is not null).Select(pair => new StudentOffer(pair.Id, pair.Offer!))] };
        return new BruteForce(settled, new(PolicyName.Serial, false)).Solve() is { } all
            ? new(all.Where(pair => pair.Value is not null).ToDictionary(pair => pair.Key, pair => pair.Value!), StringComparer.Ordinal)
            : infeasible;
    }

    private static MatchingResult Restate(Instance instance, MatchingResult result, string?[] matching)
    {
        var assignments = instance.Students.Select((student, s) => (student, Offer: matching[s])).Where(pair => pair.Offer is not null)
            .Select(pair => new Assignment(pair.student.Id, pair.Offer!, instance.Offers.Single(o => o.Id == pair.Offer).Host, RankOf(pair.student, pair.Offer) is var rank && rank < 0 ? null : rank + 1))
            .OrderBy(a => a.Student, StringComparer.Ordinal).ToImmutableArray();
        var profile = Enumerable.Range(1, 6).Select(rank => assignments.Count(a => a.Rank == rank)).ToArray();
        return result with
        {
            Assignments = assignments,
            Placed = assignments.Length,
            Unplaced = [.. instance.Students.Select(s => s.Id).Where(id => assignments.All(a => a.Student != id)).Order(StringComparer.Ordinal)],
            Profile = [.. profile.Take(Array.FindLastIndex(profile, count => count > 0) + 1)],
        };
    }
}
