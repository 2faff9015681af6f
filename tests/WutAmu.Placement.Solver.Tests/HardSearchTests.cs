using System.Collections.Immutable;
using System.Globalization;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;
using WutAmu.Placement.Solver.Search;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Searches that do not answer at once: quotas that cut across hosts, on a campaign of a real size.</summary>
public sealed class HardSearchTests
{
    [Fact]
    public void Every_better_choice_of_a_campaign_with_quotas_has_its_effect_within_the_limit()
    {
        var instance = Campaign(new Random(11), students: 70, quotas: 5);
        var result = ExplanationTests.Solve(instance, PolicyName.MinRegretGreedy);

        using var explainer = new Explainer(instance, result, CancellationToken.None);
        var (students, limits) = explainer.Report();

        var effects = students.SelectMany(student => student.Better).Select(choice => choice.Effect).OfType<Effect>().ToList();
        effects.Should().HaveCountGreaterThan(50, "choices that were not had are asked for");
        effects.Should().OnlyContain(effect => effect.Unchanged() || effect.Changed() || effect.Feasible == false);
        limits.SelectMany(limit => new[] { limit.More, limit.Fewer }).OfType<Effect>().Should().OnlyContain(effect => effect.Unchanged() || effect.Changed() || effect.Feasible == false);
    }

    [Fact]
    public void What_an_exchange_near_the_result_settles_is_what_solving_with_the_pin_gives()
    {
        var instance = Campaign(new Random(5), students: 24, quotas: 3);
        var before = ExplanationTests.Solve(instance, PolicyName.MinRegretGreedy);

        using var explainer = new Explainer(instance, before, CancellationToken.None);
        var choices = explainer.Students.SelectMany(student => explainer.Explain(student).Better.Select(choice => (student, choice))).Where(pair => pair.choice.Effect is not null).ToList();

        choices.Should().HaveCountGreaterThan(20);
        foreach (var (student, choice) in choices)
        {
            var after = ExplanationTests.Solve(instance with { Pinned = [new(student, choice.Offer)] }, PolicyName.MinRegretGreedy);
            ExplanationTests.Told(before, choice.Effect!).Should().Equal(ExplanationTests.Solved(after, choice.Effect!), $"{student} to {choice.Offer}"); // not null: asked above
        }
    }

    [Fact]
    public void A_diagnosis_that_may_not_search_says_that_nothing_is_decided()
    {
        var spent = new SearchBudget(0.001);
        spent.Use(1);

        var diagnosis = Diagnostician.Diagnose(Campaign(new Random(5), students: 24, quotas: 3), spent, spent, ReportLimits.StepsForTheSmallestGroup, CancellationToken.None);

        diagnosis.Feasible.Should().BeNull();
        diagnosis.Undetermined.Should().Equal("feasible");
        diagnosis.Conflicts.Should().BeEmpty();
        System.Text.Encoding.UTF8.GetString(ReportJson.Write(diagnosis)).Should().Contain("\"feasible\": null");
        ReportJson.ReadDiagnosis(ReportJson.ToElement(diagnosis)).Feasible.Should().BeNull();
    }

    /// <summary>Each quota counts the students of one programme at a quarter of all hosts.</summary>
    private static Instance Campaign(Random random, int students, int quotas)
    {
        string Id(string prefix, int number) => prefix + number.ToString("000", CultureInfo.InvariantCulture);
        var hosts = Enumerable.Range(0, students / 4).Select(h => Id("h", h)).ToArray();
        var offers = Enumerable.Range(0, students / 2).Select(o => new InstanceOffer(Id("o", o), hosts[o % hosts.Length], null, 0, 1 + random.Next(3), Opening.Always, null, null)).ToArray();
        return new()
        {
            LotterySeed = "hard",
            Hosts = [.. hosts.Select(host => new InstanceHost(host, 0, null, Opening.Always, null))],
            Offers = [.. offers],
            Quotas = [.. Enumerable.Range(0, quotas).Select(q =>
            {
                random.Shuffle(hosts);
                ImmutableArray<string> counted = [.. hosts.Take(hosts.Length / 4)];
                return new Quota(Id("q", q), [Id("p", random.Next(3))], counted, null, 0, Math.Max(1, offers.Where(offer => counted.Contains(offer.Host)).Sum(offer => offer.Max) / 4));
            })],
            Students = [.. Enumerable.Range(0, students).Select(s =>
            {
                random.Shuffle(offers);
                // Early offers are liked by more.
                var liked = offers.OrderBy(offer => random.NextDouble() * (10 + int.Parse(offer.Id[1..], CultureInfo.InvariantCulture))).Take(8).Select(offer => offer.Id);
                return new InstanceStudent(Id("s", s), Id("p", s % 3), null, [.. liked.Select(offer => ImmutableArray.Create(offer))], ImmutableDictionary<string, long>.Empty, false);
            })],
        };
    }
}
