using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Tests.Matching;

public sealed class ResultJsonTests
{
    private static readonly string[] OddIds = ["a", "s\"1", "b\\c", "陈", "é<>&'+", "tab\t", "\u007f", "😀", new string('x', 190), "\u2028"];

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(3000)]
    public void Assignments_are_written_as_the_framework_writes_them(int count)
    {
        var written = ResultJson.Write(Result(count));
        var again = new ArrayBufferWriter<byte>();
        using (var document = JsonDocument.Parse(written))
        using (var json = new Utf8JsonWriter(again, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" }))
        {
            document.RootElement.WriteTo(json);
        }

        Encoding.UTF8.GetString(written).Should().Be(Encoding.UTF8.GetString(again.WrittenSpan));
    }

    [Fact]
    public void What_is_read_is_what_was_written()
    {
        var result = Result(3000);

        ResultJson.TryRead(ResultJson.Write(result), out var read, out _).Should().BeTrue();

        read!.Assignments.Should().Equal(result.Assignments); // not null: read
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3000)]
    public void The_same_is_written_whole_and_in_pieces(int count)
    {
        using var stream = new MemoryStream();

        ResultJson.Write(stream, Result(count));

        stream.ToArray().Should().Equal(ResultJson.Write(Result(count)));
    }

    private static MatchingResult Result(int count) => new()
    {
        Instance = "sha256:" + new string('0', 64),
        Policy = PolicyName.GreedyMaximum,
        Status = MatchingStatus.Optimal,
        Levels = [new("placed", count, count)],
        Placed = count,
        Unplaced = ["z"],
        Assignments = [.. Enumerable.Range(0, count).Select(i => new Assignment(OddIds[i % OddIds.Length] + (i / OddIds.Length), OddIds[i % 7], OddIds[i % 3], i % 5 == 0 ? null : i))],
        BlockingPairs = 0,
        Certificate = new() { Kind = "prices" },
        Engine = new("1.0", "none", 0.5),
    };
}
