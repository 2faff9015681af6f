using System.Collections.Immutable;
using System.Globalization;
using CsCheck;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Explanations;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Students who compete for too few places: irreducible always, the smallest where that is said; against trying everything.</summary>
public sealed class BlockingGroupTests
{
    private static readonly Gen<Instance> Crowd = Gen.Int[0, int.MaxValue - 1].Select(seed => Crowded(new Random(seed)));

    // The matching found first may leave out b and c, or a and b: both times a larger group than these two would do.
    [Fact]
    public void Two_who_want_one_place_are_told_before_three_who_want_two()
    {
        var instance = Plain([("x", 1), ("y", 1)], ("a", "x"), ("b", "x"), ("c", "x y"), ("d", "y"));

        var groups = Diagnostician.Diagnose(instance, CancellationToken.None).Unplaced;

        groups[0].Students.Should().Equal("a", "b");
        (groups[0].Places, groups[0].Smallest).Should().Be((1, true));
        groups.Should().OnlyContain(group => group.Smallest == (group.Students.Length == 2));
        groups[0].Repair.En.Should().Be("One place more at one of: x.");
    }

    // z has a place whatever happens. A search that ends in the middle leaves in whom it did not try.
    [Fact]
    public void Whoever_is_pinned_competes_with_nobody_however_soon_the_search_ends()
    {
        var instance = Plain([("x", 1), ("y", 1), ("w", 1)], ("a", "x"), ("b", "x"), ("c", "x y"), ("d", "y w"), ("z", "w")) with
        {
            Pinned = [new("z", "w")],
            Apart = [new(["a", "d"], GroupLevel.Host)],
        };
        var cut = 0;

        for (var seconds = 1.0; seconds > 1e-9; seconds *= 0.9)
        {
            var diagnosis = Diagnostician.Diagnose(instance, new(null), new(seconds), ReportLimits.StepsForTheSmallestGroup, CancellationToken.None);
            diagnosis.FloorBlocked?.Students.Should().NotContain("z");
            cut += diagnosis.FloorBlocked is not null && diagnosis.Undetermined.Contains("floorBlocked") ? 1 : 0;
        }

        cut.Should().BePositive("some search ended while it left students out");
    }

    // The closures of the matching found first have six students and more.
    [Fact]
    public void A_small_group_that_no_matching_at_hand_shows_is_found()
    {
        var instance = Plain(
            [("v", 1), ("w", 1), ("x", 1), ("y", 1), ("z", 1)],
            ("a", "v w"), ("b", "w x"), ("c", "x v"), ("d", "v y"), ("e", "y z"), ("f", "z v"), ("g", "w z"));

        var groups = Diagnostician.Diagnose(instance, CancellationToken.None).Unplaced;

        var least = SmallestByHall(instance);
        groups[0].Students.Length.Should().Be(least);
        groups[0].Smallest.Should().BeTrue();
    }

    [Fact]
    public void A_group_is_irreducible_and_the_smallest_where_it_says_so()
    {
        var (told, searched) = (0, 0);
        Crowd.Where(instance => ExplanationTests.Solve(instance, PolicyName.GreedyMaximum).Status == MatchingStatus.Optimal).Sample(
            instance =>
            {
                var placeable = new Placeable(instance);
                var smallest = placeable.SizeOfSmallestGroup();

                var groups = Diagnostician.Diagnose(instance, CancellationToken.None).Unplaced;

                (groups.Length > 0).Should().Be(smallest is not null);
                foreach (var group in groups)
                {
                    placeable.Can(group.Students).Should().BeFalse($"{string.Join(", ", group.Students)} compete");
                    group.Students.Where(student => !placeable.Can(group.Students.Remove(student))).Should().BeEmpty("without any one of them the others can be placed");
                    group.Smallest.Should().Be(group.Students.Length == smallest, $"{string.Join(", ", group.Students)}; the smallest has {smallest}");
                    Interlocked.Increment(ref told);
                }

                if (groups.Length > 1 && smallest > 2)
                {
                    Interlocked.Increment(ref searched);
                }
            },
            iter: 3000);
        told.Should().BeGreaterThan(1000);
        searched.Should().BeGreaterThan(100, "where one is left out or two compete nothing is searched");
    }

    /// <summary>Larger ones, with offers alone, where Hall's condition can be tried for every set of offers.</summary>
    [Fact]
    public void The_smallest_group_is_the_one_that_trying_every_set_of_offers_gives() =>
        Gen.Int[0, int.MaxValue - 1].Select(seed => Wide(new Random(seed))).Sample(
            instance =>
            {
                var groups = Diagnostician.Diagnose(instance, CancellationToken.None).Unplaced;

                (groups.FirstOrDefault()?.Students.Length).Should().Be(SmallestByHall(instance));
                groups.Take(1).Where(group => !group.Smallest).Should().BeEmpty();
            },
            iter: 2000);

