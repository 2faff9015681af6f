using System.Collections.Immutable;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Explanations, sensitivities and diagnoses against solving the changed instance again.</summary>
public sealed class ExplanationTests
{
    public static TheoryData<string> Policies { get; } = MatchingEngineTests.FlowPolicies;

    [Theory]
    [MemberData(nameof(Policies))]
    public void The_effect_of_giving_a_choice_is_what_solving_with_that_pin_gives(string name) =>
        Solvable(name).Sample(
            instance =>
            {
                var before = Solve(instance, name);
                var explainer = new Explainer(instance, before, CancellationToken.None);
                foreach (var student in instance.Students.Where(student => instance.Pinned.All(pin => pin.Student != student.Id)))
                {
                    foreach (var choice in explainer.Explain(student.Id).Better.Where(choice => choice.Effect is not null))
                    {
                        var after = Solve(instance with { Pinned = instance.Pinned.Add(new(student.Id, choice.Offer)) }, name);
                        Values(before, choice.Effect!).Should().Equal(Values(after), $"{student.Id} to {choice.Offer}");
                    }
                }
            },
            iter: 60);

    [Theory]
    [MemberData(nameof(Policies))]
    public void One_place_more_or_fewer_changes_what_solving_again_says(string name) =>
        Solvable(name).Sample(
            instance =>
            {
                var before = Solve(instance, name);
                foreach (var limit in new Explainer(instance, before, CancellationToken.None).Sensitivities().Where(limit => limit.Max is not null))
                {
                    foreach (var (effect, change) in new[] { (limit.More, 1), (limit.Fewer, -1) })
                    {
                        if (effect is not null)
                        {
                            Values(before, effect).Should().Equal(Values(SolveChanged(instance, name, limit, change)), $"{limit.Kind} {limit.Id} {change}");
                        }
                    }
                }
            },
            iter: 60);

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_forced_placement_is_the_same_whatever_the_lottery(string name) =>
        Solvable(name).Sample(
            instance =>
            {
                var before = Solve(instance, name);
                var explainer = new Explainer(instance, before, CancellationToken.None);
                var forced = explainer.Students.Select(explainer.Explain).Where(student => student.Forced == true).ToList();
                for (var seed = 0; seed < 8 && !name.EndsWith(PolicyName.Serial, StringComparison.Ordinal); seed++)
                {
                    var other = Solve(instance with { LotterySeed = $"other {seed}" }, name);
                    foreach (var student in forced)
                    {
                        other.Assignments.SingleOrDefault(a => a.Student == student.Student)?.Offer.Should().Be(student.Offer);
                    }
                }
            },
            iter: 60);

    [Fact]
    public void An_explanation_names_no_other_student()
    {
        Gens.Instance.Where(instance => Solve(instance, PolicyName.MinRegretGreedy).Status == MatchingStatus.Optimal).Sample(
            instance =>
            {
                var explainer = new Explainer(instance, Solve(instance, PolicyName.MinRegretGreedy), CancellationToken.None);
                foreach (var student in instance.Students)
                {
                    var text = System.Text.Encoding.UTF8.GetString(ReportJson.Write(explainer.Explain(student.Id)));
                    instance.Students.Where(other => other.Id != student.Id && text.Contains($"\"{other.Id}\"")).Should().BeEmpty();
                }
            },
            iter: 50);
    }

