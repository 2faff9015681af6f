using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>A result with one thing wrong is never green; one mistake a row.</summary>
public sealed class VerificationTests
{
    private const string Policy = PolicyName.MinRegretGreedy;

    private static readonly Dictionary<string, Func<MatchingResult, MatchingResult>> Mistakes = new(StringComparer.Ordinal)
    {
        ["another instance's digest"] = r => r with { Instance = "sha256:" + new string('0', 64) },
        ["another policy's name"] = r => r with { Policy = PolicyName.GreedyMaximum },
        ["an unknown policy"] = r => r with { Policy = "best" },
        ["status feasible"] = r => r with { Status = MatchingStatus.Feasible },
        ["status infeasible"] = r => r with { Status = MatchingStatus.Infeasible },
        ["a wrong rank"] = r => Assign(r, "s1", a => a with { Rank = (a.Rank ?? 0) + 1 }),
        ["no rank"] = r => Assign(r, "s1", a => a with { Rank = null }),
        ["a wrong host"] = r => Assign(r, "s1", a => a with { Host = a.Host == "h0" ? "h1" : "h0" }),
        ["an unknown offer"] = r => Assign(r, "s1", a => a with { Offer = "nothing" }),
        ["an unknown student"] = r => Assign(r, "s1", a => a with { Student = "nobody" }),
        ["a student placed twice"] = r => r with { Assignments = r.Assignments.Add(r.Assignments[0]) },
        ["a placement left out"] = r => r with { Assignments = r.Assignments.RemoveAt(0) },
        ["two students swapped"] = r => Swap(r, "s0", "s1"),
        ["assignments not sorted"] = r => r with { Assignments = [.. r.Assignments.Reverse()] },
        ["a pin not kept"] = r => Move(r, "s4", "o0", "h0", 1),
        ["one over the capacity"] = r => Move(r, "s1", "o0", "h0", 1),
        ["a profile of another"] = r => r with { Profile = [r.Profile[0] + 1, .. r.Profile[1..]] },
        ["one more said placed"] = r => r with { Placed = r.Placed + 1 },
        ["a placed student said unplaced"] = r => r with { Unplaced = r.Unplaced.Add("s0") },
        ["a level's value forged"] = r => Level(r, 0, l => l with { Value = l.Value + 1, Bound = l.Value + 1 }),
        ["a level's bound forged"] = r => Level(r, 0, l => l with { Bound = l.Bound + 1 }),
        ["a level without bound"] = r => Level(r, 0, l => l with { Bound = null }),
        ["a level left out"] = r => r with { Levels = r.Levels.RemoveAt(1) },
        ["a level too many"] = r => r with { Levels = r.Levels.Add(new("cost", 0, 0)) },
        ["levels in another order"] = r => r with { Levels = [.. r.Levels.Reverse()] },
        ["no certificate"] = r => r with { Certificate = null },
        ["a certificate of another kind"] = r => r with { Certificate = r.Certificate! with { Kind = "stable" } },
        ["a search instead of a proof"] = r => r with { Certificate = r.Certificate! with { Kind = "search" } },
        ["no phases"] = r => r with { Certificate = r.Certificate! with { Phases = [] } },
        ["no proof of the worst rank"] = r => r with { Certificate = r.Certificate! with { WorstRank = null } },
        ["prices without content"] = r => r with { Certificate = r.Certificate! with { Phases = [.. r.Certificate.Phases.Select(NoPrices)] } },
        ["prices of the wrong sign"] = r => r with { Certificate = r.Certificate! with { Phases = [.. r.Certificate.Phases.Select(Negated)] } },
    };

    public static TheoryData<string> Names { get; } = [.. Mistakes.Keys];

    [Fact]
    public void Accepts_the_result_that_the_mistakes_start_from() => Check(Solved()).Findings.Should().BeEmpty();

    [Theory]
    [MemberData(nameof(Names))]
    public void Refuses(string mistake) => Check(Mistakes[mistake](Solved())).IsGreen.Should().BeFalse();

    [Fact]
    public void Refuses_the_optimum_of_another_lottery()
    {
        var tied = Tied("a");
        var others = Enumerable.Range(0, 50).Select(i => Tied($"{i}"))
            .First(other => !Solve(other, Policy).Assignments.SequenceEqual(Solve(tied, Policy).Assignments));

        var report = ResultVerifier.Check(tied, Solve(others, Policy) with { Instance = CanonicalJson.Digest(tied) });

        report.Findings.Should().ContainSingle().Which.Code.Should().Be("lottery");
    }

