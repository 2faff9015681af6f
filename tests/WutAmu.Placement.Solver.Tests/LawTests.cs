using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Changes of an instance that must not, or must in a known way, change its result; for every policy.</summary>
public sealed class LawTests
{
    public static TheoryData<string> Policies { get; } = [.. PolicyName.Catalogue.Select(known => known.Name).Append("search:" + PolicyName.MinRegretGreedy)];

    public static TheoryData<string, string> Cultures { get; } = AllCultures();

    /// <summary>Rows, members of lists whose order means nothing, and tie groups shuffled.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void The_order_of_rows_and_of_ties_changes_nothing(string name) =>
        Of(name).Select(Gen.Int[0, 1000]).Sample(
            (instance, seed) => Bytes(ExplanationTests.Solve(Shuffled(instance, new Random(seed)), name)).Should().Equal(Bytes(ExplanationTests.Solve(instance, name))),
            iter: Times(name, 100));

    /// <summary>Tickets hash the students' ids: new ids are dealt so that they come in the same lottery order. Hosts and offers keep their ordinal order.</summary>
    [Theory]
    [MemberData(nameof(Policies))]
    public void Other_names_with_the_same_order_of_tickets_change_only_names(string name) =>
        Of(name).Sample(
            instance =>
            {
                var students = instance.Students.OrderBy(s => Lottery.Ticket(instance.LotterySeed, s.Id)).Select(s => s.Id)
                    .Zip(Enumerable.Range(100, instance.Students.Length).Select(i => $"étudiant {i}").OrderBy(id => Lottery.Ticket(instance.LotterySeed, id)))
                    .ToDictionary(pair => pair.First, pair => pair.Second);
                var (before, after) = (ExplanationTests.Solve(instance, name), ExplanationTests.Solve(Renamed(instance, students), name));

                after.Status.Should().Be(before.Status);
                after.Levels.Should().Equal(before.Levels);
                after.Profile.Should().Equal(before.Profile);
                after.Assignments.Select(a => (a.Student, a.Offer)).Should().BeEquivalentTo(before.Assignments.Select(a => (students[a.Student], "实验室 " + a.Offer)));
            },
            iter: Times(name, 100));

    [Theory]
    [MemberData(nameof(Policies))]
    public void An_offer_that_nobody_ranks_changes_nothing(string name) =>
        Of(name).Where(instance => instance.Students.All(student => !student.UnrankedAcceptable)).Sample(
            instance =>
            {
                var before = ExplanationTests.Solve(instance, name);
                var after = ExplanationTests.Solve(instance with { Offers = instance.Offers.Add(new("extra", instance.Hosts[0].Id, null, 0, 3, Opening.Always, null, null)) }, name);

                after.Status.Should().Be(before.Status);
                after.Assignments.Should().Equal(before.Assignments);
                after.Levels.Should().Equal(before.Levels);
            },
            iter: Times(name, 100));

    /// <summary>Two copies side by side: every level that counts doubles, the worst rank stays.</summary>
    [Theory]
    [InlineData(PolicyName.MinRegretGreedy)]
    [InlineData(PolicyName.GreedyMaximum)]
    [InlineData(PolicyName.GenerousMaximum)]
    [InlineData(PolicyName.RankMaximal)]
    [InlineData(PolicyName.MinCost)]
    [InlineData("search:" + PolicyName.MinRegretGreedy)]
    public void Two_copies_side_by_side_double_the_levels(string name) =>
        Of(name).Sample(
            instance =>
            {
                var (one, two) = (ExplanationTests.Solve(instance, name), ExplanationTests.Solve(Doubled(instance), name));

                two.Status.Should().Be(one.Status);
                two.Levels.Should().Equal(one.Levels.Select(level => level.Objective == "worst-rank" ? level : new(level.Objective, 2 * level.Value, 2 * level.Bound)));
            },
            iter: Times(name, 60));

    /// <summary>Where rankings are strict and complete, no lottery decides and each copy has the one stable matching.</summary>
    [Theory]
    [InlineData(PolicyName.StudentOptimalStable)]
    [InlineData(PolicyName.HostOptimalStable)]
    public void Two_copies_of_a_strict_market_double_the_profile(string name) =>
        Of(name).Where(instance => instance.Students.All(student => !student.UnrankedAcceptable)).Select(Strict).Sample(
            instance =>
            {
                var (one, two) = (ExplanationTests.Solve(instance, name), ExplanationTests.Solve(Doubled(instance), name));

                two.Status.Should().Be(one.Status);
                two.Profile.Should().Equal(one.Profile.Select(count => 2 * count));
            },
            iter: 200);

