using System.Collections.Immutable;
using System.Text;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Files of the same content have one digest: then they have one report, and a report made of the one is true of the other.</summary>
public sealed class RowOrderTests
{
    private static readonly IReadOnlyDictionary<string, long> NoCosts = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Of s0 and s1 one alone gets x, of which both quotas allow one.</summary>
    [Fact]
    public void Two_full_quotas_stand_in_one_order()
    {
        var instance = new Instance
        {
            Students = [Student("s0", "x"), Student("s1", "x")],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [new("x", "h", null, 0, 2, Opening.Always, null, null)],
            Quotas = [new("q2", null, null, ["x"], 0, 1), new("q1", null, ["h"], null, 0, 1)],
        };

        var report = ReportOfBoth(instance, Turned(instance));

        report.Students.SelectMany(row => row.Better).Single().Limits.Select(limit => limit.Id).Should().Equal("q1", "q2");
    }

    /// <summary>Both groups keep their members from x, the only offer; and y has no room for two.</summary>
    [Fact]
    public void Groups_in_conflict_are_named_in_one_order()
    {
        var instance = new Instance
        {
            Students = [Student("s3", "x"), Student("s1", "x"), Student("s2", "y"), Student("s0", "y")],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [new("y", "h", null, 0, 4, Opening.Always, null, null), new("x", "h", null, 0, 4, Opening.Always, null, null)],
            Apart = [new(["s3", "s1"], GroupLevel.Offer), new(["s2", "s0"], GroupLevel.Offer)],
            Together = [new(["s3", "s0"], GroupLevel.Offer)],
        };

        var report = ReportOfBoth(instance, Turned(instance));

        report.Diagnosis.Conflicts.SelectMany(conflict => conflict.Demands).Where(demand => demand.Kind is "apart" or "together").Select(demand => demand.Id)
            .Should().NotBeEmpty().And.BeSubsetOf(["s1,s3", "s0,s2", "s0,s3"]);
    }

    /// <summary>Two pins that cannot both be: which comes first does not depend on the file.</summary>
    [Fact]
    public void What_contradicts_stands_in_one_order()
    {
        var instance = new Instance
        {
            Students = [Student("s1", "x"), Student("s0", "x")],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [new("x", "h", null, 0, 2, Opening.Always, null, null)],
            Apart = [new(["s1", "s0"], GroupLevel.Host)],
            Pinned = [new("s1", "x"), new("s0", "x")],
        };

        var demands = Explanations.Diagnostician.Diagnose(instance, CancellationToken.None).Conflicts.Single().Demands;

        demands.Select(demand => (demand.Kind, demand.Id)).Should().Equal(("pin", "s0"), ("pin", "s1"), ("apart", "s0,s1"));
        Explanations.Diagnostician.Diagnose(Turned(instance), CancellationToken.None).Conflicts.Single().Demands.Should().Equal(demands);
    }

    [Fact]
    public void Any_order_of_rows_gives_the_same_report() =>
        Gens.Constrained.Where(instance => ExplanationTests.Solve(instance, PolicyName.MinRegretGreedy).Status == MatchingStatus.Optimal)
            .Sample(instance => ReportOfBoth(instance, Turned(instance)).Students.Length.Should().Be(instance.Students.Length), iter: 60);

    /// <returns>The report of the one, after it was found to be that of the other, byte by byte, and true of both.</returns>
    private static MatchingReport ReportOfBoth(Instance one, Instance other)
    {
        CanonicalJson.Digest(other).Should().Be(CanonicalJson.Digest(one));
        var (first, second) = (ReportCheckTests.WithReport(one, PolicyName.MinRegretGreedy), ReportCheckTests.WithReport(other, PolicyName.MinRegretGreedy));
        ResultVerifier.Check(other, first).Findings.Should().BeEmpty();
        ResultVerifier.Check(one, second).Findings.Should().BeEmpty();
        Written(second).Should().Be(Written(first));
        return ReportCheckTests.ReportOf(first);
    }

    private static string Written(MatchingResult result) => Encoding.UTF8.GetString(ResultJson.Write(result with { Engine = null }));

    /// <summary>The same content, each list whose order means nothing turned round.</summary>
    private static Instance Turned(Instance instance) => instance with
    {
        Students = [.. instance.Students.Reverse().Select(student => student with { Choices = [.. student.Choices.Select(Turned)] })],
        Hosts = [.. instance.Hosts.Reverse()],
        Supervisors = [.. instance.Supervisors.Reverse()],
        Offers = [.. instance.Offers.Reverse()],
        Quotas = [.. instance.Quotas.Reverse()],
        Together = [.. instance.Together.Reverse().Select(group => group with { Students = Turned(group.Students) })],
        Apart = [.. instance.Apart.Reverse().Select(group => group with { Students = Turned(group.Students) })],
        Pinned = [.. instance.Pinned.Reverse()],
        Forbidden = [.. instance.Forbidden.Reverse()],
        Published = [.. instance.Published.Reverse()],
    };

    private static ImmutableArray<string> Turned(ImmutableArray<string> ids) => [.. ids.Reverse()];

    private static InstanceStudent Student(string id, string choice) => new(id, null, null, [[choice]], NoCosts, false);
}
