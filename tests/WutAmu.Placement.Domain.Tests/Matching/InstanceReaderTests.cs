using System.Text;
using System.Text.Json;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Tests.Matching;

/// <summary>What is wrong in a file is told with its path, however the file comes: whole, or in pieces of any size.</summary>
public sealed class InstanceReaderTests
{
    private static readonly (string Valid, List<Case> Cases) Catalogue = ReadCatalogue();

    public static TheoryData<int> Numbers { get; } = [.. Enumerable.Range(0, Catalogue.Cases.Count)];

    [Theory]
    [MemberData(nameof(Numbers))]
    public void Every_problem_is_told_with_its_path(int number)
    {
        var (change, to, problems) = Catalogue.Cases[number];
        var bytes = Encoding.UTF8.GetBytes(Changed(change, to));

        InstanceReader.TryRead(bytes, out var instance, out var whole).Should().Be(problems.Count == 0);

        Sorted(whole).Should().Equal(problems, $"{change} became {to}");
        (instance is null).Should().Be(problems.Count > 0);
        foreach (var size in (int[])[1, 7, 64])
        {
            InstanceReader.TryRead(new PiecesStream(bytes, size), out _, out var inPieces);
            Sorted(inPieces).Should().Equal(problems, $"{change} became {to}, in pieces of {size}");
        }
    }

    /// <summary>Choices are looked up many at a time; what is wrong with one is told where it stands all the same.</summary>
    [Fact]
    public void A_choice_that_stands_twice_in_a_long_list_is_named_where_it_stands()
    {
        var groups = Enumerable.Range(0, 100).Select(g => new[] { $"o{2 * g}", $"o{(2 * g) + 1}" }).ToArray();
        (groups[70][1], groups[99][0], groups[98][1]) = ("o6", "o199", "unknown");
        var bytes = JsonSerializer.SerializeToUtf8Bytes(new
        {
            format = Instance.Format,
            students = new object[] { new { id = "a", choices = groups[..3] }, new { id = "b", choices = groups } },
            hosts = new[] { new { id = "h" } },
            offers = Enumerable.Range(0, 200).Select(o => new { id = $"o{o}", host = "h" }),
        });
        string[] expected =
        [
            "$.students[1].choices[70][1]: \"o6\" stands twice.",
            "$.students[1].choices[98][1]: unknown offer \"unknown\".",
            "$.students[1].choices[99][1]: \"o199\" stands twice.",
        ];

        InstanceReader.TryRead(bytes, out _, out var whole);
        InstanceReader.TryRead(new PiecesStream(bytes, 7), out _, out var inPieces);

        Sorted(whole).Should().Equal(expected);
        Sorted(inPieces).Should().Equal(expected);
    }

    /// <summary>Short ids, long ones and those beyond ASCII are kept in different ways, and each is one id however it is written.</summary>
    [Fact]
    public void Short_ids_long_ones_and_those_beyond_ASCII_are_the_same_however_written()
    {
        string[] ids = [.. Enumerable.Range(1, 24).Select(length => new string('x', length)), "x\0", "x\0\0", "é", "陈思源", "xxxxxxxxxxxxxxé", "\u007f", "0", "\ud83d\ude00"];
        static string Escaped(string id) => $"\"{string.Concat(id.Select(sign => $"\\u{(int)sign:x4}"))}\"";
        static string Plain(string id) => JsonSerializer.Serialize(id);
        var json = $$"""
            {"format":"placement-instance/1","students":[{"id":"s","choices":[{{string.Join(',', ids.Select(id => $"[{Escaped(id)}]"))}}]},{"id":"t","choices":[[{{string.Join(',', ids.Select(Plain))}}]]}],
            "hosts":[{"id":"h"}],"offers":[{{string.Join(',', ids.Select(id => $"{{\"id\":{Plain(id)},\"host\":{Escaped("h")}}}"))}}]}
            """;

        InstanceReader.TryRead(Encoding.UTF8.GetBytes(json), out var instance, out var problems).Should().BeTrue(string.Join(' ', problems));

        instance!.Offers.Select(offer => offer.Id).Should().Equal(ids); // not null: read
        instance.Students[0].Choices.Select(group => group.Single()).Should().Equal(ids);
        instance.Students[1].Choices.Single().Should().Equal(ids);
    }