    [Theory]
    [MemberData(nameof(Cultures))]
    public void The_culture_changes_nothing(string name, string culture)
    {
        var instance = Of(name).Where(i => ExplanationTests.Solve(i, name).Status == MatchingStatus.Optimal).Single();
        var expected = Bytes(ExplanationTests.Solve(Turkish(instance), name));
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = CultureInfo.GetCultureInfo(culture);
            Bytes(ExplanationTests.Solve(Turkish(instance), name)).Should().Equal(expected);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static TheoryData<string, string> AllCultures()
    {
        var rows = new TheoryData<string, string>();
        foreach (var name in PolicyName.Catalogue.Select(known => known.Name).Append("search:" + PolicyName.MinRegretGreedy))
        {
            foreach (var culture in (string[])["tr-TR", "fr-FR", "zh-CN"])
            {
                rows.Add(name, culture);
            }
        }

        return rows;
    }

    private static int Times(string name, int times) => name.StartsWith("search:", StringComparison.Ordinal) ? times / 4 : times;

    private static Gen<Instance> Of(string name) =>
        name.EndsWith("stable", StringComparison.Ordinal) ? Gens.Market : name.StartsWith("search:", StringComparison.Ordinal) ? Gens.Constrained : Gens.Instance;

    private static byte[] Bytes(MatchingResult result) => ResultJson.Write(result with { Engine = null });

    /// <summary>Ids that a culture-aware comparison would order otherwise.</summary>
    private static Instance Turkish(Instance instance) => Renamed(instance, instance.Students.Select((student, s) => (student.Id, New: ((string[])["i", "I", "ı", "İ", "é", "阿"])[s % 6])).ToDictionary(pair => pair.Id, pair => pair.New));

    private static Instance Strict(Instance instance)
    {
        var all = instance.Students.Select(student => student.Id).ToArray();
        ImmutableArray<ImmutableArray<string>> Ranking(int shift) => [.. all.Select((_, s) => ImmutableArray.Create(all[(s + shift) % all.Length]))];
        return instance with
        {
            Students = [.. instance.Students.Select(student => student with { Choices = [.. student.Choices.SelectMany(group => group).Select(offer => ImmutableArray.Create(offer))] })],
            Hosts = [.. instance.Hosts.Select((host, h) => host with { Ranking = Ranking(h), Min = 0 })],
            Offers = [.. instance.Offers.Select(offer => offer with { Ranking = null, Min = 0 })],
        };
    }

    private static Instance Shuffled(Instance instance, Random random)
    {
        ImmutableArray<T> Mix<T>(IEnumerable<T> rows)
        {
            var mixed = rows.ToArray();
            random.Shuffle(mixed);
            return [.. mixed];
        }

        ImmutableArray<ImmutableArray<string>> Ties(ImmutableArray<ImmutableArray<string>> groups) => [.. groups.Select(group => Mix(group))];
        ImmutableArray<string>? Maybe(ImmutableArray<string>? ids) => ids is { } list ? Mix(list) : null;
        return instance with
        {
            Students = Mix(instance.Students.Select(student => student with { Choices = Ties(student.Choices) })),
            Hosts = Mix(instance.Hosts.Select(host => host with { Ranking = host.Ranking is { } ranking ? Ties(ranking) : null })),
            Supervisors = Mix(instance.Supervisors),
            Offers = Mix(instance.Offers.Select(offer => offer with { Ranking = offer.Ranking is { } ranking ? Ties(ranking) : null, Programmes = Maybe(offer.Programmes) })),
            Quotas = Mix(instance.Quotas.Select(quota => quota with { Hosts = Maybe(quota.Hosts), Offers = Maybe(quota.Offers), Programmes = Maybe(quota.Programmes) })),
            Together = Mix(instance.Together.Select(group => group with { Students = Mix(group.Students) })),
            Apart = Mix(instance.Apart.Select(group => group with { Students = Mix(group.Students) })),
            Pinned = Mix(instance.Pinned),
            Forbidden = Mix(instance.Forbidden),
            Published = Mix(instance.Published),
        };
    }

    private static Instance Renamed(Instance instance, Dictionary<string, string> students)
    {
        static string Place(string id) => "实验室 " + id;
        static ImmutableArray<string>? Places(ImmutableArray<string>? ids) => ids is { } list ? [.. list.Select(Place)] : null;
        ImmutableArray<string> People(ImmutableArray<string> ids) => [.. ids.Select(id => students[id])];
        ImmutableArray<ImmutableArray<string>>? Ranking(ImmutableArray<ImmutableArray<string>>? groups) => groups is { } list ? [.. list.Select(People)] : null;
        ImmutableArray<StudentOffer> Pairs(ImmutableArray<StudentOffer> pairs) => [.. pairs.Select(pair => new StudentOffer(students[pair.Student], Place(pair.Offer)))];
        return instance with
        {
            Students = [.. instance.Students.Select(student => student with
            {
                Id = students[student.Id],
                Choices = [.. student.Choices.Select(group => group.Select(Place).ToImmutableArray())],
                Costs = student.Costs.ToImmutableSortedDictionary(cost => Place(cost.Key), cost => cost.Value, StringComparer.Ordinal),
            })],
            Hosts = [.. instance.Hosts.Select(host => host with { Id = Place(host.Id), Ranking = Ranking(host.Ranking) })],
            Supervisors = [.. instance.Supervisors.Select(supervisor => supervisor with { Host = Place(supervisor.Host) })],
            Offers = [.. instance.Offers.Select(offer => offer with { Id = Place(offer.Id), Host = Place(offer.Host), Ranking = Ranking(offer.Ranking) })],
            Quotas = [.. instance.Quotas.Select(quota => quota with { Hosts = Places(quota.Hosts), Offers = Places(quota.Offers) })],
            Together = [.. instance.Together.Select(group => group with { Students = People(group.Students) })],
            Apart = [.. instance.Apart.Select(group => group with { Students = People(group.Students) })],
            Pinned = Pairs(instance.Pinned),
            Forbidden = Pairs(instance.Forbidden),
            Published = Pairs(instance.Published),
        };
    }

    private static Instance Doubled(Instance instance)
    {
        static string Copy(string id) => id + "'";
        static ImmutableArray<string> Copies(ImmutableArray<string> ids) => [.. ids.Select(Copy)];
        static ImmutableArray<string>? Maybe(ImmutableArray<string>? ids) => ids is { } list ? Copies(list) : null;
        static ImmutableArray<ImmutableArray<string>>? Groups(ImmutableArray<ImmutableArray<string>>? groups) => groups is { } list ? [.. list.Select(Copies)] : null;
        static IEnumerable<StudentOffer> Pairs(ImmutableArray<StudentOffer> pairs) => pairs.Concat(pairs.Select(pair => new StudentOffer(Copy(pair.Student), Copy(pair.Offer))));
        // An offer acceptable unlisted must not lie in the other copy, and a quota on all hosts or offers counts one copy.
        var forbidden = instance.Students.SelectMany(student => instance.Offers.SelectMany(offer => new[] { new StudentOffer(student.Id, Copy(offer.Id)), new StudentOffer(Copy(student.Id), offer.Id) }));
        ImmutableArray<string> hosts = [.. instance.Hosts.Select(host => host.Id)];
        var quotas = instance.Quotas.Select(quota => quota with { Hosts = quota.Hosts ?? hosts }).ToList();
        return instance with
        {
            Students = [.. instance.Students, .. instance.Students.Select(student => student with
            {
                Id = Copy(student.Id),
                Choices = [.. student.Choices.Select(Copies)],
                Costs = student.Costs.ToImmutableSortedDictionary(cost => Copy(cost.Key), cost => cost.Value, StringComparer.Ordinal),
            })],
            Hosts = [.. instance.Hosts, .. instance.Hosts.Select(host => host with { Id = Copy(host.Id), Ranking = Groups(host.Ranking) })],
            Supervisors = [.. instance.Supervisors, .. instance.Supervisors.Select(supervisor => supervisor with { Id = Copy(supervisor.Id), Host = Copy(supervisor.Host) })],
            Offers = [.. instance.Offers, .. instance.Offers.Select(offer => offer with
            {
                Id = Copy(offer.Id), Host = Copy(offer.Host), Supervisor = offer.Supervisor is { } supervisor ? Copy(supervisor) : null, Ranking = Groups(offer.Ranking),
            })],
            Quotas = [.. quotas, .. quotas.Select(quota => quota with { Id = Copy(quota.Id), Hosts = Maybe(quota.Hosts), Offers = Maybe(quota.Offers) })],
            Together = [.. instance.Together, .. instance.Together.Select(group => group with { Students = Copies(group.Students) })],
            Apart = [.. instance.Apart, .. instance.Apart.Select(group => group with { Students = Copies(group.Students) })],
            Pinned = [.. Pairs(instance.Pinned)],
            Forbidden = [.. Pairs(instance.Forbidden), .. forbidden.Except(instance.Forbidden)],
            Published = [.. Pairs(instance.Published)],
        };
    }
}
