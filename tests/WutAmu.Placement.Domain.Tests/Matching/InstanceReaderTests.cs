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
