using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Solver.Explanations;
using WutAmu.Placement.Solver.Search;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Quotas that are bounds of one offer, supervisor or host: solved, proven and explained as flows, with the answers of a search.</summary>
public sealed class NestedQuotaTests
{
    private static readonly Gen<Instance> Nested = Gen.Int[0, int.MaxValue - 1].Select(seed => MustOpen(WithNested(Gens.Build(new Random(seed)), new Random(seed)), seed));

    /// <summary>Beside quotas that do not nest, groups, and minima that hold only if open.</summary>
    private static readonly Gen<Instance> Mixed = Gens.Constrained.Select(Gen.Int[0, 1000], (instance, seed) => WithNested(instance, new Random(seed)));

    public static TheoryData<string> Policies { get; } = MatchingEngineTests.FlowPolicies;

    [Theory]
    [MemberData(nameof(Policies))]
    public void Flow_and_search_and_trying_every_matching_agree(string name) =>
        Nested.Sample(
            instance =>
            {
                var (flow, search) = (Solve(instance, name, alwaysSearch: false), Solve(instance, name, alwaysSearch: true));
                var expected = new BruteForce(instance, Policy(name)).Solve();

                (flow.Status == MatchingStatus.Optimal).Should().Be(expected is not null);
                (flow.Status, search.Status).Should().Be((search.Status, flow.Status));
                flow.Levels.Should().Equal(search.Levels);
                flow.Assignments.Should().Equal(search.Assignments);
                flow.Assignments.Select(placed => (placed.Student, placed.Offer)).Should().BeEquivalentTo((expected ?? []).Where(pair => pair.Value is not null).Select(pair => (pair.Key, pair.Value!)));
            },
            iter: 60);

    [Theory]
    [MemberData(nameof(Policies))]
    public void The_whole_proof_is_checked_without_a_search_and_that_of_a_search_is_still_accepted(string name) =>
        Nested.Where(instance => instance.Quotas.Length > 0 && Solve(instance, name, alwaysSearch: false).Status == MatchingStatus.Optimal).Sample(
            instance =>
            {
                var (flow, search) = (Solve(instance, name, alwaysSearch: false), Solve(instance, name, alwaysSearch: true));

                flow.Certificate!.Kind.Should().NotBe("search"); // not null: solved
                ResultVerifier.Check(instance, flow).IsFullyRechecked.Should().BeTrue(string.Join("; ", ResultVerifier.Check(instance, flow).Findings));
                ResultVerifier.Check(instance, search).IsGreen.Should().BeTrue(string.Join("; ", ResultVerifier.Check(instance, search).Findings));
            },
            iter: 60);

    [Theory]
    [InlineData(PolicyName.MinRegretGreedy)]
    [InlineData(PolicyName.GenerousMaximum)]
    [InlineData(PolicyName.Serial)]
    public void Beside_other_constraints_the_search_gives_what_trying_every_matching_gives_and_its_proof_holds(string name) =>
        Mixed.Sample(
            instance =>
            {
                var result = Solve(instance, name, alwaysSearch: false);
                var expected = new BruteForce(instance, Policy(name)).Solve();

                (result.Status == MatchingStatus.Optimal).Should().Be(expected is not null);
                result.Assignments.Select(placed => (placed.Student, placed.Offer)).Should().BeEquivalentTo((expected ?? []).Where(pair => pair.Value is not null).Select(pair => (pair.Key, pair.Value!)));
                ResultVerifier.Check(instance, result).Findings.Where(finding => result.Status == MatchingStatus.Optimal).Should().BeEmpty();
            },
            iter: 60);

    [Theory]
    [InlineData(PolicyName.MinRegretGreedy)]
    [InlineData(PolicyName.MinCost)]
    [InlineData(PolicyName.KeepPublishedPrefix + PolicyName.GreedyMaximum)]
    [InlineData(PolicyName.Serial)]
    public void Effects_are_what_solving_the_changed_instance_again_says(string name) =>
        Nested.Where(instance => instance.Quotas.Length > 0 && Solve(instance, name, alwaysSearch: false).Status == MatchingStatus.Optimal).Sample(
            instance =>
            {
                var before = Solve(instance, name, alwaysSearch: false);
                using var explainer = new Explainer(instance, before, CancellationToken.None);
                var limits = explainer.Sensitivities();

                limits.Where(limit => limit.Kind == LimitKind.Quota).Select(limit => (limit.Id, limit.Max)).Should().Equal(instance.Quotas.OrderBy(quota => quota.Id, StringComparer.Ordinal).Select(quota => (quota.Id, quota.Max)));
                foreach (var (limit, effect, change) in limits.SelectMany(limit => new[] { (limit, limit.More, 1), (limit, limit.Fewer, -1) }).Where(one => one.Item2 is not null))
                {
                    ExplanationTests.Values(before, effect!).Should().Equal(ExplanationTests.Values(ExplanationTests.SolveChanged(instance, name, limit, change)), $"{limit.Kind} {limit.Id} {change}"); // not null: filtered
                }

                foreach (var student in instance.Students.Where(student => instance.Pinned.All(pin => pin.Student != student.Id)).Select(student => explainer.Explain(student.Id)))
                {
                    foreach (var choice in student.Better.Where(choice => choice.Effect is not null))
                    {
                        var pinned = Solve(instance with { Pinned = instance.Pinned.Add(new(student.Student, choice.Offer)) }, name, alwaysSearch: true);
                        ExplanationTests.Values(before, choice.Effect!).Should().Equal(ExplanationTests.Values(pinned), $"{student.Student} to {choice.Offer}"); // not null: filtered
                    }

                    if (student.Offer is { } lost)
                    {
                        var without = Solve(instance with { Forbidden = instance.Forbidden.Add(new(student.Student, lost)) }, name, alwaysSearch: true);
                        student.Reserve?.Offer.Should().Be(without.Assignments.SingleOrDefault(placed => placed.Student == student.Student)?.Offer);
                        (student.Reserve is not null).Should().Be(without.Status == MatchingStatus.Optimal);
                    }
                }
            },
            iter: 40);

