using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Solver.Explanations;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>What verify checks of a report: every true one passes, and each forgery of what can be checked is named.</summary>
public sealed class ReportCheckTests
{
    /// <summary>The forgery (null: impossible here), and the code that names it.</summary>
    private static readonly Dictionary<string, (Func<Instance, MatchingReport, MatchingReport?> Forge, string Code)> Forgeries = new(StringComparer.Ordinal)
    {
        ["a student left out"] = ((_, r) => r with { Students = r.Students.RemoveAt(0) }, "report.students"),
        ["students not sorted"] = ((_, r) => r.Students.Length > 1 ? r with { Students = [.. r.Students.Reverse()] } : null, "report.students"),
        ["an unknown student"] = ((_, r) => r with { Students = r.Students.SetItem(0, r.Students[0] with { Student = "nobody" }) }, "report.students"),
        ["another placement"] = ((i, r) => Student(r, s => s.Offer is not null, s => s with { Offer = Other(i, s.Offer!) }), "report.placement"),
        ["a placement taken away"] = ((_, r) => Student(r, s => s.Offer is not null, s => s with { Offer = null, Host = null, Rank = null }), "report.placement"),
        ["another rank"] = ((_, r) => Student(r, s => s.Rank is not null, s => s with { Rank = s.Rank + 1 }), "report.placement"),
        ["a preferred choice left out"] = ((_, r) => Student(r, s => s.Better.Length > 0, s => s with { Better = s.Better.RemoveAt(0) }), "report.better"),
        ["a choice that nobody made"] = ((i, r) => Choice(r, _ => true, c => c with { Offer = Other(i, c.Offer) }), "report.better"),
        ["a choice of another rank"] = ((_, r) => Choice(r, _ => true, c => c with { Rank = c.Rank + 1 }), "report.better"),
        ["room where it is full"] = ((_, r) => Choice(r, c => c.Reason == RefusalReason.Full, c => c with { Reason = RefusalReason.Policy, Limits = [] }), "report.reason"),
        ["a minimum where it is full"] = ((_, r) => Choice(r, c => c.Reason == RefusalReason.Full, c => c with { Reason = RefusalReason.Minimum }), "report.reason"),
        ["another limit is full"] = ((i, r) => Choice(r, c => c.Reason == RefusalReason.Full, c => c with { Limits = c.Limits.SetItem(0, c.Limits[0] with { Id = Other(i, c.Limits[0].Id) }) }), "report.reason"),
        ["a limit of other places"] = ((_, r) => Choice(r, c => c.Limits.Length > 0, c => c with { Limits = c.Limits.SetItem(0, c.Limits[0] with { Places = c.Limits[0].Places + 1 }) }), "report.reason"),
        ["not open though it is"] = ((_, r) => Choice(r, c => c.Effect is not null, c => c with { Reason = RefusalReason.NotAllowed, Limits = [], Effect = null }), "report.reason"),
        ["an effect left out"] = ((_, r) => Choice(r, c => c.Effect is not null, c => c with { Effect = null }), "report.effect"),
        ["an effect from another figure"] = ((_, r) => Effected(r, e => e.Changes.Length > 0, e => e with { Changes = e.Changes.SetItem(0, e.Changes[0] with { From = e.Changes[0].From + 1 }) }), "report.effect"),
        ["an effect that changes nothing"] = ((_, r) => Effected(r, e => e.Changes.Length > 0, e => e with { Changes = e.Changes.SetItem(0, e.Changes[0] with { To = e.Changes[0].From }) }), "report.effect"),
        ["an effect beyond all students"] = ((_, r) => Effected(r, e => e.Changes.Any(c => c.Objective == "rank-1"), e => e with { Changes = [.. e.Changes.Select(c => c.Objective == "rank-1" ? c with { To = 1000 } : c)] }), "report.effect"),
        ["an effect on an unknown level"] = ((_, r) => Effected(r, e => e.Changes.Length > 0, e => e with { Changes = e.Changes.SetItem(0, e.Changes[0] with { Objective = "luck" }) }), "report.effect"),
        ["effects in another order"] = ((_, r) => Effected(r, e => e.Changes.Length > 1, e => e with { Changes = [.. e.Changes.Reverse()] }), "report.effect"),
        ["changes of what is impossible"] = ((_, r) => Effected(r, e => e.Changes.Length > 0, e => e with { Feasible = false }), "report.effect"),
        ["something left open where all is known"] = ((_, r) => Effected(r, e => e.Feasible == true, e => e with { UndeterminedFrom = "placed", Changes = [] }), "report.effect"),
        ["a forced choice that betters the optimum"] = ((_, r) => Effected(r, e => e.Changes is [{ Objective: "placed" or "rank-1" }, ..], e => e with { Changes = e.Changes.SetItem(0, e.Changes[0] with { To = e.Changes[0].From + 1 }) }), "report.effect"),
        ["another sentence"] = ((_, r) => Choice(r, _ => true, c => c with { Text = c.Text with { Fr = c.Text.Fr + "!" } }), "report.text"),
        ["a sentence of another effect"] = ((_, r) => Choice(r, c => c.Effect is { Feasible: true }, c => c with { Text = ExplanationText.Sentence(c.Offer, c.Rank, c.Reason, c.Limits, new(false, []), true) }), "report.text"),
        ["no sentence in Chinese"] = ((_, r) => Choice(r, _ => true, c => c with { Text = c.Text with { Zh = null } }), "report.text"),
        ["the placement as its own reserve"] = ((_, r) => Student(r, s => s.Reserve is not null, s => s with { Reserve = s.Reserve! with { Offer = s.Offer, Host = s.Host, Rank = s.Rank } }), "report.reserve"),
        ["an unknown reserve"] = ((_, r) => Student(r, s => s.Reserve is not null, s => s with { Reserve = s.Reserve! with { Offer = "no" } }), "report.reserve"),
        ["a reserve of another rank"] = ((_, r) => Student(r, s => s.Reserve?.Offer is not null, s => s with { Reserve = s.Reserve! with { Rank = (s.Reserve.Rank ?? 0) + 1 } }), "report.reserve"),
        ["a reserve that nobody may have"] = ((i, r) => Student(r, s => s.Reserve is not null && NotOpen(i, s) is not null, s => s with { Reserve = s.Reserve! with { Offer = NotOpen(i, s)!.Id, Host = NotOpen(i, s)!.Host, Rank = null } }), "report.reserve"),
        ["a reserve of somebody unplaced"] = ((i, r) => Student(r, s => s.Offer is null, s => s with { Reserve = new(i.Offers[0].Id, i.Offers[0].Host, null, new(true, [])) }), "report.reserve"),
        ["a reserve left out, where nothing needs them there"] = ((i, r) => IsPlain(i) ? Student(r, s => s.Reserve is not null, s => s with { Reserve = null, Forced = true }) : null, "report.reserve"),
        ["a reserve left out beside what they may have"] = ((i, r) => IsPlain(i) ? null : Student(r, s => s.Reserve is not null && s.Better.Any(c => c.Effect?.Feasible == true), s => s with { Reserve = null, Forced = true }), "report.reserve"),
        ["a reserve of an effect that betters the optimum"] = ((_, r) => Student(r, s => s.Reserve?.Effect.Changes is [{ Objective: "placed" }, ..], s => s with { Reserve = s.Reserve! with { Effect = new(true, [s.Reserve.Effect.Changes[0] with { To = s.Reserve.Effect.Changes[0].From + 1 }]) } }), "report.reserve"),
        ["not forced though a level changes"] = ((_, r) => Student(r, s => s.Forced == true && s.Reserve is not null, s => s with { Forced = false }), "report.forced"),
        ["forced though nothing changes"] = ((_, r) => Student(r, s => s.Forced == false && s.Reserve is not null, s => s with { Forced = true }), "report.forced"),
        ["forced, of somebody unplaced, though nothing changes"] = ((_, r) => Student(r, s => s.Offer is null && s.Better.Any(c => c.Effect?.Unchanged() == true), s => s with { Forced = true }), "report.forced"),
        ["a pin that is not forced"] = ((i, r) => Student(r, s => i.Pinned.Any(p => p.Student == s.Student), s => s with { Forced = false }), "report.forced"),
        ["a limit left out"] = ((_, r) => r with { Limits = r.Limits.RemoveAt(0) }, "report.limits"),
        ["a limit too many"] = ((_, r) => r with { Limits = r.Limits.Add(r.Limits[^1]) }, "report.limits"),
        ["limits of another order"] = ((i, r) => i.Offers.Length > 1 ? r with { Limits = [r.Limits[1], r.Limits[0], .. r.Limits.Skip(2)] } : null, "report.limits"),
        ["a limit with more places"] = ((_, r) => Limit(r, l => l.Max is not null, l => l with { Max = l.Max + 1 }), "report.limits"),
        ["a limit with more students"] = ((_, r) => Limit(r, _ => true, l => l with { Taken = l.Taken + 1 }), "report.limits"),
        ["a place more left out"] = ((_, r) => Limit(r, l => l.More is not null, l => l with { More = null }), "report.limits"),
        ["a place fewer of none"] = ((_, r) => Limit(r, l => l.Max == 0, l => l with { Fewer = l.More }), "report.limits"),
        ["a gain where there is room"] = ((_, r) => Limit(r, l => l.Taken < l.Max && LosesOne(r) is not null, l => l with { More = Gain(LosesOne(r)!) }), "report.effect"),
        ["a loss where there is room"] = ((_, r) => Limit(r, l => l.Taken < l.Max && l.Fewer is not null && LosesOne(r) is not null, l => l with { Fewer = LosesOne(r) }), "report.effect"),
        ["a loss by a place more"] = ((_, r) => Limit(r, l => l.More is not null && LosesOne(r) is not null, l => l with { More = LosesOne(r) }), "report.effect"),
        ["a gain by a place fewer"] = ((_, r) => Limit(r, l => l.Fewer is not null && LosesOne(r) is not null, l => l with { Fewer = Gain(LosesOne(r)!) }), "report.effect"),
        ["nothing possible with a place more"] = ((_, r) => Limit(r, l => l.More is not null, l => l with { More = new(false, []) }), "report.effect"),
        ["no matching"] = ((_, r) => Diagnosis(r, d => d with { Feasible = false }), "report.diagnosis"),
        ["not decided"] = ((_, r) => Diagnosis(r, d => d with { Feasible = null }), "report.diagnosis"),
        ["something undetermined"] = ((_, r) => Diagnosis(r, d => d with { Undetermined = ["floor"] }), "report.diagnosis"),
        ["a contradiction"] = ((_, r) => Diagnosis(r, d => d with { Conflicts = [new([], new("", "", ""))] }), "report.diagnosis"),
        ["a better floor"] = ((_, r) => r.Diagnosis.Floor > 0 ? Diagnosis(r, d => d with { Floor = d.Floor - 1 }) : null, "report.floor"),
        ["a worse floor"] = ((_, r) => r.Diagnosis.Floor is not null ? Diagnosis(r, d => d with { Floor = d.Floor + 1 }) : null, "report.floor"),
        ["no floor"] = ((_, r) => r.Diagnosis.Floor is not null ? Diagnosis(r, d => d with { Floor = null }) : null, "report.floor"),
        ["a floor where there is none"] = ((_, r) => r.Diagnosis.Floor is null ? Diagnosis(r, d => d with { Floor = 1 }) : null, "report.floor"),
        ["nobody in the way of a better floor"] = ((i, r) => r.Diagnosis.FloorBlocked is not null && IsPlain(i) ? Diagnosis(r, d => d with { FloorBlocked = null }) : null, "report.floor"),
        ["one fewer in the way"] = ((i, r) => r.Diagnosis.FloorBlocked is not null && IsPlain(i) ? Diagnosis(r, d => d with { FloorBlocked = d.FloorBlocked! with { Students = d.FloorBlocked.Students.RemoveAt(0) } }) : null, "report.floor"),
        ["an unknown student in the way"] = ((_, r) => r.Diagnosis.FloorBlocked is not null ? Diagnosis(r, d => d with { FloorBlocked = d.FloorBlocked! with { Students = d.FloorBlocked.Students.SetItem(0, "nobody") } }) : null, "report.floor"),
        ["no groups"] = ((_, r) => r.Diagnosis.Unplaced.IsEmpty ? null : Diagnosis(r, d => d with { Unplaced = [] }), "report.group"),
        ["a group that places enough"] = ((i, r) => IsPlain(i) ? Group(r, _ => true, g => g with { Students = g.Students.RemoveAt(0) }) : null, "report.group"),
        ["a group with places made up"] = ((_, r) => Group(r, g => g.Limits.Length > 0, g => g with { Limits = g.Limits.SetItem(0, g.Limits[0] with { Places = g.Limits[0].Places - 1 }), Places = g.Places - 1 }), "report.group"),
        ["a group with fewer places than its limits"] = ((i, r) => IsPlain(i) ? Group(r, _ => true, g => g with { Places = g.Places - 1 }) : null, "report.group"),
        ["a group with a way out"] = ((i, r) => IsPlain(i) ? Group(r, g => g.Limits.Length > 0 && g.Places > 0, g => g with { Limits = [.. g.Limits.Where(l => l.Places == 0)], Places = 0 }) : null, "report.group"),
        ["a group of somebody who would take any offer"] = ((i, r) => IsPlain(i) && Diagnosed(i with { Students = [.. i.Students.Select(s => s with { UnrankedAcceptable = false })] }) is { Unplaced: [var told, ..] } && TakesAny(i, told) ? Diagnosis(r, d => d with { Unplaced = [told] }) : null, "report.group"),
        ["a group with a minimum made up"] = ((i, r) => Group(r, _ => i.Offers[0].Min == 0, g => g with { Minima = [new(LimitKind.Offer, i.Offers[0].Id, 1)] }), "report.group"),
        ["a group said to be the smallest beside a smaller one"] = ((_, r) => r.Diagnosis.Unplaced is [var first, .., var last] && first.Students.Length < last.Students.Length ? Diagnosis(r, d => d with { Unplaced = d.Unplaced.SetItem(d.Unplaced.Length - 1, last with { Smallest = true }) }) : null, "report.group"),
    };

