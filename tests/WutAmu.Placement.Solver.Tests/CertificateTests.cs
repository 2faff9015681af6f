using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Certificates that no run of the engine states, and that are right, or wrong in what only they show.</summary>
public sealed class CertificateTests
{
    /// <summary>Some choices that nobody can have, then one that each of two would like best: the level of its rank decides.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(15)]
    public void A_worse_matching_is_refused_at_the_level_that_it_breaks_however_late(int closedCount)
    {
        string[] closed = [.. Enumerable.Range(0, closedCount).Select(o => $"c{o}")];
        var instance = Of([Student("a", [.. closed, "x", "y"]), Student("b", [.. closed, "y", "x"])], [.. closed.Select(id => Offer(id, 0)), Offer("x", 1), Offer("y", 1)]);
        var best = Solve(instance, PolicyName.GreedyMaximum);
        var (better, worse) = ($"rank-{closedCount + 1}", $"rank-{closedCount + 2}");
        var swapped = best with
        {
            Profile = [.. Enumerable.Repeat(0, closedCount + 1), 2],
            Levels = [.. best.Levels.Select(level => level.Objective == better ? new(level.Objective, 0, 0) : level.Objective == worse ? new(level.Objective, 2, 2) : level)],
            Assignments = [new("a", "y", "h", closedCount + 2), new("b", "x", "h", closedCount + 2)],
        };

        ResultVerifier.Check(instance, best).Findings.Should().BeEmpty();
        var report = ResultVerifier.Check(instance, swapped);

        report.Findings.First().Code.Should().Be("level.not-optimal");
        report.Findings.First().Message.Should().StartWith($"Level {better}:");
        report.Levels.Where(level => level.Rechecked).Select(level => level.Objective).Should().Equal(["placed", .. Enumerable.Range(1, closedCount).Select(rank => $"rank-{rank}")]);
    }

    [Fact]
    public void Of_two_levels_that_are_wrong_the_earlier_is_named_whoever_comes_first()
    {
        // "a" could have a better second choice, "b" a better first one.
        var instance = Of([Student("a", ["n", "x", "y"]), Student("b", ["z", "w"])], [Offer("n", 0), Offer("x", 1), Offer("y", 1), Offer("z", 1), Offer("w", 1)]);
        var best = Solve(instance, PolicyName.GreedyMaximum);
        var worse = best with
        {
            Profile = [0, 1, 1],
            Levels = [new("placed", 2, 2), new("rank-1", 0, 0), new("rank-2", 1, 1), new("rank-3", 1, 1)],
            Assignments = [new("a", "y", "h", 3), new("b", "w", "h", 2)],
        };

        var report = ResultVerifier.Check(instance, worse);

        report.Findings.First().Message.Should().Contain("Level rank-1").And.Contain("\"b\"");
        report.Levels.Where(level => level.Rechecked).Select(level => level.Objective).Should().Equal("placed");
    }

    /// <summary>A place that nobody can have may cost whatever the numbers of the format hold.</summary>
    [Theory]
    [InlineData(long.MaxValue)]
    [InlineData(long.MaxValue - 1)]
    public void Accepts_a_price_at_the_end_of_64_bits(long price)
    {
        var instance = Of([Student("a", ["x"]), Student("b", ["n", "y"])], [Offer("n", 0), Offer("x", 1), Offer("y", 1)]);
        var best = Solve(instance, PolicyName.MinCost);
        var dear = best with { Certificate = best.Certificate! with { Phases = [.. best.Certificate.Phases[..^1], best.Certificate.Phases[^1] with { Offers = new Dictionary<string, long> { ["n"] = price } }] } };

        ResultVerifier.Check(instance, dear).Findings.Should().BeEmpty();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Levels_packed_in_one_phase_prove_the_best_and_no_other(bool isBest)
    {
        var instance = Of([Student("a", ["x", "y"]), Student("b", ["y", "x"])], [Offer("x", 1), Offer("y", 1)]);
        var best = Solve(instance, PolicyName.RankMaximal);
        var packed = best with { Certificate = best.Certificate! with { Phases = [Free(["rank-1", "rank-2"], 3)] } };
        var swapped = packed with
        {
            Profile = [0, 2],
            Levels = [new("rank-1", 0, 0), new("rank-2", 2, 2)],
            Assignments = [new("a", "y", "h", 2), new("b", "x", "h", 2)],
        };

        ResultVerifier.Check(instance, isBest ? packed : swapped).Findings.Select(finding => finding.Code).Should().Equal(isBest ? [] : ["level.not-optimal", "level.not-proven", "level.not-proven"]);
    }

    /// <summary>It would cost a walk over all choices, and a file has room for millions.</summary>
    [Fact]
    public void Refuses_a_phase_that_proves_no_level()
    {
        var instance = Of([Student("a", ["x"])], [Offer("x", 1)]);
        var best = Solve(instance, PolicyName.GreedyMaximum);

        var report = ResultVerifier.Check(instance, best with { Certificate = best.Certificate! with { Phases = best.Certificate.Phases.Add(Free([], 1)) } });

        report.Findings.Should().ContainSingle().Which.Code.Should().Be("certificate");
    }

    private static MatchingResult Solve(Instance instance, string policy) => MatchingEngine.Solve(instance, new(policy, false), new SolveOptions(), CancellationToken.None);

    private static Instance Of(ImmutableArray<InstanceStudent> students, ImmutableArray<InstanceOffer> offers) =>
        new() { LotterySeed = "seed", Students = students, Offers = offers, Hosts = [new("h", 0, null, Opening.Always, null)] };

    private static InstanceStudent Student(string id, string[] choices) =>
        new(id, null, null, [.. choices.Select(offer => ImmutableArray.Create(offer))], ImmutableSortedDictionary<string, long>.Empty, false);

    private static InstanceOffer Offer(string id, int places) => new(id, "h", null, 0, places, Opening.Always, null, null);

    private static CertificatePhase Free(ImmutableArray<string> levels, long radix) =>
        new(levels, radix, new Dictionary<string, long>(), new Dictionary<string, long>(), new Dictionary<string, long>());
}
