using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;
using WutAmu.Placement.Solver.Search;

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
