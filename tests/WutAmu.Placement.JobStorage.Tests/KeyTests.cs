namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>The corners of sets, lists, hashes and counters.</summary>
public sealed class KeyTests : StorageFile
{
    private static readonly TimeSpan Hour = TimeSpan.FromHours(1);
    private static readonly TimeSpan None = TimeSpan.FromSeconds(-1);

    [Fact]
    public void What_is_absent_is_empty()
    {
        using var connection = Connect();

        connection.GetAllItemsFromSet("k").Should().BeEmpty();
        connection.GetRangeFromSet("k", 0, 10).Should().BeEmpty();
        connection.GetFirstByLowestScoreFromSet("k", 0, 1, 5).Should().BeEmpty();
        connection.GetFirstByLowestScoreFromSet("k", 0, 1).Should().BeNull();
        connection.GetAllItemsFromList("k").Should().BeEmpty();
        connection.GetRangeFromList("k", 0, 10).Should().BeEmpty();
        connection.GetAllEntriesFromHash("k").Should().BeNull();
        connection.GetValueFromHash("k", "f").Should().BeNull();
        (connection.GetSetCount("k"), connection.GetListCount("k"), connection.GetHashCount("k"), connection.GetCounter("k")).Should().Be((0L, 0L, 0L, 0L));
        (connection.GetSetTtl("k"), connection.GetListTtl("k"), connection.GetHashTtl("k")).Should().Be((None, None, None));
        connection.GetSetCount([], 5).Should().Be(0);
        connection.GetJobData("1").Should().BeNull();
    }

    [Fact]
    public void Keys_are_kept_apart_and_differ_by_case()
    {
        Commit(t =>
        {
            t.AddToSet("k", "v");
            t.AddToSet("K", "w");
            t.InsertToList("k", "v");
            t.InsertToList("other", "w");
            t.SetRangeInHash("k", [KeyValuePair.Create("f", "v")]);
            t.SetRangeInHash("other", [KeyValuePair.Create("f", "w")]);
            t.ExpireSet("k", Hour);
            t.ExpireList("k", Hour);
            t.ExpireHash("k", Hour);
            t.RemoveSet("none");
            t.RemoveHash("none");
        });
        using var connection = Connect();
        (connection.GetSetTtl("K"), connection.GetListTtl("other"), connection.GetHashTtl("other")).Should().Be((None, None, None));

        Commit(t =>
        {
            t.PersistSet("K");
            t.PersistList("other");
            t.PersistHash("other");
            t.RemoveFromSet("K", "v");
            t.RemoveFromList("other", "v");
            t.TrimList("other", 0, 5);
        });

        new[] { connection.GetSetTtl("k"), connection.GetListTtl("k"), connection.GetHashTtl("k") }.Should().OnlyContain(left => left > TimeSpan.Zero);
        connection.GetAllItemsFromSet("k").Should().Equal("v");
        connection.GetAllItemsFromSet("K").Should().Equal("w");
        connection.GetAllItemsFromList("other").Should().Equal("w");
        connection.GetValueFromHash("other", "f").Should().Be("w");
        Commit(t =>
        {
            t.RemoveSet("k");
            t.RemoveHash("k");
        });
        connection.GetSetCount("K").Should().Be(1);
        connection.GetHashCount("other").Should().Be(1);
    }

    [Theory]
    [InlineData(0, 0, "e")]
    [InlineData(0, 4, "edcba")]
    [InlineData(1, 3, "dcb")]
    [InlineData(3, 100, "ba")]
    [InlineData(5, 6, "")]
    [InlineData(2, 1, "")]
    [InlineData(3, 0, "")]
    [InlineData(-1, 0, "e")]
    [InlineData(-3, -1, "")]
    [InlineData(-2, 1, "ed")]
    public void Ranges_of_lists_include_both_ends_for_reading_and_trimming(int from, int to, string expected)
    {
        Commit(t => "abcde".ToList().ForEach(value => t.InsertToList("l", $"{value}")));
        using var connection = Connect();
        string.Concat(connection.GetRangeFromList("l", from, to)).Should().Be(expected);

        Commit(t => t.TrimList("l", from, to));

        string.Concat(connection.GetAllItemsFromList("l")).Should().Be(expected);
    }

