using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Tests.Matching;

/// <summary>The digest names an instance for ever: archived results must still fit.</summary>
public sealed class CanonicalJsonTests
{
    private const string Odd = """
        {"format":"placement-instance/1","campaign":"Été «x» \"q\" \\ / \u0001\t\u007f\u0085\u2028 中文 😀 <>&'+","lotterySeed":"s\n","students":[{"id":"陈","score":14.25,"programme":"p\"q","choices":[["b","a"],["c\\d"]],"costs":{"c\\d":-5,"a":1000000000,"b":0}},{"id":"a\u007fb","score":1e21,"choices":[["é"]]},{"id":"A","score":-0.0001,"choices":[],"unrankedAcceptable":true},{"id":"b","score":100,"choices":[]}],"hosts":[{"id":"h","max":7,"min":1,"opening":"if-open","ranking":[["b","陈"],["A"]]},{"id":"G"}],"supervisors":[{"id":"v","host":"h","max":2}],"offers":[{"id":"b","host":"h"},{"id":"a","host":"h","supervisor":"v","max":3,"programmes":["z","p\"q"]},{"id":"c\\d","host":"G","ranking":[["A"]]},{"id":"é","host":"G","min":0,"max":0}],"quotas":[{"id":"k2"},{"id":"k1","programmes":["b","a"],"hosts":["h","G"],"offers":["é","b"],"min":1,"max":5}],"together":[{"students":["b","A"]},{"students":["A","陈"],"level":"offer"},{"students":["陈","A"],"level":"host"}],"apart":[{"students":["b","A"]}],"pinned":[{"student":"A","offer":"b"}],"forbidden":[{"student":"b","offer":"b"},{"student":"b","offer":"a"}],"published":[{"student":"b","offer":"a"}]}
        """;

    [Fact]
    public void The_digest_of_an_archived_instance_is_what_it_was() =>
        CanonicalJson.Digest(Read(Odd)).Should().Be("sha256:d9f573a978f4e5efb38796a0f58b2a6708d7685fb71a20f593ea03e492b749ea");

