using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;
using WutAmu.Placement.Solver.Search;
using WutAmu.Placement.Solver.Stable;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Effects told by one more run over the same contracts against solving the changed instance from its rows.</summary>
public sealed class ContractEffectsTests
{
    [Theory]
    [InlineData(PolicyName.StudentOptimalStable)]
    [InlineData(PolicyName.HostOptimalStable)]
    [InlineData(PolicyName.Serial)]
    public void Every_question_has_the_answer_of_solving_again(string name) =>
        Suitable(name).Sample(
            instance =>
            {
                var (fast, slow, roster) = Both(instance, name);
                fast.Base.Should().BeEquivalentTo(slow.Base);
                for (var student = 0; student < instance.Students.Length; student++)
                {
                    foreach (var option in roster.OptionsOf(student).ToList())
                    {
                        fast.Forced(student, option.Offer).Should().BeEquivalentTo(slow.Forced(student, option.Offer), $"{student} has {option.Offer}");
                        fast.Without(student, option.Offer).Should().BeEquivalentTo(slow.Without(student, option.Offer), $"{student} has not {option.Offer}");
                    }
                }

                foreach (var limit in new NetworkPositions(instance, roster).Limits.Where(limit => limit.Max > 0))
                {
                    fast.More(limit).Should().BeEquivalentTo(slow.More(limit), $"one more at {limit.Id}");
                    fast.Fewer(limit).Should().BeEquivalentTo(slow.Fewer(limit), $"one fewer at {limit.Id}");
                }
            },
            iter: 300);

    /// <summary>Long chains of refusals, over three storeys, and questions in any order: each leaves the next one what the first one found.</summary>
    [Fact]
    public void Hosts_that_go_on_from_what_the_others_proposed_end_as_from_the_beginning()
    {
        var changed = 0;
        Gen.Int[0, int.MaxValue - 1].Sample(
            seed =>
            {
                var random = new Random(seed);
                var instance = MatchingEngine.Sort(Wide(random));
                var contracts = new Contracts(instance, new(instance));
                var again = new HostsProposeAgain(contracts, CancellationToken.None);
                again.Unchanged.Should().Equal(HostsPropose.Solve(contracts, ContractChange.None, CancellationToken.None));
                for (var question = 0; question < 60; question++)
                {
                    var (quick, anew) = Ask(contracts, again, random);

                    quick.Should().Equal(anew, $"question {question}");
                    if (!quick.SequenceEqual(again.Unchanged))
                    {
                        Interlocked.Increment(ref changed);
                    }
                }
            },
            iter: 200);
        changed.Should().BeGreaterThan(2000, "what changes nothing proves nothing");
    }

    private static (int[] Quick, int[] Anew) Ask(Contracts contracts, HostsProposeAgain again, Random random)
    {
        var (contract, node, kind) = (random.Next(contracts.ContractCount), random.Next(contracts.NodeCount), random.Next(4));
        var (key, max) = (contracts.Key[contract], contracts.Max[node]);
        if (kind == 0)
        {
            return (again.Without(contract), HostsPropose.Solve(contracts, ContractChange.Without(contract), CancellationToken.None));
        }

        if (kind == 1)
        {
            contracts.Key[contract] = Contracts.AsPin(key);
        }
        else
        {
            contracts.Max[node] = kind == 2 ? Math.Max(max, max + 1) : Math.Max(0, max - 1);
        }

        var answers = kind == 1
            ? (again.Pinned(contract), HostsPropose.Solve(contracts, ContractChange.Only(contracts, contract), CancellationToken.None))
            : (again.WithBound(node), HostsPropose.Solve(contracts, ContractChange.None, CancellationToken.None));
        (contracts.Key[contract], contracts.Max[node]) = (key, max);
        return answers;
    }

    private static Instance Wide(Random random)
    {
        string Name(string prefix, int number) => prefix + number.ToString("D2", System.Globalization.CultureInfo.InvariantCulture);
        var (students, offers, hosts) = (random.Next(8, 40), random.Next(6, 30), random.Next(2, 8));
        var hostOf = Enumerable.Range(0, offers).Select(_ => random.Next(hosts)).ToArray();
        ImmutableArray<ImmutableArray<string>> Ranking() => [.. Enumerable.Range(0, students).OrderBy(_ => random.Next()).Select(s => ImmutableArray.Create(Name("s", s)))];
        return new()
        {
            Students = [.. Enumerable.Range(0, students).Select(s => new InstanceStudent(
                Name("s", s), null, random.Next(9), [.. Enumerable.Range(0, offers).OrderBy(_ => random.Next()).Take(random.Next(1, 9)).Select(o => ImmutableArray.Create(Name("o", o)))], ImmutableSortedDictionary<string, long>.Empty, false))],
            Hosts = [.. Enumerable.Range(0, hosts).Select(h => new InstanceHost(Name("h", h), 0, random.Next(3) == 0 ? null : random.Next(1, 8), Opening.Always, random.Next(3) == 0 ? null : Ranking()))],
            Supervisors = [.. Enumerable.Range(0, hosts).Select(h => new InstanceSupervisor(Name("a", h), Name("h", h), 0, random.Next(1, 4)))],
            Offers = [.. Enumerable.Range(0, offers).Select(o => new InstanceOffer(
                Name("o", o), Name("h", hostOf[o]), random.Next(2) == 0 ? null : Name("a", hostOf[o]), 0, random.Next(1, 3), Opening.Always, null, random.Next(5) == 0 ? Ranking() : null))],
        };
    }

    private static Gen<Instance> Suitable(string name) => Gens.Market
        .Select(instance => MatchingEngine.Sort(instance with { Students = [.. instance.Students.Select(student => student with { UnrankedAcceptable = false })] }))
        .Where(instance => ExplanationTests.Solve(instance, name).Status == MatchingStatus.Optimal && Of(instance, name, new(instance)) is not null);

    private static (IPolicyEffects Fast, IPolicyEffects Slow, Roster Roster) Both(Instance instance, string name)
    {
        var roster = new Roster(instance);
        return (Of(instance, name, roster)!, Solved(instance, name, roster), roster); // not null: suitable
    }

    private static ContractEffects? Of(Instance instance, string name, Roster roster) =>
        ContractEffects.Of(instance, roster, new(name, false), Solved(instance, name, roster), CancellationToken.None);

    private static SolvedEffects Solved(Instance instance, string name, Roster roster) =>
        new(instance, roster, new(name, false), new SearchBudget(null), CancellationToken.None);
}