    [Theory]
    [InlineData(0, 0, "a")]
    [InlineData(0, 2, "abc")]
    [InlineData(1, 1, "b")]
    [InlineData(2, 9, "c")]
    [InlineData(3, 9, "")]
    [InlineData(1, 0, "")]
    [InlineData(2, 0, "")]
    [InlineData(-1, 0, "a")]
    [InlineData(-5, -1, "")]
    public void Ranges_of_sets_include_both_ends(int from, int to, string expected)
    {
        Commit(t => t.AddRangeToSet("s", ["c", "a", "b"]));
        using var connection = Connect();

        string.Concat(connection.GetRangeFromSet("s", from, to)).Should().Be(expected);
    }

    [Fact]
    public void Lowest_scores_come_first_as_many_as_asked_also_below_zero()
    {
        Commit(t =>
        {
            t.AddToSet("s", "minus", -5.5);
            t.AddToSet("s", "zero");
            t.AddToSet("s", "one", 1);
            t.AddToSet("s", "two", 2);
        });
        using var connection = Connect();

        connection.GetFirstByLowestScoreFromSet("s", -10, 10, 2).Should().Equal("minus", "zero");
        connection.GetFirstByLowestScoreFromSet("s", 0, 1, 9).Should().Equal("zero", "one");
        connection.GetFirstByLowestScoreFromSet("s", -10, -6, 9).Should().BeEmpty();
        connection.GetFirstByLowestScoreFromSet("s", 0.5, double.MaxValue).Should().Be("one");
        connection.GetFirstByLowestScoreFromSet("s", double.MinValue, double.MaxValue).Should().Be("minus");
        connection.GetSetCount(["s", "s"], 0).Should().Be(0);
        connection.GetSetCount(["s", "s"], 100).Should().Be(connection.GetSetCount("s"), "a set named twice is one set");
    }

    [Fact]
    public void What_is_past_its_time_but_not_removed_yet_has_nothing_left_to_live()
    {
        Commit(t =>
        {
            t.AddToSet("k", "v");
            t.InsertToList("k", "v");
            t.SetRangeInHash("k", [KeyValuePair.Create("f", "v")]);
            t.ExpireSet("k", -Hour);
            t.ExpireList("k", -Hour);
            t.ExpireHash("k", -Hour);
        });
        using var connection = Connect();

        new[] { connection.GetSetTtl("k"), connection.GetListTtl("k"), connection.GetHashTtl("k") }
            .Should().AllBeEquivalentTo(TimeSpan.Zero, "a negative answer means that it never expires");
    }

    [Fact]
    public void A_whole_set_is_read_in_the_order_of_its_scores()
    {
        Commit(t =>
        {
            t.AddToSet("s", "a", 3);
            t.AddToSet("s", "c", 1);
            t.AddToSet("s", "d", 2);
            t.AddToSet("s", "b", 2);
        });
        using var connection = Connect();

        connection.GetAllItemsFromSet("s").Should().Equal("c", "b", "d", "a");
    }

    [Fact]
    public void A_count_over_several_sets_stops_at_its_limit()
    {
        Commit(t =>
        {
            t.AddRangeToSet("two", ["a", "b"]);
            t.AddRangeToSet("four", ["a", "b", "c", "d"]);
        });
        using var connection = Connect();

        connection.GetSetCount(["two", "four"], 3).Should().Be(3);
        connection.GetSetCount(["two", "four"], 6).Should().Be(6);
        connection.GetSetCount(["two", "none", "four"], 5).Should().Be(5);
    }
}
