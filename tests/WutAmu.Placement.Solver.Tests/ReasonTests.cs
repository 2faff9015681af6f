using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>What an explanation says is so: who came first and by what, and whether the draw of lots decided.</summary>
public sealed class ReasonTests
{
    public static TheoryData<string> OrderPolicies { get; } = [PolicyName.Serial, PolicyName.StudentOptimalStable, PolicyName.HostOptimalStable];

    [Theory]
    [MemberData(nameof(OrderPolicies))]
    public void A_placement_said_to_be_forced_is_the_same_under_every_other_draw(string name)
    {
        var (forced, drawn) = (0, 0);
        Gens.Market.Where(instance => ExplanationTests.Solve(instance, name).Status == MatchingStatus.Optimal).Sample(
            instance =>
            {
                var before = ExplanationTests.Solve(instance, name);
                using var explainer = new Explainer(instance, before, CancellationToken.None);
                foreach (var student in explainer.Students.Select(explainer.Explain))
                {
                    var others = Enumerable.Range(0, 12).Select(draw => ExplanationTests.Solve(instance with { LotterySeed = $"draw {draw}" }, name))
                        .Select(other => other.Assignments.SingleOrDefault(a => a.Student == student.Student)?.Offer).ToList();
                    others.Where(other => student.Forced == true && other != student.Offer).Should().BeEmpty(student.Student);
                    Interlocked.Add(ref forced, student.Forced == true ? 1 : 0);
                    Interlocked.Add(ref drawn, student.Forced == false ? 1 : 0);
                }
            },
            iter: 100);

        forced.Should().BePositive("the law is not empty");
        drawn.Should().BePositive();
    }

    [Theory]
    [InlineData(PolicyName.GreedyMaximum)]
    [InlineData(PolicyName.MinRegretGreedy)]
    [InlineData(PolicyName.Serial)]
    public void The_reserve_of_a_search_is_what_the_policy_gives_when_the_placement_is_forbidden_to_that_student_alone(string name) =>
        Gens.Constrained.Where(instance => ExplanationTests.Solve(instance, name).Status == MatchingStatus.Optimal).Sample(
            instance =>
            {
                var before = ExplanationTests.Solve(instance, name);
                using var explainer = new Explainer(instance, before, CancellationToken.None);
                foreach (var placed in before.Assignments.Where(placed => instance.Pinned.All(pin => pin.Student != placed.Student)))
                {
                    var after = ExplanationTests.Solve(instance with { Forbidden = instance.Forbidden.Add(new(placed.Student, placed.Offer)) }, name);
                    var reserve = explainer.Explain(placed.Student).Reserve;
                    (reserve is not null).Should().Be(after.Status == MatchingStatus.Optimal);
                    reserve?.Offer.Should().Be(after.Assignments.SingleOrDefault(other => other.Student == placed.Student)?.Offer, $"{placed.Student} lost {placed.Offer}");
                }
            },
            iter: 25);

    [Theory]
    [MemberData(nameof(OrderPolicies))]
    public void Two_who_only_a_ticket_tells_apart_are_not_forced_and_an_uncontested_first_choice_is(string name)
    {
        var instance = Of([Student("a", null, ["x"]), Student("b", null, ["x"]), Student("c", null, ["y"])], Offer("x"), Offer("y"));

        using var explainer = new Explainer(instance, ExplanationTests.Solve(instance, name), CancellationToken.None);

        explainer.Explain("a").Forced.Should().BeFalse();
        explainer.Explain("b").Forced.Should().BeFalse();
        explainer.Explain("c").Forced.Should().BeTrue();
    }

    [Theory]
    [InlineData(null, null, false, "by the draw of lots", "selon le tirage au sort", "依抽签排在您之前")]
    [InlineData(15.0, 12.0, false, "by score", "selon la note", "依成绩排在您之前")]
    [InlineData(12.0, 15.0, true, "by the host’s ranking", "selon le classement de la structure", "依接收单位的排序排在您之前")]
    public void Who_has_the_place_of_a_stable_matching_came_first_by_what_is_said(double? scoreOfOne, double? scoreOfOther, bool ranked, string en, string fr, string zh)
    {
        var instance = Of([Student("a", scoreOfOne, ["x"]), Student("b", scoreOfOther, ["x"])], Offer("x"));
        instance = ranked ? instance with { Hosts = [instance.Hosts[0] with { Ranking = [["a"], ["b"]] }] } : instance;
        var result = ExplanationTests.Solve(instance, PolicyName.StudentOptimalStable);

        using var explainer = new Explainer(instance, result, CancellationToken.None);
        var text = explainer.Explain(result.Unplaced.Single()).Better.Single().Text;

        text.En.Should().Contain($"are taken by students who come before you there {en};");
        text.Fr.Should().Contain(fr);
        text.Zh.Should().Contain(zh);
    }