    [Theory]
    [InlineData(PolicyName.MinRegretGreedy)]
    [InlineData(PolicyName.GreedyMaximum)]
    [InlineData(PolicyName.GenerousMaximum)]
    [InlineData(PolicyName.RankMaximal)]
    [InlineData(PolicyName.MinCost)]
    [InlineData(PolicyName.Serial)]
    public void Refuses_every_other_matching_with_its_figures_put_right(string name) =>
        Gens.Instance.Where(instance => Solve(instance, name).Assignments.Length > 0).Sample(
            instance =>
            {
                var best = Solve(instance, name);
                foreach (var other in Neighbours(instance, best))
                {
                    ResultVerifier.Check(instance, other).IsGreen.Should().BeFalse();
                }
            },
            iter: 100);

    /// <summary>The order of service is the policy: a result that says "lottery": false has no leave to break it.</summary>
    [Theory]
    [InlineData("serial", false)]
    [InlineData("keep-published:serial", false)]
    [InlineData("serial", true)]
    [InlineData("keep-published:serial", true)]
    public void Refuses_another_order_of_service_whether_or_not_the_lottery_is_said_to_be_left_out(string name, bool search)
    {
        var instance = Contested() with
        {
            Pinned = [],
            Students = [.. Contested().Students.Select((student, s) => student with { Score = s })],
            Quotas = search ? [new("q", null, null, null, 0, 4)] : [],
        };
        PolicyName.TryParse(name, out var policy).Should().BeTrue();
        var best = MatchingEngine.Solve(instance, policy!, new SolveOptions(), CancellationToken.None) with { Lottery = false };

        ResultVerifier.Check(instance, best).Findings.Should().BeEmpty();
        Neighbours(instance, best).Should().NotBeEmpty().And.OnlyContain(other => !ResultVerifier.Check(instance, other).IsGreen);
    }

    /// <summary>A thousand students, everybody acceptable everywhere, and no proof: the verifier says what it could not re-check, after bounded work.</summary>
    [Fact]
    public void A_search_without_its_proofs_ends_with_levels_that_were_not_rechecked()
    {
        var instance = new Instance
        {
            Students = [.. Enumerable.Range(0, 1000).Select(s => Student($"s{s:000}", [$"o{s / 2}"]) with { UnrankedAcceptable = true })],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [.. Enumerable.Range(0, 500).Select(o => new InstanceOffer($"o{o}", "h", null, 0, 2, Opening.Always, null, null))],
            Quotas = [new("q", null, null, null, 0, 1000)],
        };
        var stripped = Solve(instance, PolicyName.GreedyMaximum) with { Certificate = new() { Kind = "search" } };

        var report = ResultVerifier.Check(instance, stripped);

        report.Findings.Should().BeEmpty();
        report.Levels.Should().NotBeEmpty().And.OnlyContain(level => !level.Rechecked);
    }

    private static VerificationReport Check(MatchingResult result) => ResultVerifier.Check(Contested(), result);

    private static MatchingResult Solved() => Solve(Contested(), Policy);

    private static MatchingResult Solve(Instance instance, string name)
    {
        PolicyName.TryParse(name, out var policy).Should().BeTrue();
        return MatchingEngine.Solve(instance, policy!, new SolveOptions(), CancellationToken.None);
    }

    /// <summary>s0, s1 and s2 want o0 (one place); the worst rank needed is 2; s4 is pinned.</summary>
    private static Instance Contested() => new()
    {
        LotterySeed = "contested",
        Students =
        [
            Student("s0", ["o0"]),
            Student("s1", ["o0"], ["o1"]),
            Student("s2", ["o0"], ["o2"]),
            Student("s3", ["o3"]),
            Student("s4", ["o0"]),
        ],
        Hosts = [new("h0", 0, null, Opening.Always, null), new("h1", 0, 2, Opening.Always, null)],
        Offers = [Offer("o0", "h0"), Offer("o1", "h0"), Offer("o2", "h1"), Offer("o3", "h0"), Offer("o4", "h1")],
        Pinned = [new("s4", "o4")],
    };