    [Fact]
    public void Texts_and_numbers_are_written_as_the_framework_writes_them()
    {
        var canonical = CanonicalJson.Write(Read(Odd));
        var again = new ArrayBufferWriter<byte>();
        using (var document = JsonDocument.Parse(canonical))
        using (var json = new Utf8JsonWriter(again, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            Rewrite(document.RootElement, json);
        }

        Encoding.UTF8.GetString(canonical).Should().Be(Encoding.UTF8.GetString(again.WrittenSpan));
    }

    [Fact]
    public void The_canonical_form_is_its_own_canonical_form()
    {
        var canonical = CanonicalJson.Write(Read(Odd));

        CanonicalJson.Write(Read(Encoding.UTF8.GetString(canonical))).Should().Equal(canonical);
    }

    /// <summary>The shortest text that reads as the same number, whichever way it is found.</summary>
    [Fact]
    public void Scores_are_written_as_the_framework_writes_them()
    {
        double[] scores = [0, -0.0, 0.1, 0.3, 1.1, 12.25, 14.2, 0.1 + 0.2, 0.05, 99.95, 100, 1e13, 99_999_999_999_999.9, 1e14, 1e15, 123_456_789_012_345.6, 1e22, 5e-324, double.MaxValue, -1.5, 4.35, .. Enumerable.Range(1, 3000).Select(i => i * 0.1), .. Enumerable.Range(1, 3000).Select(i => i / 10.0), .. Enumerable.Range(1, 300).Select(i => Math.BitIncrement(i / 10.0))];
        var instance = Read(Odd) with { Students = [.. scores.Select((score, s) => new InstanceStudent($"s{s:D5}", null, score, [], new Dictionary<string, long>(), false))] };

        using var document = JsonDocument.Parse(CanonicalJson.Write(instance));

        document.RootElement.GetProperty("students").EnumerateArray().Select(student => student.GetProperty("score").GetRawText()).Should().Equal(scores.Select(score => JsonSerializer.Serialize(score)));
    }

    /// <summary>Short ids are copied in cells of one size, whatever the longest of them is; longer ones are written one by one.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(13)]
    [InlineData(59)]
    [InlineData(60)]
    [InlineData(200)]
    public void Ids_of_every_length_are_written_whole(int longest)
    {
        string[] ids = ["a", new string('b', longest), "c", "é\"", new string('d', Math.Max(1, longest - 1))];
        var json = JsonSerializer.Serialize(new
        {
            format = "placement-instance/1",
            students = new[] { new { id = "s", choices = ids.Select(id => new[] { id }).ToArray() }, new { id = "t", choices = new string[][] { [ids[1]], [ids[0]] } }, new { id = "u", choices = new string[][] { ["a"], ["c"] } } },
            hosts = new[] { new { id = "h" } },
            offers = ids.Select(id => new { id, host = "h" }).ToArray(),
        });
        var read = Read(json);

        using var document = JsonDocument.Parse(CanonicalJson.Write(read));

        document.RootElement.GetProperty("students").EnumerateArray().Select(student => student.GetProperty("choices").EnumerateArray().Select(group => group[0].GetString()).ToArray())
            .Should().BeEquivalentTo(new string?[][] { ids, [ids[1], ids[0]], ["a", "c"] }, options => options.WithStrictOrdering());
        CanonicalJson.Digest(read).Should().Be(CanonicalJson.Digest(read with { Students = [.. read.Students] }));
    }

    /// <summary>Longer than the buffer that is hashed at a time, with a text longer than it.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(70_000)]
    [InlineData(200_000)]
    public void What_is_hashed_is_what_is_written(int length)
    {
        var instance = Read(Odd) with
        {
            Campaign = new string('c', length) + "\"",
            Students = [.. Enumerable.Range(0, 3000).Select(s => new InstanceStudent($"s{s}", null, s / 7.0, [["a"], ["b"]], new Dictionary<string, long>(), false))],
        };
        var canonical = CanonicalJson.Write(instance);

        CanonicalJson.Digest(instance).Should().Be(CanonicalJson.DigestOf(canonical));
        using var document = JsonDocument.Parse(canonical);
        document.RootElement.GetProperty("campaign").GetString().Should().Be(instance.Campaign);
        document.RootElement.GetProperty("students").GetArrayLength().Should().Be(3000);
    }

    /// <summary>The reader keeps the choices in numbers, from which the digest writes them; without, it is written from the texts.</summary>
    [Fact]
    public void The_same_is_written_from_what_was_read_and_from_its_rows()
    {
        var read = Read(Odd);
        var turned = read with { Offers = [.. read.Offers.Reverse()] };
        var rebuilt = read with { Students = [.. read.Students] };

        read.Positions.Should().NotBeNull();
        rebuilt.Positions.Should().BeNull();
        CanonicalJson.Digest(read).Should().Be(CanonicalJson.Digest(rebuilt)).And.Be(CanonicalJson.Digest(turned));
    }

    [Fact]
    public void Choices_in_numbers_are_the_choices()
    {
        var read = Read(Odd);
        var positions = read.Positions!; // not null: read

        for (var s = 0; s < read.Students.Length; s++)
        {
            var choices = read.Students[s].Choices;
            positions.OffersOf(s).ToArray().Select(o => read.Offers[o].Id).Should().Equal(choices.SelectMany(group => group));
            positions.RanksOf(s).ToArray().Should().Equal(choices.SelectMany((group, g) => group.Select(_ => g + 1)));
        }
    }

    /// <summary>Rows that were changed, or stand elsewhere, are not those that the numbers speak of.</summary>
    [Fact]
    public void Choices_in_numbers_go_with_the_rows_they_are_of()
    {
        var read = Read(Odd);

        (read with { Hosts = [.. read.Hosts.Reverse()] }).Positions.Should().NotBeNull();
        (read with { Students = [.. read.Students.Reverse()] }).Positions.Should().BeNull();
        (read with { Offers = [.. read.Offers.Reverse()] }).Positions.Should().BeNull();
        (read with { Offers = read.Offers.SetItem(0, read.Offers[1]) }).Positions.Should().BeNull();
    }

    [Fact]
    public void A_text_that_is_no_Unicode_is_written_with_a_replacement() =>
        Encoding.UTF8.GetString(CanonicalJson.Write(new() { Campaign = "x\ud800y" })).Should().Contain("\\uFFFD");

    private static Instance Read(string json)
    {
        InstanceReader.TryRead(Encoding.UTF8.GetBytes(json), out var instance, out var problems).Should().BeTrue(string.Join(' ', problems));
        return instance!; // not null: read
    }

    private static void Rewrite(JsonElement element, Utf8JsonWriter json)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in element.EnumerateObject())
                {
                    json.WritePropertyName(member.Name);
                    Rewrite(member.Value, json);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Rewrite(item, json);
                }

                json.WriteEndArray();
                break;
            case JsonValueKind.String: json.WriteStringValue(element.GetString()); break;
            case JsonValueKind.Number when element.TryGetInt64(out var whole): json.WriteNumberValue(whole); break;
            case JsonValueKind.Number: json.WriteNumberValue(element.GetDouble()); break;
            default: json.WriteBooleanValue(element.GetBoolean()); break;
        }
    }
}
