using System.Collections.Immutable;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>The JSON of reports, written by hand for a short start, against a serializer that reads the types.</summary>
public sealed class ReportTests
{
    private static readonly JsonSerializerOptions Serializer = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) },
    };

    [Fact]
    public void A_report_is_written_as_a_serializer_would() =>
        Gens.Constrained.Select(Gens.Instance, (one, other) => new[] { one, other }).Sample(
            instances =>
            {
                foreach (var instance in instances)
                {
                    var diagnosis = Diagnostician.Diagnose(instance, CancellationToken.None);
                    Text(ReportJson.Write(diagnosis)).Should().Be(JsonSerializer.Serialize(diagnosis, Serializer));
                    ReportJson.Write(ReportJson.ReadDiagnosis(ReportJson.ToElement(diagnosis))).Should().Equal(ReportJson.Write(diagnosis));
                    var result = ExplanationTests.Solve(instance, PolicyName.MinRegretGreedy);
                    if (result.Status != MatchingStatus.Optimal)
                    {
                        continue;
                    }

                    var explainer = new Explainer(instance, result, CancellationToken.None);
                    var report = new MatchingReport([.. explainer.Students.Select(explainer.Explain)], explainer.Sensitivities(), diagnosis);
                    Text(ReportJson.Write(report)).Should().Be(JsonSerializer.Serialize(report, Serializer));
                    Text(ReportJson.Write(report.Limits)).Should().Be(JsonSerializer.Serialize(report.Limits, Serializer));
                    Text(ReportJson.Write(report.Students[0])).Should().Be(JsonSerializer.Serialize(report.Students[0], Serializer));
                    Text(ResultJson.Write(result, report)).Should().Be(Text(ResultJson.Write(result with { Report = ReportJson.ToElement(report) })));
                }
            },
            iter: 40);

    [Fact]
    public void Every_kind_and_reason_has_its_word()
    {
        foreach (var reason in Enum.GetValues<RefusalReason>())
        {
            var choice = new ChoiceExplanation("o", "h", 1, reason, [.. Enum.GetValues<LimitKind>().Select(kind => new ReachedLimit(kind, "x", 2))], null, new("fr «é»", "中文", null));

            Text(ReportJson.Write(choice)).Should().Be(JsonSerializer.Serialize(choice, Serializer));
        }
    }

    /// <summary>Costs of any number of words give the effects that two words give, and what solving again gives.</summary>
    [Fact]
    public void Wider_costs_tell_the_same_effects() =>
        Gens.Instance.Sample(
            instance =>
            {
                var sorted = MatchingEngine.Sort(instance);
                var roster = new Roster(sorted);
                foreach (var name in new[] { PolicyName.MinRegretGreedy, PolicyName.GenerousMaximum, PolicyName.MinCost })
                {
                    var policy = new PolicyName(name, false);
                    var costs = new LevelCosts(sorted, roster, policy);
                    var narrow = new FlowEffects<TwoWords>(sorted, roster, policy, costs, 1, CancellationToken.None);
                    var wide = new FlowEffects<ManyWords>(sorted, roster, policy, costs, roster.GreatestRank, CancellationToken.None);
                    foreach (var (student, offer) in Enumerable.Range(0, sorted.Students.Length).SelectMany(s => roster.OptionsOf(s).Select(option => (s, option.Offer))))
                    {
                        wide.Forced(student, offer).Should().BeEquivalentTo(narrow.Forced(student, offer));
                    }
                }
            },
            iter: 40);

    [Fact]
    public void Thirty_ranks_need_more_than_two_words_and_are_explained_exactly()
    {
        var random = new Random(7);
        const int Offers = 30;
        var students = Enumerable.Range(0, 40).Select(s =>
        {
            var order = Enumerable.Range(0, Offers).ToArray();
            random.Shuffle(order);
            return new InstanceStudent($"s{s:D2}", null, null, [.. order.Select(o => ImmutableArray.Create($"o{o:D2}"))], ImmutableSortedDictionary<string, long>.Empty, false);
        });
        var instance = new Instance
        {
            Students = [.. students],
            Hosts = [new("h", 0, null, Opening.Always, null)],
            Offers = [.. Enumerable.Range(0, Offers).Select(o => new InstanceOffer($"o{o:D2}", "h", null, 0, 1, Opening.Always, null, null))],
        };
        new LevelCosts(instance, new(instance), new(PolicyName.GenerousMaximum, false)).WordCount.Should().BeGreaterThan(2);
        var before = ExplanationTests.Solve(instance, PolicyName.GenerousMaximum);
        var explainer = new Explainer(instance, before, CancellationToken.None);

        foreach (var student in instance.Students.Take(8))
        {
            foreach (var offer in instance.Offers.Take(5))
            {
                var after = ExplanationTests.Solve(instance with { Pinned = [new(student.Id, offer.Id)] }, PolicyName.GenerousMaximum);
                ExplanationTests.Values(before, explainer.Explain(student.Id, offer.Id).Effect!).Should().Equal(ExplanationTests.Values(after), $"{student.Id} to {offer.Id}");
            }
        }
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