    /// <summary>Under the default policy, each instance with its true report.</summary>
    private static readonly Lazy<IReadOnlyList<(Instance Instance, MatchingResult Result, MatchingReport Report)>> Reports = new(() =>
    [
        .. Enumerable.Range(0, 1500).Select(seed => Gens.Build(new Random(seed))).Where(instance => IsSolved(instance, PolicyName.MinRegretGreedy))
            .Select(instance => (instance, result: WithReport(instance, PolicyName.MinRegretGreedy))).Select(pair => (pair.instance, pair.result, ReportOf(pair.result))),
    ]);

    public static TheoryData<string> Names { get; } = [.. Forgeries.Keys];

    public static TheoryData<string> Policies { get; } =
        [.. PolicyName.Catalogue.Select(policy => policy.Name), .. PolicyName.Catalogue.Where(policy => !new PolicyName(policy.Name, false).IsStable).Select(policy => PolicyName.KeepPublishedPrefix + policy.Name)];

    [Theory]
    [MemberData(nameof(Policies))]
    public void Every_true_report_passes(string policy) =>
        (policy.EndsWith("stable", StringComparison.Ordinal) ? Gens.Market : Gens.Instance).Where(instance => IsSolved(instance, policy)).Sample(
            instance => ResultVerifier.Check(instance, WithReport(instance, policy)).Findings.Should().BeEmpty(),
            iter: 150);

