using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>A result goes out a piece at a time, and no piece is forced through what compresses it.</summary>
public sealed class ResultStreamTests
{
    [Fact]
    public void A_large_result_is_written_in_pieces_and_the_stream_never_flushed()
    {
        var result = new MatchingResult
        {
            Instance = "sha256:0",
            Policy = PolicyName.MinRegretGreedy,
            Status = MatchingStatus.Optimal,
            Assignments = [.. Enumerable.Range(0, 5000).Select(s => new Assignment($"s{s}", $"o{s}", "h", 1))],
        };
        using var stream = new CountingStream();

        ResultJson.Write(stream, result);

        stream.ToArray().Should().Equal(ResultJson.Write(result));
        stream.Length.Should().BeGreaterThan(200_000);
        stream.Writes.Should().BeGreaterThan(2);
        stream.LargestWrite.Should().BeLessThan(100_000);
        stream.Flushes.Should().Be(0);
    }

    private sealed class CountingStream : MemoryStream
    {
        public int Flushes { get; private set; }

        public int Writes { get; private set; }

        public int LargestWrite { get; private set; }

        public override void Flush() => Flushes++;

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            Note(buffer.Length);
            base.Write(buffer);
        }

        public override void Write(byte[] buffer, int offset, int count)
        {
            Note(count);
            base.Write(buffer, offset, count);
        }

        private void Note(int count) => (Writes, LargestWrite) = (Writes + 1, Math.Max(LargestWrite, count));
    }
}