    private static Instance Tied(string seed) => new()
    {
        LotterySeed = seed,
        Students = [Student("s0", ["o0"], ["o1"]), Student("s1", ["o0"], ["o1"])],
        Hosts = [new("h0", 0, null, Opening.Always, null)],
        Offers = [Offer("o0", "h0"), Offer("o1", "h0")],
    };

    private static InstanceStudent Student(string id, params string[][] choices) =>
        new(id, null, null, [.. choices.Select(group => group.ToImmutableArray())], ImmutableSortedDictionary<string, long>.Empty, false);

    private static InstanceOffer Offer(string id, string host) => new(id, host, null, 0, 1, Opening.Always, null, null);

    private static MatchingResult Assign(MatchingResult result, string student, Func<Assignment, Assignment> change) =>
        result with { Assignments = [.. result.Assignments.Select(a => a.Student == student ? change(a) : a)] };

    private static MatchingResult Move(MatchingResult result, string student, string offer, string host, int? rank) =>
        Assign(result, student, a => a with { Offer = offer, Host = host, Rank = rank });

    private static MatchingResult Swap(MatchingResult result, string one, string other)
    {
        var (a, b) = (result.Assignments.Single(x => x.Student == one), result.Assignments.Single(x => x.Student == other));
        return Move(Move(result, one, b.Offer, b.Host, b.Rank), other, a.Offer, a.Host, a.Rank);
    }

    private static MatchingResult Level(MatchingResult result, int index, Func<Level, Level> change) =>
        result with { Levels = result.Levels.SetItem(index, change(result.Levels[index])) };

    private static CertificatePhase NoPrices(CertificatePhase phase) =>
        phase with { Offers = new Dictionary<string, long>(), Supervisors = new Dictionary<string, long>(), Hosts = new Dictionary<string, long>() };

    private static CertificatePhase Negated(CertificatePhase phase) =>
        phase with { Offers = phase.Offers.ToDictionary(p => p.Key, p => -p.Value - 1), Hosts = phase.Hosts.ToDictionary(p => p.Key, p => -p.Value - 1) };

    /// <summary>The optimum with one student elsewhere or without a place, every figure recomputed and every level claimed proven.</summary>
    private static IEnumerable<MatchingResult> Neighbours(Instance instance, MatchingResult best)
    {
        foreach (var placed in best.Assignments)
        {
            var others = best.Assignments.Remove(placed);
            yield return Restate(instance, best, others);
            foreach (var offer in instance.Offers.Where(offer => offer.Id != placed.Offer))
            {
                yield return Restate(instance, best, others.Add(Place(instance, placed.Student, offer)));
            }
        }
    }

    private static Assignment Place(Instance instance, string student, InstanceOffer offer)
    {
        var rank = instance.Students.Single(s => s.Id == student).Choices.ToList().FindIndex(group => group.Contains(offer.Id)) + 1;
        return new(student, offer.Id, offer.Host, rank == 0 ? null : rank);
    }

    private static MatchingResult Restate(Instance instance, MatchingResult best, ImmutableArray<Assignment> assignments)
    {
        var ranks = instance.Students.Max(student => student.Choices.Length);
        var counts = Enumerable.Range(1, ranks).Select(rank => assignments.Count(a => a.Rank == rank)).ToArray();
        var lists = instance.Students.Where(student => student.Choices.Length > 0).Select(student => student.Id).ToHashSet();
        return best with
        {
            Assignments = [.. assignments.OrderBy(a => a.Student, StringComparer.Ordinal)],
            Placed = assignments.Length,
            Unplaced = [.. instance.Students.Select(s => s.Id).Where(id => assignments.All(a => a.Student != id)).Order(StringComparer.Ordinal)],
            Profile = [.. counts.Take(Array.FindLastIndex(counts, count => count > 0) + 1)],
            Levels =
            [
                .. best.Levels.Select(level => level.Objective switch
                {
                    "placed" => Proven(level.Objective, assignments.Count(a => lists.Contains(a.Student))),
                    _ when level.Objective.StartsWith("rank-", StringComparison.Ordinal) => Proven(level.Objective, counts[int.Parse(level.Objective[5..], System.Globalization.CultureInfo.InvariantCulture) - 1]),
                    _ => level,
                }),
            ],
        };
    }

    private static Level Proven(string objective, long value) => new(objective, value, value);
}