    [Theory]
    [InlineData(PolicyName.MinRegretGreedy)]
    [InlineData(PolicyName.GenerousMaximum)]
    [InlineData(PolicyName.RankMaximal)]
    [InlineData(PolicyName.MinCost)]
    [InlineData(PolicyName.Serial)]
    public void Every_true_report_with_quotas_and_groups_passes(string policy) =>
        Gens.Constrained.Where(instance => IsSolved(instance, policy)).Sample(
            instance => ResultVerifier.Check(instance, WithReport(instance, policy)).Findings.Should().BeEmpty(),
            iter: 40);

    [Theory]
    [MemberData(nameof(Names))]
    public void Names_the_forgery(string name)
    {
        var (forge, code) = Forgeries[name];
        var forged = Reports.Value.Select(told => (told.Instance, told.Result, Forged: forge(told.Instance, told.Report))).Where(made => made.Forged is not null).Take(15).ToList();

        forged.Count.Should().BeGreaterThan(2, "a forgery that is possible nowhere shows nothing");
        foreach (var (instance, result, report) in forged)
        {
            // Not null: filtered.
            ResultVerifier.Check(instance, result with { Report = ReportJson.ToElement(report!) }).Findings.Select(finding => finding.Code).Should().Contain(code);
        }
    }

    [Fact]
    public void Names_another_precedence_under_a_stable_policy() =>
        Gens.Market.Where(instance => IsSolved(instance, PolicyName.StudentOptimalStable))
            .Select(instance => (instance, result: WithReport(instance, PolicyName.StudentOptimalStable)))
            .Select(pair => (pair.instance, pair.result, forged: Choice(ReportOf(pair.result), c => c.Reason == RefusalReason.Full && c.Text.En!.Contains("ranking", StringComparison.Ordinal), c => c with
            {
                Text = ExplanationText.Sentence(c.Offer, c.Rank, c.Reason, c.Limits, c.Effect, decidedByLottery: false, stable: true, [Precedence.Fixed]),
            })))
            .Where(made => made.forged is not null)
            .Sample(
                made => ResultVerifier.Check(made.instance, made.result with { Report = ReportJson.ToElement(made.forged!) }).Findings.Select(finding => finding.Code).Should().Equal("report.text"), // not null: filtered
                iter: 20);