    [Fact]
    public void A_diagnosis_is_irreducible_and_each_repair_resolves_its_conflict() =>
        Gens.Instance.Sample(
            instance =>
            {
                var diagnosis = Diagnostician.Diagnose(instance, CancellationToken.None);
                diagnosis.Feasible.Should().Be(Solve(instance, PolicyName.GreedyMaximum).Status == MatchingStatus.Optimal);
                diagnosis.Conflicts.Where(conflict => conflict.Demands.Length == 0 || conflict.Text.Fr == null || conflict.Text.Zh == null).Should().BeEmpty();
                foreach (var demands in diagnosis.Conflicts.Select(conflict => conflict.Demands))
                {
                    Solve(SideExplanationTests.Only(instance, demands), PolicyName.GreedyMaximum).Status.Should().Be(MatchingStatus.Infeasible, "they contradict each other by themselves");
                    foreach (var demand in demands)
                    {
                        Solve(SideExplanationTests.Only(instance, demands.Remove(demand)), PolicyName.GreedyMaximum).Status.Should().Be(MatchingStatus.Optimal, $"{demand.Kind} {demand.Id} is needed for the contradiction");
                        Solve(SideExplanationTests.Repaired(SideExplanationTests.Only(instance, demands), demand), PolicyName.GreedyMaximum).Status.Should().Be(MatchingStatus.Optimal, demand.Repair.En);
                    }
                }

                if (diagnosis.Feasible != true)
                {
                    var demands = diagnosis.Conflicts.SelectMany(conflict => conflict.Demands).ToList();
                    var relaxed = instance with
                    {
                        Pinned = [.. instance.Pinned.Where(pin => !demands.Exists(d => d.Kind == "pin" && d.Id == pin.Student))],
                        Offers = [.. instance.Offers.Select(o => demands.Exists(d => d.Limit == "offer" && d.Id == o.Id) ? o with { Min = 0 } : o)],
                        Supervisors = [.. instance.Supervisors.Select(v => demands.Exists(d => d.Limit == "supervisor" && d.Id == v.Id) ? v with { Min = 0 } : v)],
                        Hosts = [.. instance.Hosts.Select(h => demands.Exists(d => d.Limit == "host" && d.Id == h.Id) ? h with { Min = 0 } : h)],
                    };
                    Solve(relaxed, PolicyName.GreedyMaximum).Status.Should().Be(MatchingStatus.Optimal);
                }
            },
            iter: 300);

    [Fact]
    public void The_floor_is_the_least_worst_rank_that_places_everybody() =>
        Gens.Instance.Where(instance => Solve(instance, PolicyName.GreedyMaximum).Status == MatchingStatus.Optimal
                && instance.Students.All(student => !student.UnrankedAcceptable) && instance.Pinned.Length == 0)
            .Sample(
                instance =>
                {
                    var diagnosis = Diagnostician.Diagnose(instance, CancellationToken.None);
                    var result = Solve(instance, PolicyName.MinRegretGreedy);
                    var submitters = instance.Students.Count(student => student.Choices.Length > 0);
                    diagnosis.Floor.Should().Be(result.Levels[0].Value == submitters ? (int)result.Levels[1].Value : null);
                    diagnosis.Unplaced.Where(group => group.Places >= group.Students.Length && group.Minima.Length == 0).Should().BeEmpty();
                },
                iter: 200);

    [Fact]
    public void A_minimum_that_nobody_can_meet_is_named_with_its_repair()
    {
        var instance = new Instance
        {
            Students = [new("s", null, null, [["o"]], ImmutableSortedDictionary<string, long>.Empty, false)],
            Hosts = [new("h", 2, null, Opening.Always, null)],
            Offers = [new("o", "h", null, 0, 5, Opening.Always, null, null)],
        };

        var diagnosis = Diagnostician.Diagnose(instance, CancellationToken.None);

        var demand = diagnosis.Conflicts.Should().ContainSingle().Which.Demands.Should().ContainSingle().Subject;
        (demand.Kind, demand.Limit, demand.Id, demand.Asked).Should().Be(("minimum", "host", "h", 2));
        demand.Repair.En.Should().Be("Lower the minimum of h from 2 to 1.");
    }

    [Theory]
    [MemberData(nameof(Policies))]
    public void The_reserve_is_what_the_policy_gives_when_the_placement_is_forbidden_to_that_student_alone(string name) =>
        Solvable(name).Sample(
            instance =>
            {
                var before = Solve(instance, name);
                var explainer = new Explainer(instance, before, CancellationToken.None);
                foreach (var placed in before.Assignments.Where(placed => instance.Pinned.All(pin => pin.Student != placed.Student)))
                {
                    var after = Solve(instance with { Forbidden = instance.Forbidden.Add(new(placed.Student, placed.Offer)) }, name);
                    var reserve = explainer.Explain(placed.Student).Reserve;
                    (reserve is not null).Should().Be(after.Status == MatchingStatus.Optimal);
                    reserve?.Offer.Should().Be(after.Assignments.SingleOrDefault(other => other.Student == placed.Student)?.Offer, $"{placed.Student} lost {placed.Offer}");
                }
            },
            iter: 150);

