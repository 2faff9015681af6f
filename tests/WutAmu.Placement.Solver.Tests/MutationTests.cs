using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>A catalogue of forgeries: each makes a correct result of every policy and instance wrong in one respect, and the verifier names it.</summary>
public sealed class MutationTests
{
    private const string Other = "sha256:0000000000000000000000000000000000000000000000000000000000000000";

    /// <summary>The forgery (null: impossible here), and the codes the first violation may have.</summary>
    private static readonly Dictionary<string, (Func<Instance, MatchingResult, MatchingResult?> Forge, string[] Codes)> Forgeries = new(StringComparer.Ordinal)
    {
        ["digest of another instance"] = ((_, r) => r with { Instance = Other }, ["digest"]),
        ["policy unknown"] = ((_, r) => r with { Policy = "best" }, ["policy"]),
        ["status feasible"] = ((_, r) => r with { Status = MatchingStatus.Feasible }, ["status.not-proven"]),
        ["status infeasible"] = ((_, r) => r with { Status = MatchingStatus.Infeasible }, ["status.infeasible"]),
        ["rank wrong"] = ((_, r) => First(r, a => a with { Rank = (a.Rank ?? 0) + 1 }), ["rank"]),
        ["rank null"] = ((_, r) => r.Assignments.Any(a => a.Rank is not null) ? r with { Assignments = [.. r.Assignments.Select(a => a with { Rank = null })] } : null, ["rank"]),
        ["host wrong"] = ((i, r) => i.Hosts.Length > 1 ? First(r, a => a with { Host = i.Hosts.First(h => h.Id != a.Host).Id }) : null, ["host"]),
        ["student unknown"] = ((_, r) => First(r, a => a with { Student = "" }), ["assignment"]),
        ["offer unknown"] = ((_, r) => First(r, a => a with { Offer = "no" }), ["assignment"]),
        ["assignment twice"] = ((_, r) => r.Assignments.IsEmpty ? null : r with { Assignments = r.Assignments.Insert(0, r.Assignments[0]) }, ["assignment"]),
        ["assignment missing"] = ((_, r) => r.Assignments.IsEmpty ? null : r with { Assignments = r.Assignments.RemoveAt(0) }, ["placement", "capacity", "figure.placed"]),
        ["assignments not sorted"] = ((_, r) => r.Assignments.Length > 1 ? r with { Assignments = [.. r.Assignments.Reverse()] } : null, ["order"]),
        ["placed forged"] = ((_, r) => r with { Placed = r.Placed + 1 }, ["figure.placed"]),
        ["unplaced forged"] = ((i, r) => r.Placed > 0 ? r with { Unplaced = [.. r.Unplaced.Add(r.Assignments[0].Student).Order(StringComparer.Ordinal)] } : null, ["figure.unplaced"]),
        ["profile forged"] = ((_, r) => r with { Profile = r.Profile.Add(1) }, ["figure.profile"]),
        ["blocking pairs forged"] = ((_, r) => r with { BlockingPairs = (r.BlockingPairs ?? 0) + 1 }, ["figure.blocking-pairs"]),
        ["value forged"] = ((_, r) => r.Levels.IsEmpty ? null : r with { Levels = r.Levels.SetItem(0, r.Levels[0] with { Value = r.Levels[0].Value + 1, Bound = r.Levels[0].Value + 1 }) }, ["level.value"]),
        ["bound forged"] = ((_, r) => r.Levels.IsEmpty ? null : r with { Levels = r.Levels.SetItem(0, r.Levels[0] with { Bound = r.Levels[0].Bound + 1 }) }, ["level.not-proven"]),
        ["bound missing"] = ((_, r) => r.Levels.IsEmpty ? null : r with { Levels = r.Levels.SetItem(0, r.Levels[0] with { Bound = null }) }, ["level.not-proven"]),
        ["level missing"] = ((_, r) => r.Levels.IsEmpty ? null : r with { Levels = r.Levels.RemoveAt(0) }, ["levels"]),
        ["level added"] = ((_, r) => r with { Levels = r.Levels.Add(new("cost", 0, 0)) }, ["levels"]),
        ["certificate missing"] = ((_, r) => r with { Certificate = null }, ["certificate"]),
        ["certificate of another kind"] = ((_, r) => r with { Certificate = r.Certificate! with { Kind = r.Certificate.Kind == "stable" ? "prices" : "stable" } }, ["certificate"]),
        ["pin not kept"] = ((i, r) => i.Pinned.IsEmpty ? null : Restate(i, r, [.. r.Assignments.Where(a => a.Student != i.Pinned[0].Student)]), ["placement", "capacity"]),
        ["somebody at an offer that is full"] = (OverCapacity, ["capacity", "placement"]),
        ["everybody without a place"] = ((i, r) => r.Assignments.IsEmpty ? null : Restate(i, r, []), ["placement", "capacity", "level.not-optimal", "level.not-proven", "stable.blocking-pair", "stable.not-optimal", "lottery", "figure.blocking-pairs"]),
    };