    /// <summary>Lists are made of what was read when they are asked for, and stay.</summary>
    [Fact]
    public void A_student_who_was_read_equals_a_copy_until_a_list_is_another()
    {
        const string Json = """{"format":"placement-instance/1","students":[{"id":"s","choices":[["a"],["b","c"]]}],"hosts":[{"id":"h"}],"offers":[{"id":"a","host":"h"},{"id":"b","host":"h"},{"id":"c","host":"h"}]}""";
        InstanceReader.TryRead(Encoding.UTF8.GetBytes(Json), out var instance, out _).Should().BeTrue();
        var student = instance!.Students[0]; // not null: read
        var copy = student with { };

        var list = student.Choices;

        (student.Choices == list).Should().BeTrue("the list is made once");
        copy.Should().Be(student);
        (student with { Choices = [["a"]] }).Should().NotBe(student);
        (student with { Choices = [] }).Choices.Should().BeEmpty();
    }

    /// <summary>Ids may hold any sign, also those that end a line.</summary>
    [Fact]
    public void Pairs_and_groups_of_ids_with_line_feeds_are_told_apart()
    {
        const string Students = """{"format":"placement-instance/1","students":[{"id":"a","choices":[]},{"id":"a\nb","choices":[]},{"id":"c","choices":[]},{"id":"b\nc","choices":[]}],"hosts":[{"id":"h"}],"offers":[{"id":"b\nc","host":"h"},{"id":"c","host":"h"}]""";
        const string One = """{"students":["a\nb","c"]}""", Other = """{"students":["a","b\nc"]}""";

        InstanceReader.TryRead(Encoding.UTF8.GetBytes(Students + ""","forbidden":[{"student":"a","offer":"b\nc"},{"student":"a\nb","offer":"c"}]}"""), out _, out var problems).Should().BeTrue(string.Join(' ', problems));
        InstanceReader.TryRead(Encoding.UTF8.GetBytes(Students + $",\"together\":[{One},{Other}]}}"), out var first, out _).Should().BeTrue();
        InstanceReader.TryRead(Encoding.UTF8.GetBytes(Students + $",\"together\":[{Other},{One}]}}"), out var second, out _).Should().BeTrue();

        CanonicalJson.Digest(first!).Should().Be(CanonicalJson.Digest(second!), "the order of groups means nothing");
    }

    [Fact]
    public void More_problems_than_are_listed_are_counted()
    {
        var wrong = string.Join(',', Enumerable.Range(0, 1500).Select(i => $"{{\"id\":\"s{i}\",\"choices\":3}}"));

        InstanceReader.TryRead(Encoding.UTF8.GetBytes($"{{\"format\":\"placement-instance/1\",\"students\":[{wrong}],\"hosts\":[],\"offers\":[]}}"), out _, out var problems);

        problems.Should().HaveCount(1000);
        problems[998].ToString().Should().StartWith("$.students[998].choices");
        problems[999].ToString().Should().Be("$: 501 more problems are not listed.");
    }

    [Fact]
    public void A_problem_is_one_line_whatever_the_ids_hold()
    {
        InstanceReader.TryRead(Encoding.UTF8.GetBytes("""{"format":"placement-instance/1","students":[{"id":"s","choices":[["x\n\u001b[31m\u2028\u202ey"]]}],"hosts":[],"offers":[]}"""), out _, out var problems);

        problems.Should().ContainSingle().Which.ToString().Should().Be("$.students[0].choices[0][0]: unknown offer \"x\\u000a\\u001b[31m\\u2028\\u202ey\".");
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(1001, false)]
    public void A_lottery_seed_has_a_greatest_length(int length, bool isRead)
    {
        InstanceReader.TryRead(Encoding.UTF8.GetBytes($"{{\"format\":\"placement-instance/1\",\"lotterySeed\":\"{new string('é', length)}\",\"students\":[],\"hosts\":[],\"offers\":[]}}"), out _, out var problems).Should().Be(isRead);

        problems.Select(problem => problem.Path).Should().Equal(isRead ? [] : ["$.lotterySeed"]);
    }