    /// <summary>Every way that a repair names places one more; where it names several limits, none of them is enough by itself.</summary>
    [Fact]
    public void The_repair_of_a_blocking_group_places_one_more_with_all_its_limits_and_not_with_fewer() =>
        Gens.Instance.Where(instance => Diagnostician.Diagnose(instance, CancellationToken.None).Unplaced.Any(group => group.Limits.Length > 0)).Sample(
            instance =>
            {
                var before = Listed(instance, Solve(instance, PolicyName.GreedyMaximum));
                var groups = Diagnostician.Diagnose(instance, CancellationToken.None).Unplaced;
                foreach (var group in groups.Where(group => group.Limits.Length > 0))
                {
                    foreach (var way in Ways(group.Repair.En!)) // not null: written
                    {
                        Listed(instance, Solve(Raised(instance, way), PolicyName.GreedyMaximum)).Should().Be(before + 1, $"{string.Join(" + ", way)}: {group.Repair.En}");
                        // Of several groups another may be helped by less.
                        way.Where(one => way.Length > 1 && groups.Length == 1 && Listed(instance, Solve(Raised(instance, way.Where(other => other != one)), PolicyName.GreedyMaximum)) != before).Should().BeEmpty();
                    }
                }
            },
            iter: 300);

    [Fact]
    public void A_repair_names_the_host_that_is_full_over_a_full_offer()
    {
        var instance = new Instance
        {
            Students = [.. new[] { "a", "b" }.Select(id => new InstanceStudent(id, null, null, [["x"]], ImmutableSortedDictionary<string, long>.Empty, false))],
            Hosts = [new("h", 0, 1, Opening.Always, null)],
            Offers = [new("x", "h", null, 0, 1, Opening.Always, null, null)],
        };

        var group = Diagnostician.Diagnose(instance, CancellationToken.None).Unplaced.Should().ContainSingle().Subject;

        group.Repair.En.Should().Be("One place more at each of: x, h.");
        group.Repair.Fr.Should().Be("Une place de plus à chacun de\u00a0: x, h.");
        group.Repair.Zh.Should().Be("在以下每一处各增加一个名额：x、h。");
    }

    [Theory]
    [InlineData("z", 3)]
    [InlineData("off", 0)]
    public void The_floor_counts_the_rank_of_a_pin_and_none_off_the_list(string pinned, int floor)
    {
        var instance = new Instance
        {
            Students = [new("s", null, null, [["x"], ["y"], ["z"]], ImmutableSortedDictionary<string, long>.Empty, false)],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [.. new[] { "x", "y", "z", "off" }.Select(id => new InstanceOffer(id, "h", null, 0, 1, Opening.Always, null, null))],
            Pinned = [new("s", pinned)],
        };

        Diagnostician.Diagnose(instance, CancellationToken.None).Floor.Should().Be(floor);
        Diagnostician.Diagnose(instance with { Quotas = [new("q", null, null, null, 0, 5)] }, CancellationToken.None).Floor.Should().Be(floor, "a quota that never binds changes nothing");
    }

    private static IEnumerable<string[]> Ways(string repair)
    {
        var words = repair.TrimEnd('.');
        return words.StartsWith("One place more at one of: ", StringComparison.Ordinal)
            ? words["One place more at one of: ".Length..].Split(", ").Select(id => new[] { id })
            : words["One place more at each of: ".Length..].Split("; or at each of: ").Select(way => way.Split(", "));
    }