    [Fact]
    public void A_pin_is_said_to_be_a_decision_and_its_student_to_be_fixed()
    {
        var instance = Of([Student("best", 20, ["x"]), Student("pin", 1, ["y"], ["x"])], Offer("x"), Offer("y")) with { Pinned = [new("pin", "x")] };
        using var explainer = new Explainer(instance, ExplanationTests.Solve(instance, PolicyName.StudentOptimalStable), CancellationToken.None);

        explainer.Explain("best").Better.Single().Text.En.Should().StartWith("Choice 1, x: all places of this offer (1) are taken by students who come before you there by a decision made beforehand;");
        explainer.Explain("pin", "y").Should().Match<ChoiceExplanation>(choice => choice.Reason == RefusalReason.Fixed && choice.Text.En == "Choice 1, y: your placement was fixed beforehand.");
    }

    [Fact]
    public void What_one_has_is_not_refused_and_what_has_no_places_is_not_taken()
    {
        var instance = Of(
            [Student("a", null, ["closed"], ["x"], ["y"]), Student("biology", null, ["y"])],
            Offer("x"),
            Offer("y"),
            Offer("other"),
            new("closed", "h", null, 0, 0, Opening.Always, null, null),
            new("elsewhere", "h", null, 0, 1, Opening.Always, ["chemistry"], null));
        using var explainer = new Explainer(instance, ExplanationTests.Solve(instance, PolicyName.GreedyMaximum), CancellationToken.None);

        explainer.Explain("a", "x").Text.En.Should().Be("Choice 2, x: this is what you have.");
        explainer.Explain("a", "x").Text.Fr.Should().Be("Choix 2, x\u00a0: c’est votre placement.");
        explainer.Explain("a", "x").Text.Zh.Should().Be("第 2 志愿 x：这就是您获得的项目。");
        explainer.Explain("a", "closed").Text.En.Should().Be("Choice 1, closed: this offer has no places; no matching that meets every constraint would give it to you.");
        explainer.Explain("a", "other").Text.En.Should().Be("Offer other: it is not among your choices.");
        explainer.Explain("a", "elsewhere").Text.En.Should().Be("Offer elsewhere: this offer is not open to you.");
    }

    [Fact]
    public void A_choice_liked_less_with_room_is_said_to_be_so()
    {
        var instance = Of([Student("a", null, ["x"], ["y"])], Offer("x"), Offer("y"));
        using var explainer = new Explainer(instance, ExplanationTests.Solve(instance, PolicyName.GreedyMaximum), CancellationToken.None);

        explainer.Explain("a", "y").Text.En.Should().StartWith("Choice 2, y: a place is free there, but you have a choice that you ranked better;");
    }

    /// <summary>There is a matching with s at x that meets the minimum of y, but not the stable one.</summary>
    [Fact]
    public void A_stable_policy_does_not_say_that_no_matching_exists_when_only_its_own_does_not()
    {
        var instance = Of(
            [Student("t", 20, ["x"], ["z"]), Student("s", 10, ["x"], ["y"]), Student("w", 15, ["v"], ["y"])],
            Offer("x"), Offer("y") with { Min = 1 }, Offer("z"), Offer("v"));
        using var explainer = new Explainer(instance, ExplanationTests.Solve(instance, PolicyName.StudentOptimalStable), CancellationToken.None);

        explainer.Explain("s", "x").Text.En.Should().EndWith("; if you had it, no matching that the policy names would meet every constraint.");
    }

    private static Instance Of(InstanceStudent[] students, params InstanceOffer[] offers) =>
        new() { Students = [.. students], Hosts = [new("h", 0, null, Opening.Always, null)], Offers = [.. offers] };

    private static InstanceStudent Student(string id, double? score, params string[][] choices) =>
        new(id, null, score, [.. choices.Select(group => group.ToImmutableArray())], ImmutableSortedDictionary<string, long>.Empty, false);

    private static InstanceOffer Offer(string id) => new(id, "h", null, 0, 1, Opening.Always, null, null);
}
