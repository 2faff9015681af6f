using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Explanations, sensitivities and diagnoses of the stable policies and of searches, against solving the changed instance again.</summary>
public sealed class SideExplanationTests
{
    public static TheoryData<string> Policies { get; } =
        [PolicyName.StudentOptimalStable, PolicyName.HostOptimalStable, PolicyName.MinRegretGreedy, PolicyName.MinCost, PolicyName.Serial];

    [Theory]
    [MemberData(nameof(Policies))]
    public void The_effect_of_giving_a_choice_is_what_solving_with_that_pin_gives(string name) =>
        Solvable(name).Sample(
            instance =>
            {
                var before = ExplanationTests.Solve(instance, name);
                var explainer = new Explainer(instance, before, CancellationToken.None);
                foreach (var student in instance.Students.Where(student => instance.Pinned.All(pin => pin.Student != student.Id)))
                {
                    foreach (var choice in explainer.Explain(student.Id).Better.Where(choice => choice.Effect is not null))
                    {
                        var after = ExplanationTests.Solve(instance with { Pinned = instance.Pinned.Add(new(student.Id, choice.Offer)) }, name);
                        ExplanationTests.Told(before, choice.Effect!).Should().Equal(ExplanationTests.Solved(after, choice.Effect!), $"{student.Id} to {choice.Offer}");
                    }
                }
            },
            iter: 15);

    [Theory]
    [MemberData(nameof(Policies))]
    public void One_place_more_or_fewer_changes_what_solving_again_says(string name) =>
        Solvable(name).Sample(
            instance =>
            {
                var before = ExplanationTests.Solve(instance, name);
                var limits = new Explainer(instance, before, CancellationToken.None).Sensitivities();
                limits.Count(limit => limit.Kind == LimitKind.Quota).Should().Be(instance.Quotas.Length);
                foreach (var limit in limits.Where(limit => limit.Max is not null))
                {
                    foreach (var (effect, change) in new[] { (limit.More, 1), (limit.Fewer, -1) })
                    {
                        if (effect is not null)
                        {
                            ExplanationTests.Told(before, effect).Should().Equal(ExplanationTests.Solved(ExplanationTests.SolveChanged(instance, name, limit, change), effect), $"{limit.Kind} {limit.Id} {change}");
                        }
                    }
                }
            },
            iter: 10);

    /// <summary>Moving the student alone breaks exactly what the reason names.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void The_reason_is_what_moving_the_student_alone_would_break(string name) =>
        Solvable(name).Sample(
            instance =>
            {
                var before = ExplanationTests.Solve(instance, name);
                var explainer = new Explainer(instance, before, CancellationToken.None);
                foreach (var student in instance.Students.Where(student => instance.Pinned.All(pin => pin.Student != student.Id)))
                {
                    foreach (var choice in explainer.Explain(student.Id).Better)
                    {
                        var moved = before.Assignments.Where(a => a.Student != student.Id).Append(new(student.Id, choice.Offer, choice.Host, choice.Rank)).ToList();
                        (Keeps(instance, moved) && choice.Reason != RefusalReason.NotAllowed).Should().Be(choice.Reason == RefusalReason.Policy, $"{student.Id} to {choice.Offer}: {choice.Reason}");
                    }
                }
            },
            iter: 40);

    [Fact]
    public void A_diagnosis_agrees_with_solving_and_removing_what_it_names_resolves_it() =>
        Gens.Constrained.Sample(
            instance =>
            {
                var diagnosis = Diagnostician.Diagnose(instance, CancellationToken.None);
                var solved = ExplanationTests.Solve(instance, PolicyName.GreedyMaximum);

                diagnosis.Feasible.Should().Be(solved.Status == MatchingStatus.Optimal);
                if (diagnosis.Feasible != true)
                {
                    diagnosis.Conflicts.Should().NotBeEmpty();
                    ExplanationTests.Solve(Without(instance, diagnosis.Conflicts.SelectMany(conflict => conflict.Demands)), PolicyName.GreedyMaximum).Status.Should().Be(MatchingStatus.Optimal);
                }
                else
                {
                    (diagnosis.Conflicts.Length > 0).Should().Be(PlacedWithList(instance, solved) < PlacedWithList(instance, ExplanationTests.Solve(Search.SideConstraints.Without(instance), PolicyName.GreedyMaximum)));
                }
            },
            iter: 60);