    private static Instance Raised(Instance instance, IEnumerable<string> ids)
    {
        var raised = ids.ToHashSet();
        return instance with
        {
            Offers = [.. instance.Offers.Select(offer => raised.Contains(offer.Id) ? offer with { Max = offer.Max + 1 } : offer)],
            Supervisors = [.. instance.Supervisors.Select(supervisor => raised.Contains(supervisor.Id) ? supervisor with { Max = supervisor.Max + 1 } : supervisor)],
            Hosts = [.. instance.Hosts.Select(host => raised.Contains(host.Id) ? host with { Max = host.Max + 1 } : host)],
        };
    }

    private static int Listed(Instance instance, MatchingResult result) =>
        result.Assignments.Count(placed => instance.Students.Single(student => student.Id == placed.Student).Choices.Length > 0);

    private static Gen<Instance> Solvable(string name) => Gens.Instance.Where(instance => Solve(instance, name).Status == MatchingStatus.Optimal);

    internal static MatchingResult Solve(Instance instance, string name)
    {
        PolicyName.TryParse(name.Replace("search:", "", StringComparison.Ordinal), out var policy).Should().BeTrue();
        return MatchingEngine.Solve(instance, policy!, new SolveOptions(), CancellationToken.None);
    }

    internal static MatchingResult SolveChanged(Instance instance, string name, LimitSensitivity limit, int change) => Solve(
        limit.Kind switch
        {
            LimitKind.Offer => instance with { Offers = [.. instance.Offers.Select(o => o.Id == limit.Id ? o with { Max = o.Max + change } : o)] },
            LimitKind.Quota => instance with { Quotas = [.. instance.Quotas.Select(q => q.Id == limit.Id ? q with { Max = q.Max + change } : q)] },
            LimitKind.Supervisor => instance with { Supervisors = [.. instance.Supervisors.Select(v => v.Id == limit.Id ? v with { Max = v.Max + change } : v)] },
            _ => instance with { Hosts = [.. instance.Hosts.Select(h => h.Id == limit.Id ? h with { Max = h.Max + change } : h)] },
        },
        name);

    // An order of service and stability are no levels; they are described by how many are placed and at which rank.
    internal static Dictionary<string, long> Values(MatchingResult result) => result.Status == MatchingStatus.Infeasible
        ? new() { ["infeasible"] = 1 }
        : result.Levels.Select(level => (level.Objective, level.Value))
            .Concat(result.Policy.EndsWith(PolicyName.Serial, StringComparison.Ordinal) || result.Policy.EndsWith("stable", StringComparison.Ordinal)
                ? [("placed", result.Placed), .. result.Profile.Select((count, r) => ($"rank-{r + 1}", (long)count))]
                : [])
        .Where(pair => pair.Item2 != 0).ToDictionary(pair => pair.Item1, pair => pair.Item2);

    internal static Dictionary<string, long> Values(MatchingResult before, Effect effect)
    {
        if (effect.Feasible == false)
        {
            return new() { ["infeasible"] = 1 };
        }

        var values = Values(before);
        foreach (var change in effect.Changes)
        {
            values.GetValueOrDefault(change.Objective).Should().Be(change.From);
            values[change.Objective] = change.To;
        }

        return values.Where(pair => pair.Value != 0).ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    /// <summary>The values of all levels that the effect speaks of. It ends early only after a change, for no search here meets its limit.</summary>
    internal static Dictionary<string, long> Told(MatchingResult before, Effect effect)
    {
        (effect.UndeterminedFrom is null || effect.Changes.Length > 0).Should().BeTrue($"{effect.UndeterminedFrom} was left open though nothing changed");
        var values = Values(before, effect);
        return values.Where(pair => IsToldBy(effect, before, pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);
    }

    /// <summary>The same of a result solved anew.</summary>
    internal static Dictionary<string, long> Solved(MatchingResult after, Effect effect) =>
        Values(after).Where(pair => IsToldBy(effect, after, pair.Key)).ToDictionary(pair => pair.Key, pair => pair.Value);

    private static bool IsToldBy(Effect effect, MatchingResult result, string objective) =>
        effect.UndeterminedFrom is null || !result.Levels.SkipWhile(level => level.Objective != effect.UndeterminedFrom).Any(level => level.Objective == objective);
}