    /// <summary>Both want x, then y: the lottery decided, and each could have the other's.</summary>
    [Fact]
    public void Names_a_reserve_that_is_worse_than_a_choice_told_beside_it()
    {
        var students = new[] { "a", "b" }.Select(id => new InstanceStudent(id, null, null, [["x"], ["y"]], ImmutableSortedDictionary<string, long>.Empty, false));
        var instance = new Instance
        {
            Students = [.. students],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [.. new[] { "x", "y" }.Select(id => new InstanceOffer(id, "h", null, 0, 1, Opening.Always, null, null))],
        };
        var result = WithReport(instance, PolicyName.MinRegretGreedy);
        var told = ReportOf(result);
        told.Students.Single(row => row.Rank == 2).Better.Single().Effect!.Unchanged().Should().BeTrue();

        var forged = Student(told, row => row.Rank == 2, row => row with { Forced = true, Reserve = row.Reserve! with { Effect = new(true, [new("rank-1", 1, 0)]) } })!; // not null: both have a reserve

        ResultVerifier.Check(instance, result).Findings.Should().BeEmpty();
        ResultVerifier.Check(instance, result with { Report = ReportJson.ToElement(forged) }).Findings.Select(finding => finding.Code).Should().Equal("report.reserve");
    }

    /// <summary>Two of three places are those of pins: two students compete for the third.</summary>
    [Fact]
    public void Each_pin_under_a_limit_takes_a_place_of_it()
    {
        var instance = new Instance
        {
            Students = [.. Enumerable.Range(0, 4).Select(s => new InstanceStudent($"s{s}", null, null, [["x"]], ImmutableSortedDictionary<string, long>.Empty, false))],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [new("x", "h", null, 0, 3, Opening.Always, null, null)],
            Pinned = [new("s0", "x"), new("s1", "x")],
        };
        var result = WithReport(instance, PolicyName.MinRegretGreedy);

        var forged = Group(ReportOf(result), group => group.Places == 1 && group.Students.Length == 2, group => group with { Places = 2 });

        ResultVerifier.Check(instance, result).Findings.Should().BeEmpty();
        ResultVerifier.Check(instance, result with { Report = ReportJson.ToElement(forged!) }).Findings.Select(finding => finding.Code).Should().Contain("report.group"); // not null: one place is left
    }