    public static TheoryData<string, string> Rows { get; } = Cross();

    [Theory]
    [MemberData(nameof(Rows))]
    public void Names_the_forgery(string forgery, string policy)
    {
        // A forgery without meaning for a policy (it has no levels) changes nothing there.
        if (!HasMeaning(forgery, policy))
        {
            Solvable(policy).Sample(instance => Forgeries[forgery].Forge(instance, ExplanationTests.Solve(instance, policy)).Should().BeNull(), iter: 1);
            return;
        }

        Solvable(policy).Select(instance => (instance, wrong: Forgeries[forgery].Forge(instance, ExplanationTests.Solve(instance, policy)))).Where(pair => pair.wrong is not null).Sample(
            pair => ResultVerifier.Check(pair.instance, pair.wrong!).Findings.Should().NotBeEmpty().And.Subject.First().Code.Should().BeOneOf(Forgeries[forgery].Codes), // not null: filtered
            iter: 20);
    }

    /// <summary>With every choice after the second cut off, more may stay unplaced at a better worst rank, and each phase's prices prove it of the shorter lists.</summary>
    [Theory]
    [InlineData("min-regret-greedy")]
    [InlineData("keep-published:min-regret-greedy")]
    public void Refuses_the_optimum_of_shorter_lists(string policy)
    {
        var instance = new Instance
        {
            Students = [Student("s0", ["o0"], ["o1"], ["o2"]), Student("s1", ["o0"], ["o1"]), Student("s2", ["o0"], ["o1"])],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [.. Enumerable.Range(0, 3).Select(o => new InstanceOffer($"o{o}", "h", null, 0, 1, Opening.Always, null, null))],
        };
        var shorter = ExplanationTests.Solve(instance with { Students = [.. instance.Students.Select(s => s with { Choices = [.. s.Choices.Take(2)] })] }, policy);
        var nothing = new CertificatePhase(["rank-3"], 1, new Dictionary<string, long>(), new Dictionary<string, long>(), new Dictionary<string, long>());
        var forged = shorter with
        {
            Instance = CanonicalJson.Digest(instance),
            Levels = shorter.Levels.Add(new("rank-3", 0, 0)),
            Certificate = shorter.Certificate! with { Phases = shorter.Certificate.Phases.Add(nothing) },
        };

        ResultVerifier.Check(instance, forged).Findings.Select(finding => finding.Code).Should().Equal("level.not-optimal", "level.not-proven");
    }

    /// <summary>2^62 thrice multiplied is 0 in 128 bits: the first level would weigh nothing.</summary>
    [Fact]
    public void Refuses_a_radix_that_makes_the_first_level_vanish()
    {
        var students = Enumerable.Range(0, 2).Select(s => Student($"s{s}", ["o0"], ["o1"], ["o2"], ["o3"])).ToImmutableArray();
        var instance = new Instance
        {
            Students = students,
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [.. Enumerable.Range(0, 4).Select(o => new InstanceOffer($"o{o}", "h", null, 0, 1, Opening.Always, null, null))],
        };
        var best = ExplanationTests.Solve(instance, PolicyName.RankMaximal);
        var packed = new CertificatePhase(["rank-1", "rank-2", "rank-3", "rank-4"], 1L << 62, new Dictionary<string, long>(), new Dictionary<string, long>(), new Dictionary<string, long>());

        ResultVerifier.Check(instance, best with { Certificate = best.Certificate! with { Phases = [packed] } }).Findings.First().Code.Should().Be("certificate");
    }

    /// <summary>The least radix there is, two for one student, leaves 128 bits as well: rank 1 would weigh 0 of 129 digits.</summary>
    [Fact]
    public void Refuses_so_many_levels_that_even_the_least_radix_loses_the_first()
    {
        var offers = Enumerable.Range(0, 129).Select(o => $"o{o:000}").ToArray();
        var instance = new Instance
        {
            Students = [Student("s", [.. offers.Select(offer => new[] { offer })])],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [.. offers.Select(offer => new InstanceOffer(offer, "h", null, 0, 1, Opening.Always, null, null))],
        };
        var best = ExplanationTests.Solve(instance, PolicyName.GreedyMaximum);
        var second = Restate(instance, best, [best.Assignments[0] with { Offer = offers[1], Rank = 2 }]);
        var none = new Dictionary<string, long>();
        CertificatePhase[] phases = [new(["placed"], 1, none, none, none), new([.. offers.Select((_, rank) => $"rank-{rank + 1}")], 2, none, none, none)];

        ResultVerifier.Check(instance, second with { Certificate = best.Certificate! with { Phases = [.. phases] } }).Findings.Should().NotBeEmpty();
    }