    [Fact]
    public void Where_the_search_is_cut_off_a_group_is_not_called_the_smallest()
    {
        var instance = MatchingEngine.Sort(Enumerable.Range(0, 1000).Select(seed => Wide(new Random(seed))).First(wide => SmallestByHall(wide) > 3 && Diagnostician.Diagnose(wide, CancellationToken.None).Unplaced.Length > 1));
        var roster = new Roster(instance);
        var face = FlowFace.Feasible(new(instance, roster, null), FlowAlgorithm.Automatic, CancellationToken.None, out _)!; // not null: nothing is asked for
        face.Minimise((student, option) => option is null && roster.HasList(student) ? 1 : 0, CancellationToken.None);

        var groups = new BlockingGroups(instance, roster, face, mostSteps: 10).All();

        groups.Should().NotBeEmpty().And.OnlyContain(group => !group.Smallest);
    }

    [Fact]
    public void Who_is_pinned_takes_a_place_and_does_not_compete()
    {
        var instance = Plain([("x", 2)], ("a", "x"), ("b", "x"), ("p", "x")) with { Pinned = [new("p", "x")] };

        var group = Diagnostician.Diagnose(instance, CancellationToken.None).Unplaced.Should().ContainSingle().Subject;

        group.Students.Should().Equal("a", "b");
        group.Places.Should().Be(1, "the pin takes the other");
        group.Limits.Should().Equal(new ReachedLimit(LimitKind.Offer, "x", 2));
    }

    private static int? SmallestByHall(Instance instance)
    {
        int? least = null;
        for (var mask = 0; mask < 1 << instance.Offers.Length; mask++)
        {
            var within = instance.Offers.Where((_, o) => (mask >> o & 1) == 1).ToDictionary(offer => offer.Id, offer => offer.Max);
            var places = within.Values.Sum();
            if (places + 1 < (least ?? int.MaxValue) && instance.Students.Count(student => student.Choices.Length > 0 && student.Choices.All(group => group.All(within.ContainsKey))) > places)
            {
                least = places + 1;
            }
        }

        return least;
    }

    private static Instance Plain((string Id, int Max)[] offers, params (string Id, string Choices)[] students) => new()
    {
        Students = [.. students.Select(student => new InstanceStudent(student.Id, null, null, [.. student.Choices.Split(' ').Select(offer => ImmutableArray.Create(offer))], ImmutableSortedDictionary<string, long>.Empty, false))],
        Hosts = [new("h", 0, null, Opening.Always, null)],
        Offers = [.. offers.Select(offer => new InstanceOffer(offer.Id, "h", null, 0, offer.Max, Opening.Always, null, null))],
    };

    private static Instance Wide(Random random)
    {
        string Name(string prefix, int number) => prefix + number.ToString(CultureInfo.InvariantCulture);
        var offers = Enumerable.Range(0, random.Next(4, 9)).Select(o => (Name("o", o), random.Next(1, 4))).ToArray();
        return Plain(offers, [.. Enumerable.Range(0, random.Next(8, 25)).Select(s =>
            (Name("s", s), string.Join(' ', Enumerable.Range(0, random.Next(1, 4)).Select(_ => offers[random.Next(offers.Length)].Item1).Distinct())))]);
    }

    /// <summary>More students than places, at three storeys, with minima and pins.</summary>
    private static Instance Crowded(Random random)
    {
        var instance = Gens.Build(random);
        var students = random.Next(5, 8);
        return instance with
        {
            Students = [.. Enumerable.Range(0, students).Select(s => new InstanceStudent(
                $"s{s}",
                null,
                null,
                [.. Enumerable.Range(0, random.Next(4) == 0 ? 1 : 2).Select(_ => $"o{random.Next(instance.Offers.Length)}").Distinct().Select(offer => ImmutableArray.Create(offer))],
                ImmutableSortedDictionary<string, long>.Empty,
                random.Next(12) == 0))],
            Offers = [.. instance.Offers.Select(offer => offer with { Programmes = null })],
            Pinned = random.Next(6) == 0 ? [new($"s{random.Next(students)}", $"o{random.Next(instance.Offers.Length)}")] : [],
            Forbidden = [],
            Published = [],
        };
    }

    /// <summary>Which students with a list can be placed together, by trying every matching.</summary>
    private sealed class Placeable
    {
        private readonly List<string> listed;
        private readonly HashSet<int> placed = [];
        private readonly int pinned;

        public Placeable(Instance instance)
        {
            listed = [.. instance.Students.Where(student => student.Choices.Length > 0).Select(student => student.Id)];
            pinned = Mask(instance.Pinned.Select(pin => pin.Student));
            new BruteForce(instance, new(PolicyName.GreedyMaximum, false)).Any(given =>
            {
                placed.Add(Mask(instance.Students.Where((_, s) => given[s] is not null).Select(student => student.Id)));
                return false;
            });
        }

        public bool Can(IEnumerable<string> students) => Can(Mask(students));

        public int? SizeOfSmallestGroup() =>
            Enumerable.Range(0, 1 << listed.Count).Where(mask => (mask & pinned) == 0 && !Can(mask)).Select(mask => (int?)System.Numerics.BitOperations.PopCount((uint)mask)).Min();

        private bool Can(int mask) => placed.Any(all => (all & mask) == mask);

        private int Mask(IEnumerable<string> students) => students.Select(student => listed.IndexOf(student)).Where(i => i >= 0).Sum(i => 1 << i);
    }
}