    [Fact]
    public void A_report_made_to_break_the_reader_is_refused()
    {
        var instance = Gens.Build(new Random(5));
        var result = WithReport(instance, PolicyName.MinRegretGreedy);
        ResultVerifier.Check(instance, result).Findings.Should().BeEmpty();
        var whole = JsonNode.Parse(result.Report!.Value.GetRawText())!; // not null: written above
        var paths = new List<Func<JsonNode, (JsonNode Parent, object Key)>>();
        Collect(whole, node => node, paths);
        paths.Count.Should().BeGreaterThan(50);
        foreach (var path in paths)
        {
            foreach (var hostile in new[] { "null", "-1", "1e999", "\"\\ud800\"", "[[[[]]]]", "[null]", "{}", "true", "99999999999999999999", "{\"x\":1}" })
            {
                var copy = whole.DeepClone();
                var (parent, key) = path(copy);
                if (key is int index) { parent.AsArray()[index] = "here"; }
                else { parent[(string)key] = "here"; }

                var check = () => ResultVerifier.Check(instance, result with { Report = JsonElement.Parse(copy.ToJsonString().Replace("\"here\"", hostile, StringComparison.Ordinal)) });

                check.Should().NotThrow($"{parent.GetPath()} {key} {hostile}");
            }
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("\"report\"")]
    [InlineData("""{"students":[],"limits":[],"diagnosis":null}""")]
    [InlineData("""{"students":[null],"limits":[],"diagnosis":{"feasible":true,"conflicts":[],"floor":null,"floorBlocked":null,"unplaced":[],"undetermined":[]}}""")]
    [InlineData("""{"students":[],"limits":[],"more":1,"diagnosis":{"feasible":true,"conflicts":[],"floor":null,"floorBlocked":null,"unplaced":[],"undetermined":[]}}""")]
    public void What_is_no_report_is_refused(string json)
    {
        var instance = Gens.Build(new Random(5));

        var checkedResult = ResultVerifier.Check(instance, ExplanationTests.Solve(instance, PolicyName.MinRegretGreedy) with { Report = JsonElement.Parse(json) });

        checkedResult.Findings.Select(finding => finding.Code).Should().Equal("report");
    }

    private static void Collect(JsonNode node, Func<JsonNode, JsonNode> to, List<Func<JsonNode, (JsonNode, object)>> paths)
    {
        IEnumerable<object> keys = node switch
        {
            JsonObject rows => rows.Select(pair => (object)pair.Key).ToList(),
            JsonArray rows => Enumerable.Range(0, Math.Min(2, rows.Count)).Select(i => (object)i).ToList(),
            _ => [],
        };
        foreach (var key in keys)
        {
            JsonNode? Child(JsonNode parent) => key is int index ? parent[index] : parent[(string)key];
            paths.Add(root => (to(root), key));
            if (Child(node) is { } child)
            {
                Collect(child, root => Child(to(root))!, paths); // not null: it was there
            }
        }
    }

    private static bool IsSolved(Instance instance, string policy) => ExplanationTests.Solve(instance, policy).Status == MatchingStatus.Optimal;

    internal static MatchingResult WithReport(Instance instance, string policy)
    {
        var result = ExplanationTests.Solve(instance, policy);
        using var explainer = new Explainer(instance, result, CancellationToken.None);
        var (students, limits) = explainer.Report();
        return result with { Report = ReportJson.ToElement(new MatchingReport(students, limits, Diagnostician.DiagnoseForReport(instance, CancellationToken.None))) };
    }

    internal static MatchingReport ReportOf(MatchingResult result) => ReportJson.ReadReport(System.Text.Encoding.UTF8.GetBytes(result.Report!.Value.GetRawText())); // not null: made with it

    private static bool IsPlain(Instance instance) =>
        instance.Pinned.IsEmpty && instance.Offers.All(offer => offer.Min == 0) && instance.Supervisors.All(supervisor => supervisor.Min == 0) && instance.Hosts.All(host => host.Min == 0);

    private static string Other(Instance instance, string offer) => instance.Offers.FirstOrDefault(other => other.Id != offer)?.Id ?? "no";

    private static Diagnosis Diagnosed(Instance instance) => Diagnostician.DiagnoseForReport(instance, CancellationToken.None);

    /// <summary>True: somebody of the group may have an offer that lies under none of its limits, though it is not on their list.</summary>
    private static bool TakesAny(Instance instance, BlockingGroup group) => instance.Students.Where(student => student.UnrankedAcceptable && group.Students.Contains(student.Id)).Any(student => instance.Offers.Any(offer =>
        (offer.Programmes is not { } programmes || (student.Programme is { } programme && programmes.Contains(programme))) && !instance.Forbidden.Contains(new(student.Id, offer.Id))
        && !group.Limits.Any(limit => limit.Id == offer.Id || limit.Id == offer.Supervisor || limit.Id == offer.Host)));

    private static InstanceOffer? NotOpen(Instance instance, StudentExplanation student) => instance.Students.Single(row => row.Id == student.Student) is { UnrankedAcceptable: false } row
        ? instance.Offers.FirstOrDefault(offer => offer.Id != student.Offer && !row.Choices.Any(group => group.Contains(offer.Id)))
        : null;

    private static Effect? LosesOne(MatchingReport report) => report.Students.SelectMany(student => student.Better).Select(choice => choice.Effect)
        .FirstOrDefault(effect => effect?.Changes is [{ Objective: "placed" or "rank-1" }, ..] && effect.Changes[0].To < effect.Changes[0].From) is { } effect ? effect with { Changes = [effect.Changes[0]] } : null;

    private static Effect Gain(Effect loss) => loss with { Changes = [loss.Changes[0] with { To = loss.Changes[0].From + 1 }] };

    private static MatchingReport? Student(MatchingReport report, Func<StudentExplanation, bool> which, Func<StudentExplanation, StudentExplanation> forge) =>
        report.Students.FirstOrDefault(which) is { } found ? report with { Students = report.Students.Replace(found, forge(found)) } : null;

    private static MatchingReport? Choice(MatchingReport report, Func<ChoiceExplanation, bool> which, Func<ChoiceExplanation, ChoiceExplanation> forge) =>
        Student(report, student => student.Better.Any(which), student => student with { Better = student.Better.Replace(student.Better.First(which), forge(student.Better.First(which))) });

    private static MatchingReport? Effected(MatchingReport report, Func<Effect, bool> which, Func<Effect, Effect> forge) =>
        Choice(report, choice => choice.Effect is { } effect && which(effect), choice => choice with { Effect = forge(choice.Effect!) }); // not null: chosen so

    private static MatchingReport? Limit(MatchingReport report, Func<LimitSensitivity, bool> which, Func<LimitSensitivity, LimitSensitivity> forge) =>
        report.Limits.FirstOrDefault(which) is { } found ? report with { Limits = report.Limits.Replace(found, forge(found)) } : null;

    private static MatchingReport? Group(MatchingReport report, Func<BlockingGroup, bool> which, Func<BlockingGroup, BlockingGroup> forge) =>
        report.Diagnosis.Unplaced.FirstOrDefault(which) is { } found ? Diagnosis(report, diagnosis => diagnosis with { Unplaced = diagnosis.Unplaced.Replace(found, forge(found)) }) : null;

    private static MatchingReport Diagnosis(MatchingReport report, Func<Diagnosis, Diagnosis> forge) => report with { Diagnosis = forge(report.Diagnosis) };
}