    /// <summary>All prices of a certificate changed a little, one at a time, by random amounts.</summary>
    [Theory]
    [InlineData(PolicyName.MinRegretGreedy)]
    [InlineData(PolicyName.GenerousMaximum)]
    public void Random_prices_never_make_a_worse_matching_right(string policy) =>
        Gens.Instance.Where(instance => ExplanationTests.Solve(instance, policy) is { Status: MatchingStatus.Optimal, Placed: > 1 }).Sample(
            instance =>
            {
                var best = ExplanationTests.Solve(instance, policy);
                var worse = Restate(instance, best, best.Assignments.RemoveAt(0));
                for (var seed = 0; seed < 20; seed++)
                {
                    var random = new Random(seed);
                    CertificatePhase Shake(CertificatePhase phase) => phase with
                    {
                        Offers = instance.Offers.ToDictionary(offer => offer.Id, _ => (long)random.Next(-2, 3)),
                        Hosts = instance.Hosts.ToDictionary(host => host.Id, _ => (long)random.Next(-2, 3)),
                    };
                    var forged = worse with { Certificate = best.Certificate! with { Phases = [.. best.Certificate.Phases.Select(Shake)] } };
                    ResultVerifier.Check(instance, forged).Findings.Should().NotBeEmpty();
                }
            },
            iter: 40);

    private static TheoryData<string, string> Cross()
    {
        var rows = new TheoryData<string, string>();
        foreach (var forgery in Forgeries.Keys)
        {
            foreach (var policy in (string[])[PolicyName.MinRegretGreedy, PolicyName.StudentOptimalStable, PolicyName.Serial, "search:" + PolicyName.GreedyMaximum])
            {
                rows.Add(forgery, policy);
            }
        }

        return rows;
    }

    private static Gen<Instance> Solvable(string policy) => (policy switch
    {
        PolicyName.StudentOptimalStable => Gens.Market,
        _ when policy.StartsWith("search:", StringComparison.Ordinal) => Gens.Constrained,
        _ => Gens.Instance,
    }).Where(instance => ExplanationTests.Solve(instance, policy) is { Status: MatchingStatus.Optimal, Placed: > 0 });

    // Serial and the stable policies have no levels.
    private static bool HasMeaning(string forgery, string policy) =>
        !(policy is PolicyName.StudentOptimalStable or PolicyName.Serial && (forgery.StartsWith("value", StringComparison.Ordinal) || forgery.StartsWith("bound", StringComparison.Ordinal) || forgery == "level missing"));

    private static MatchingResult? First(MatchingResult result, Func<Assignment, Assignment> change) =>
        result.Assignments.IsEmpty ? null : result with { Assignments = result.Assignments.SetItem(0, change(result.Assignments[0])) };

    private static MatchingResult? OverCapacity(Instance instance, MatchingResult result)
    {
        var full = instance.Offers.FirstOrDefault(offer => result.Assignments.Count(a => a.Offer == offer.Id) >= offer.Max && offer.Max > 0);
        var other = result.Assignments.FirstOrDefault(a => full is not null && a.Offer != full.Id);
        return full is null || other is null ? null : Restate(instance, result, [.. result.Assignments.Select(a => a == other ? Place(instance, a.Student, full) : a)]);
    }

    private static Assignment Place(Instance instance, string student, InstanceOffer offer)
    {
        var rank = instance.Students.Single(s => s.Id == student).Choices.ToList().FindIndex(group => group.Contains(offer.Id)) + 1;
        return new(student, offer.Id, offer.Host, rank == 0 ? null : rank);
    }

    /// <summary>Another matching with every figure recomputed, every level claimed proven.</summary>
    private static MatchingResult Restate(Instance instance, MatchingResult best, ImmutableArray<Assignment> assignments)
    {
        var lists = instance.Students.Where(student => student.Choices.Length > 0).Select(student => student.Id).ToHashSet();
        var ranks = instance.Students.Max(student => student.Choices.Length);
        var counts = Enumerable.Range(1, ranks).Select(rank => assignments.Count(a => a.Rank == rank)).ToArray();
        return best with
        {
            Assignments = assignments,
            Placed = assignments.Length,
            Unplaced = [.. instance.Students.Select(s => s.Id).Where(id => assignments.All(a => a.Student != id)).Order(StringComparer.Ordinal)],
            Profile = [.. counts.Take(Array.FindLastIndex(counts, count => count > 0) + 1)],
            Levels =
            [
                .. best.Levels.Select(level => level.Objective switch
                {
                    "placed" => Proven(level.Objective, assignments.Count(a => lists.Contains(a.Student))),
                    "worst-rank" => Proven(level.Objective, assignments.Where(a => lists.Contains(a.Student)).Select(a => a.Rank ?? (instance.Pinned.Any(p => p.Student == a.Student) ? 0 : ranks + 1)).DefaultIfEmpty(0).Max()),
                    _ when level.Objective.StartsWith("rank-", StringComparison.Ordinal) => Proven(level.Objective, counts[int.Parse(level.Objective[5..], System.Globalization.CultureInfo.InvariantCulture) - 1]),
                    _ => level,
                }),
            ],
        };
    }

    private static Level Proven(string objective, long value) => new(objective, value, value);

    private static InstanceStudent Student(string id, params string[][] choices) =>
        new(id, null, null, [.. choices.Select(group => group.ToImmutableArray())], ImmutableSortedDictionary<string, long>.Empty, false);
}
