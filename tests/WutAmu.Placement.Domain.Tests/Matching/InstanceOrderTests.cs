using System.Text.Json;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Tests.Matching;

/// <summary>A result may not depend on the order of a file's rows, so they are put in the order of their ids.</summary>
public sealed class InstanceOrderTests
{
    /// <summary>Ids that begin alike, end early or hold the character 0: what is compared four characters at a time must come out as character by character.</summary>
    [Fact]
    public void Rows_stand_in_ordinal_order_whatever_their_ids()
    {
        var read = Unordered();

        var ordered = read.InOrderOfIds();

        ordered.Students.Select(student => student.Id).Should().Equal(read.Students.Select(student => student.Id).Order(StringComparer.Ordinal));
        ordered.Offers.Select(offer => offer.Id).Should().Equal(read.Offers.Select(offer => offer.Id).Order(StringComparer.Ordinal));
        ordered.Hosts.Select(host => host.Id).Should().Equal(read.Hosts.Select(host => host.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Choices_in_numbers_move_with_their_rows()
    {
        var ordered = Unordered().InOrderOfIds();
        var positions = ordered.Positions!; // not null: the rows were read, and moved

        for (var s = 0; s < ordered.Students.Length; s++)
        {
            var choices = ordered.Students[s].Choices;
            positions.OffersOf(s).ToArray().Select(o => ordered.Offers[o].Id).Should().Equal(choices.SelectMany(group => group));
            positions.RanksOf(s).ToArray().Should().Equal(choices.SelectMany((group, g) => group.Select(_ => g + 1)));
        }
    }

    [Fact]
    public void Another_order_of_rows_is_the_same_instance()
    {
        var read = Unordered();

        CanonicalJson.Digest(read.InOrderOfIds()).Should().Be(CanonicalJson.Digest(read)).And.Be(CanonicalJson.Digest(read with { Students = [.. read.Students.Reverse()] }));
    }

    [Fact]
    public void What_stands_in_order_stays_the_same_list()
    {
        var ordered = Unordered().InOrderOfIds();

        var again = ordered.InOrderOfIds();

        (again.Students == ordered.Students && again.Offers == ordered.Offers && again.Hosts == ordered.Hosts).Should().BeTrue();
        again.Positions.Should().BeSameAs(ordered.Positions);
    }

    private static Instance Unordered()
    {
        var random = new Random(7);
        var signs = "ab\0zé中\uff21";
        var ids = Enumerable.Range(0, 3000)
            .Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 14)).Select(at => signs[random.Next(at is 2 or 5 ? signs.Length : 2)])]))
            .Concat(["a\0", "a\0\0", "a\0\0\0", "a\0\0\0\0", "a\0\0\0\0b", "a", "aaaa", "aaaa\0", "aaaaa"])
            .Distinct(StringComparer.Ordinal).ToArray();
        random.Shuffle(ids);
        string[] shortIds = ["b", "a\0\0\0", "a\0", "ab", "a", "a\0\0", .. Enumerable.Range(0, 20).Select(i => $"c{(char)('z' - i)}")];
        var json = JsonSerializer.SerializeToUtf8Bytes(new
        {
            format = Instance.Format,
            students = ids.Select(id => new { id, choices = new[] { [ids[random.Next(500)]], ids.Skip(500 + random.Next(300)).Take(2).ToArray() } }),
            hosts = shortIds.Select(id => new { id }),
            offers = ids.Take(900).Select((id, o) => new { id, host = shortIds[o % shortIds.Length] }),
        });
        InstanceReader.TryRead(json, out var instance, out var problems).Should().BeTrue(string.Join(' ', problems));
        return instance!; // not null: read
    }
}