    [Fact]
    public void A_file_in_pieces_is_the_same_instance()
    {
        var bytes = Encoding.UTF8.GetBytes(Catalogue.Valid);
        InstanceReader.TryRead(bytes, out var whole, out _).Should().BeTrue();
        var marked = (byte[])[0xEF, 0xBB, 0xBF, .. bytes];

        foreach (var size in (int[])[1, 2, 3, 5, 1000])
        {
            InstanceReader.TryRead(new PiecesStream(marked, size), out var read, out _).Should().BeTrue();
            CanonicalJson.Write(read!).Should().Equal(CanonicalJson.Write(whole!));
        }
    }

    /// <summary>Longer than any buffer: a text is refused where it lies and reading goes on; white space is nothing.</summary>
    [Fact]
    public void What_is_too_long_is_refused_where_it_lies()
    {
        const int Long = 5_000_000;
        var text = Catalogue.Valid
            .Replace("\"campaign\":\"c\"", $"\"campaign\":{new string(' ', Long)}\"{new string('c', Long)}\\\"\"", StringComparison.Ordinal)
            .Replace("\"id\":\"g\"", $"\"id\":\"g\",\"{new string('n', Long)}\\\\\":1,\"opening\":3", StringComparison.Ordinal);

        InstanceReader.TryRead(new PiecesStream(Encoding.UTF8.GetBytes(text), 100_000), out _, out var problems);

        Sorted(problems).Should().Equal(
            "$.campaign: is a text of more than 1000000 bytes.",
            "$.hosts[1].opening: must be a text, not a number.",
            "$.hosts[1]: a member's name is longer than 1000000 bytes.");
    }

    [Fact]
    public void A_number_longer_than_any_buffer_is_no_JSON()
    {
        var text = Catalogue.Valid.Replace("\"max\":5", $"\"max\":{new string('5', 5_000_000)}", StringComparison.Ordinal);

        InstanceReader.TryRead(new PiecesStream(Encoding.UTF8.GetBytes(text), 100_000), out _, out var problems);

        problems.Should().ContainSingle().Which.ToString().Should().StartWith("$: is not JSON: ");
    }

    [Fact]
    public void A_text_without_end_is_no_JSON()
    {
        InstanceReader.TryRead(new PiecesStream(Encoding.UTF8.GetBytes("{\"campaign\":\"" + new string('c', 5_000_000)), 100_000), out _, out var problems);

        problems.Should().ContainSingle().Which.ToString().Should().StartWith("$: is not JSON: ");
    }

    /// <summary>Ids beyond ASCII and ids written with escapes are the same ids.</summary>
    [Fact]
    public void An_id_is_the_same_however_it_is_written()
    {
        const string Json = """{"format":"placement-instance/1","students":[{"id":"\u4E2D","choices":[["\u0068-1"]]}],"hosts":[{"id":"\u0068","ranking":[["中"]]}],"offers":[{"id":"h-1","host":"h"}],"pinned":[{"student":"中","offer":"h\u002d1"}]}""";

        InstanceReader.TryRead(new PiecesStream(Encoding.UTF8.GetBytes(Json), 3), out var instance, out var problems).Should().BeTrue(string.Join(' ', problems));

        instance!.Students[0].Choices[0][0].Should().Be("h-1");
        instance.Pinned[0].Should().Be(new StudentOffer("中", "h-1"));
    }

    private static string Changed(string change, string to)
    {
        var at = Catalogue.Valid.IndexOf(change, StringComparison.Ordinal);
        return Catalogue.Valid[..at] + to + Catalogue.Valid[(at + change.Length)..];
    }

    private static IEnumerable<string> Sorted(IReadOnlyList<InstanceProblem> problems) => problems.Select(problem => problem.ToString()).Order(StringComparer.Ordinal);

    private static (string Valid, List<Case> Cases) ReadCatalogue()
    {
        using var stream = typeof(InstanceReaderTests).Assembly.GetManifestResourceStream("instance-problems.json")!; // not null: embedded
        using var document = JsonDocument.Parse(stream);
        return (
            document.RootElement.GetProperty("valid").GetString()!, // not null: a text
            [.. document.RootElement.GetProperty("cases").EnumerateArray().Select(row => new Case(
                row.GetProperty("change").GetString()!, // not null: a text
                row.GetProperty("to").GetString()!, // not null: a text
                [.. row.GetProperty("problems").EnumerateArray().Select(problem => problem.GetString()!).Order(StringComparer.Ordinal)]))]); // not null: a text
    }

    private sealed record Case(string Change, string To, List<string> Problems);
}
