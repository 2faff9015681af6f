using System.Collections.Immutable;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Rankings;

namespace WutAmu.Placement.Domain.Tests.Rankings;

public sealed class RankedChoicesTests
{
    private static readonly Dictionary<char, OfferId> Offers = "ABCDX".ToDictionary(letter => letter, _ => OfferId.New(new(2026, 11, 24, 8, 0, 0, TimeSpan.Zero)));

    [Theory]
    [InlineData("A B C", 'B', "B A C")]
    [InlineData("A B C", 'A', "A B C")]
    [InlineData("A BC", 'C', "A C B")]
    [InlineData("AB C", 'C', "C AB")]
    [InlineData("AB", 'B', "B A")]
    [InlineData("A B", 'X', "A B")]
    public void Up(string before, char moved, string after) => Write(Read(before).Up(Offers[moved])).Should().Be(after);

    [Theory]
    [InlineData("A B C", 'B', "A C B")]
    [InlineData("A B C", 'C', "A B C")]
    [InlineData("AB C", 'A', "B A C")]
    [InlineData("A BC", 'A', "BC A")]
    public void Down(string before, char moved, string after) => Write(Read(before).Down(Offers[moved])).Should().Be(after);

    [Theory]
    [InlineData("A B C D", 'D', 1, "D A B C")]
    [InlineData("A B C D", 'A', 3, "B C A D")]
    [InlineData("A BC D", 'B', 1, "B A C D")]
    [InlineData("A B C", 'A', 99, "B C A")]
    [InlineData("A B C", 'C', -1, "C A B")]
    [InlineData("A B", 'X', 1, "A B")]
    public void Moves_to_a_position(string before, char moved, int position, string after) => Write(Read(before).MoveTo(Offers[moved], position)).Should().Be(after);

    [Theory]
    [InlineData("A B C", 'B', "AB C")]
    [InlineData("AB CD", 'C', "ABCD")]
    [InlineData("A B", 'A', "A B")]
    public void Ties_with_what_is_above(string before, char tied, string after) => Write(Read(before).TieWithAbove(Offers[tied])).Should().Be(after);

    [Theory]
    [InlineData("ABC D", 'B', "A BC D")]
    [InlineData("AB", 'A', "AB")]
    [InlineData("A B", 'B', "A B")]
    public void Splits_from_what_is_above(string before, char split, string after) => Write(Read(before).SplitFromAbove(Offers[split])).Should().Be(after);

    [Theory]
    [InlineData("A BC", 'B', "A C")]
    [InlineData("A B", 'B', "A")]
    [InlineData("A", 'X', "A")]
    public void Removes(string before, char removed, string after) => Write(Read(before).Remove(Offers[removed])).Should().Be(after);

    [Fact]
    public void Adds_at_the_end_and_never_twice()
    {
        var list = Read("A B");

        Write(list.Add(Offers['C'])).Should().Be("A B C");
        Write(list.Add(Offers['A'])).Should().Be("A B");
    }

    [Fact]
    public void Text_is_read_as_it_was_written_and_nonsense_is_refused()
    {
        var list = Read("A BC D");

        RankedChoices.TryParse(list.ToText(), out var read).Should().BeTrue();
        Write(read!).Should().Be("A BC D");
        RankedChoices.TryParse(null, out var empty).Should().BeTrue();
        empty!.Count.Should().Be(0);
        RankedChoices.TryParse("not an id", out _).Should().BeFalse();
        RankedChoices.TryParse($"{Offers['A']},;", out _).Should().BeFalse();
    }

    [Fact]
    public void The_hash_sees_the_order_of_ranks_and_not_the_order_within_one()
    {
        Read("A BC").ShortHash().Should().Be(Read("A CB").ShortHash()).And.NotBe(Read("BC A").ShortHash()).And.NotBe(Read("A B C").ShortHash());
        Read("A BC").ShortHash().Should().HaveLength(12);
    }

    [Fact]
    public void A_diff_names_every_offer_whose_rank_differs()
    {
        var changes = RankingDiff.Between(Read("A B C"), Read("C A X"));

        changes.Should().Equal(
            new RankingChange(Offers['C'], 3, 1),
            new RankingChange(Offers['A'], 1, 2),
            new RankingChange(Offers['X'], null, 3),
            new RankingChange(Offers['B'], 2, null));
        RankingDiff.Between(Read("A BC"), Read("A CB")).Should().BeEmpty();
    }

    private static RankedChoices Read(string text) => new([.. text.Split(' ').Select(group => group.Select(letter => Offers[letter]).ToArray()).Select(group => ImmutableArray.Create(group))]);

    private static string Write(RankedChoices list) => string.Join(' ', list.Groups.Select(group => string.Concat(group.Select(offer => Offers.Single(pair => pair.Value == offer).Key))));
}