    /// <summary>Of the demands of one conflict alone: what else contradicts is another conflict.</summary>
    [Fact]
    public void Each_repair_of_a_conflict_is_enough_and_one_less_is_not() =>
        Gens.Constrained.Select(instance => (instance, Diagnostician.Diagnose(instance, CancellationToken.None).Conflicts)).Where(pair => pair.Conflicts.Any(conflict => conflict.Demands.All(demand => demand.Kind != "placed"))).Sample(
            (instance, conflicts) =>
            {
                var demands = conflicts[0].Demands;
                var alone = Only(instance, demands);
                foreach (var demand in demands.Where(demand => demand.Kind is "minimum" or "maximum" or "if-open"))
                {
                    var number = NumberIn(demand);
                    ExplanationTests.Solve(With(alone, demand, number), PolicyName.GreedyMaximum).Status.Should().Be(MatchingStatus.Optimal, demand.Repair.En);
                    ExplanationTests.Solve(With(alone, demand, number + (demand.Kind == "maximum" ? -1 : 1)), PolicyName.GreedyMaximum).Status.Should().Be(MatchingStatus.Infeasible, demand.Repair.En);
                }
            },
            iter: 15);

    public static TheoryData<bool> WithSideConstraintsOrNot { get; } = [true, false];

    [Theory]
    [MemberData(nameof(WithSideConstraintsOrNot))]
    public void The_floor_and_its_irreducible_group_are_what_trying_everything_says(bool constrained) =>
        (constrained ? Gens.Constrained : Gens.Instance).Where(instance => ExplanationTests.Solve(instance, PolicyName.GreedyMaximum).Status == MatchingStatus.Optimal).Sample(
            instance =>
            {
                var submitters = instance.Students.Where(student => student.Choices.Length > 0).Select(student => student.Id).ToList();
                var ranks = instance.Students.Max(student => student.Choices.Length);

                var diagnosis = Diagnostician.Diagnose(instance, CancellationToken.None);

                diagnosis.Undetermined.Should().BeEmpty();
                diagnosis.Floor.Should().Be(Enumerable.Range(0, ranks + 1).Select(k => (int?)k).FirstOrDefault(k => CanAll(instance, submitters, k!.Value))); // not null: a number
                if (diagnosis.FloorBlocked is { } blocked)
                {
                    var tooSmall = Math.Min((diagnosis.Floor ?? (ranks + 1)) - 1, ranks);
                    CanAll(instance, blocked.Students, tooSmall).Should().BeFalse();
                    foreach (var student in blocked.Students)
                    {
                        CanAll(instance, blocked.Students.Remove(student), tooSmall).Should().BeTrue($"{student} is needed for the contradiction");
                    }
                }
            },
            iter: 60);

    // All of these have a choice of rank k or better, or their pin; nobody with a list has a worse one.
    private static bool CanAll(Instance instance, IReadOnlyCollection<string> students, int k) =>
        new BruteForce(instance, new(PolicyName.GreedyMaximum, false)).Any(given => instance.Students.Select((student, s) => (student, given: given[s])).All(pair =>
            pair.given is null
                ? !students.Contains(pair.student.Id)
                : pair.student.Choices.Length == 0 || RankThatCounts(instance, pair.student, pair.given) <= k));

    private static int RankThatCounts(Instance instance, InstanceStudent student, string offer) =>
        student.Choices.ToList().FindIndex(group => group.Contains(offer)) is var i && i >= 0 ? i + 1
        : instance.Pinned.Any(pin => pin.Student == student.Id) ? 0 : int.MaxValue;

    [Fact]
    public void What_a_search_cannot_settle_in_its_limit_is_said_and_not_guessed()
    {
        var instance = Gens.Build(new Random(7)) with { Quotas = [new("q", null, null, null, 0, 2)], Pinned = [], Forbidden = [] };
        var sorted = MatchingEngine.Sort(instance);
        var roster = new Roster(sorted);
        var spent = new Search.SearchBudget(0.001);
        spent.Use(1);
        var given = Enumerable.Repeat(Matched.Unplaced, sorted.Students.Length).ToArray();

        using var effects = new SearchEffects(sorted, roster, new(PolicyName.GreedyMaximum, false), given, spent, CancellationToken.None);
        var student = Enumerable.Range(0, sorted.Students.Length).First(s => roster.OptionsOf(s).Length > 0);
        var effect = effects.Forced(student, roster.OptionsOf(student)[0].Offer).EffectFrom(effects.Base);

        effect.Should().Be(new Effect(null, [], "feasible"));
        ExplanationText.Sentence("o", 1, RefusalReason.Full, [new(LimitKind.Offer, "o", 1)], effect, decidedByLottery: true).En
            .Should().Be("Choice 1, o: all places of this offer (1) are taken; what giving it to you would change was not determined within the limit.");
    }