    [Fact]
    public void Nests_what_counts_everybody_at_one_offer_supervisor_or_host_and_nothing_else()
    {
        var instance = new Instance
        {
            Students = [],
            Hosts = [new("h", 0, null, Opening.Always, null), new("g", 0, null, Opening.Always, null)],
            Supervisors = [new("v", "h", 0, null)],
            Offers = [Offer("a", "h", "v"), Offer("b", "h", "v"), Offer("c", "h", null), Offer("d", "g", null)],
        };

        (LimitKind, string)? Of(ImmutableArray<string>? programmes, ImmutableArray<string>? hosts, ImmutableArray<string>? offers) =>
            NestedQuotas.LimitOf(instance, new("q", programmes, hosts, offers, 0, 1));

        Of(null, ["h"], null).Should().Be((LimitKind.Host, "h"));
        Of(null, null, ["c", "a", "b"]).Should().Be((LimitKind.Host, "h"));
        Of(null, ["h"], ["b", "a", "d"]).Should().Be((LimitKind.Supervisor, "v"));
        Of(null, ["g"], null).Should().Be((LimitKind.Offer, "d"));
        Of(null, null, ["a"]).Should().Be((LimitKind.Offer, "a"));
        Of(["p"], ["h"], null).Should().BeNull("others are not counted");
        Of(null, ["h"], ["a", "c"]).Should().BeNull();
        Of(null, null, null).Should().BeNull("it counts at two hosts");
        Of(null, ["g"], ["a"]).Should().BeNull("it counts nowhere");
    }

    private static InstanceOffer Offer(string id, string host, string? supervisor) => new(id, host, supervisor, 0, 1, Opening.Always, null, null);

    private static Instance WithNested(Instance instance, Random random)
    {
        var quotas = ImmutableArray.CreateBuilder<Quota>();
        for (var q = random.Next(3); q >= 0; q--)
        {
            var min = random.Next(5) == 0 ? 1 : 0;
            int? max = random.Next(5) == 0 ? null : min + random.Next(3);
            var host = instance.Hosts[random.Next(instance.Hosts.Length)].Id;
            ImmutableArray<string> Under(Func<InstanceOffer, bool> counted) => [.. instance.Offers.Where(counted).Select(offer => offer.Id)];
            var quota = random.Next(4) switch
            {
                0 => new Quota($"n{q}", null, [host], null, min, max),
                1 => new Quota($"n{q}", null, null, Under(offer => offer.Host == host), min, max),
                2 => new Quota($"n{q}", null, null, Under(offer => offer.Supervisor == "a0"), min, max),
                _ => new Quota($"n{q}", null, null, [instance.Offers[random.Next(instance.Offers.Length)].Id], min, max),
            };
            if (NestedQuotas.LimitOf(instance, quota) is not null)
            {
                quotas.Add(quota);
            }
        }

        return instance with { Quotas = [.. instance.Quotas, .. quotas] };
    }

    /// <summary>Some with a host that opens only with two, and a quota for which it must be open.</summary>
    private static Instance MustOpen(Instance instance, int seed)
    {
        var host = instance.Hosts[0];
        var quota = new Quota("must", null, [host.Id], null, 1, null);
        return seed % 4 == 0 && NestedQuotas.LimitOf(instance, quota) is (LimitKind.Host, _)
            ? instance with { Hosts = instance.Hosts.SetItem(0, host with { Min = 2, Max = host.Max + 2, Opening = Opening.IfOpen }), Quotas = instance.Quotas.Add(quota) }
            : instance;
    }

    private static PolicyName Policy(string name)
    {
        PolicyName.TryParse(name, out var policy).Should().BeTrue();
        return policy!; // not null: parsed
    }

    private static MatchingResult Solve(Instance instance, string name, bool alwaysSearch) =>
        MatchingEngine.Solve(instance, Policy(name), new SolveOptions { AlwaysSearch = alwaysSearch }, CancellationToken.None);
}