    [Fact]
    public void Two_pins_that_must_be_apart_are_named_with_their_group()
    {
        var instance = new Instance
        {
            Students = [Student("s0", ["o0"]), Student("s1", ["o0"])],
            Hosts = [new("h0", 0, null, Opening.Always, null)],
            Offers = [new("o0", "h0", null, 0, 2, Opening.Always, null, null)],
            Pinned = [new("s0", "o0"), new("s1", "o0")],
            Apart = [new(["s0", "s1"], GroupLevel.Host)],
        };

        var conflict = Diagnostician.Diagnose(instance, CancellationToken.None).Conflicts.Should().ContainSingle().Subject;

        conflict.Demands.Select(demand => demand.Kind).Should().BeEquivalentTo(["pin", "pin", "apart"]);
        conflict.Text.En.Should().Be("Cannot be met together: s0 pinned to o0; s1 pinned to o0; s0,s1 apart.");
    }

    [Fact]
    public void A_quota_that_keeps_students_out_is_named_with_the_maximum_that_is_enough()
    {
        var instance = new Instance
        {
            Students = [Student("s0", ["o0"]), Student("s1", ["o0"]), Student("s2", ["o0"])],
            Hosts = [new("h0", 0, null, Opening.Always, null)],
            Offers = [new("o0", "h0", null, 0, 3, Opening.Always, null, null)],
            Quotas = [new("q", null, ["h0"], null, 0, 1)],
        };

        var diagnosis = Diagnostician.Diagnose(instance, CancellationToken.None);

        diagnosis.Feasible.Should().BeTrue();
        diagnosis.Conflicts.Should().ContainSingle().Which.Demands.Select(demand => demand.Repair.En)
            .Should().BeEquivalentTo(["Raise the maximum of quota q from 1 to 3.", "Accept that 1 student is placed."]);
    }

    [Fact]
    public void A_host_that_did_not_open_is_the_reason_told()
    {
        var instance = new Instance
        {
            Students = [Student("s0", ["o0"], ["o1"]), Student("s1", ["o1"])],
            Hosts = [new("h0", 2, null, Opening.IfOpen, null), new("h1", 0, null, Opening.Always, null)],
            Offers = [new("o0", "h0", null, 0, 2, Opening.Always, null, null), new("o1", "h1", null, 0, 2, Opening.Always, null, null)],
        };

        var choice = new Explainer(instance, ExplanationTests.Solve(instance, PolicyName.MinRegretGreedy), CancellationToken.None).Explain("s0").Better.Should().ContainSingle().Subject;

        choice.Reason.Should().Be(RefusalReason.Closed);
        choice.Text.En.Should().Be("Choice 1, o0: it opens only with at least 2 students and did not open; no matching that meets every constraint would give it to you.");
        choice.Text.Fr.Should().Contain("n’a pas ouvert");
    }

    private static InstanceStudent Student(string id, params string[][] choices) =>
        new(id, null, null, [.. choices.Select(group => group.ToImmutableArray())], ImmutableSortedDictionary<string, long>.Empty, false);

    private static Gen<Instance> Solvable(string name) =>
        (name.EndsWith("stable", StringComparison.Ordinal) ? Gens.Market : Gens.Constrained).Where(instance => ExplanationTests.Solve(instance, name).Status == MatchingStatus.Optimal);

    private static int PlacedWithList(Instance instance, MatchingResult result) =>
        result.Assignments.Count(a => instance.Students.Single(student => student.Id == a.Student).Choices.Length > 0);

    private static bool Keeps(Instance instance, List<Assignment> matching)
    {
        bool Within(int count, int min, int? max, Opening opening) => (count >= min || (count == 0 && opening == Opening.IfOpen)) && !(count > max);
        string? Place(string student, GroupLevel level) => matching.Find(a => a.Student == student) is { } a ? level == GroupLevel.Host ? a.Host : a.Offer : null;
        bool IsIn(Quota quota, Assignment a) =>
            (quota.Programmes is not { } programmes || (instance.Students.Single(s => s.Id == a.Student).Programme is { } programme && programmes.Contains(programme)))
            && (quota.Hosts is not { } hosts || hosts.Contains(a.Host)) && (quota.Offers is not { } offers || offers.Contains(a.Offer));
        return instance.Offers.All(o => Within(matching.Count(a => a.Offer == o.Id), o.Min, o.Max, o.Opening))
            && instance.Supervisors.All(v => Within(matching.Count(a => instance.Offers.Single(o => o.Id == a.Offer).Supervisor == v.Id), v.Min, v.Max, Opening.Always))
            && instance.Hosts.All(h => Within(matching.Count(a => a.Host == h.Id), h.Min, h.Max, h.Opening))
            && instance.Quotas.All(q => Within(matching.Count(a => IsIn(q, a)), q.Min, q.Max, Opening.Always))
            && instance.Together.All(g => g.Students.Select(s => Place(s, g.Level)).Distinct().Count() <= 1)
            && instance.Apart.All(g => g.Students.Select(s => Place(s, g.Level)).OfType<string>().GroupBy(p => p).All(p => p.Count() == 1));
    }

    private static Instance Without(Instance instance, IEnumerable<Demand> demands) =>
        demands.Aggregate(instance, (changed, demand) => demand.Kind switch
        {
            "pin" => changed with { Pinned = [.. changed.Pinned.Where(pin => pin.Student != demand.Id)] },
            "together" => changed with { Together = [.. changed.Together.Where(group => string.Join(",", group.Students) != demand.Id)] },
            "apart" => changed with { Apart = [.. changed.Apart.Where(group => string.Join(",", group.Students) != demand.Id)] },
            "maximum" => With(changed, demand, 99),
            _ => With(changed, demand, 0),
        });

    /// <summary>The instance with these demands alone.</summary>
    internal static Instance Only(Instance instance, ImmutableArray<Demand> demands)
    {
        bool Has(string kind, string id) => demands.Any(demand => demand.Kind == kind && demand.Id == id);
        string Name(ImmutableArray<string> students) => string.Join(",", students);
        int Min(string id, int min, Opening opening) => Has(opening == Opening.Always ? "minimum" : "if-open", id) ? min : 0;
        return instance with
        {
            Pinned = [.. instance.Pinned.Where(pin => Has("pin", pin.Student))],
            Together = [.. instance.Together.Where(group => Has("together", Name(group.Students)))],
            Apart = [.. instance.Apart.Where(group => Has("apart", Name(group.Students)))],
            Offers = [.. instance.Offers.Select(o => o with { Min = Min(o.Id, o.Min, o.Opening) })],
            Supervisors = [.. instance.Supervisors.Select(v => v with { Min = Min(v.Id, v.Min, Opening.Always) })],
            Hosts = [.. instance.Hosts.Select(h => h with { Min = Min(h.Id, h.Min, h.Opening) })],
            Quotas = [.. instance.Quotas.Select(q => q with { Min = Min(q.Id, q.Min, Opening.Always), Max = Has("maximum", q.Id) ? q.Max : null })],
        };
    }

    /// <summary>The instance after the demand's own repair, read from its sentence.</summary>
    internal static Instance Repaired(Instance instance, Demand demand) =>
        demand.Kind is "minimum" or "maximum" or "if-open" ? With(instance, demand, NumberIn(demand)) : Without(instance, [demand]);

    private static int NumberIn(Demand demand) =>
        int.Parse(System.Text.RegularExpressions.Regex.Match(demand.Repair.Fr!, demand.Kind == "if-open" ? "dès (\\d+)" : "à (\\d+)\\.").Groups[1].Value, System.Globalization.CultureInfo.InvariantCulture); // not null: written

    private static Instance With(Instance instance, Demand demand, int number) => (demand.Kind, demand.Limit) switch
    {
        ("maximum", _) => instance with { Quotas = [.. instance.Quotas.Select(q => q.Id == demand.Id ? q with { Max = number } : q)] },
        (_, "quota") => instance with { Quotas = [.. instance.Quotas.Select(q => q.Id == demand.Id ? q with { Min = number } : q)] },
        (_, "offer") => instance with { Offers = [.. instance.Offers.Select(o => o.Id == demand.Id ? o with { Min = number } : o)] },
        (_, "supervisor") => instance with { Supervisors = [.. instance.Supervisors.Select(v => v.Id == demand.Id ? v with { Min = number } : v)] },
        _ => instance with { Hosts = [.. instance.Hosts.Select(h => h.Id == demand.Id ? h with { Min = number } : h)] },
    };
}
