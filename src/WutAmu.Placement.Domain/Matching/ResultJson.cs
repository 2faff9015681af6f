using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Reads and writes <c>placement-result/1</c>; as strict as <see cref="InstanceReader"/>.</summary>
public static class ResultJson
{
    private const int PieceBytes = 1 << 16;

    private static readonly JsonWriterOptions WriterOptions = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true, NewLine = "\n" };

    /// <param name="report">Written in the place of <see cref="MatchingResult.Report"/>; null: that one, if any.</param>
    public static byte[] Write(MatchingResult result, MatchingReport? report = null)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var json = new Utf8JsonWriter(buffer, WriterOptions))
        {
            ResultWriter.Write(json, result, report);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>As <see cref="Write(MatchingResult, MatchingReport?)"/>, a piece at a time: a large result is never whole in memory.</summary>
    /// <remarks>The stream is not flushed: one that compresses would begin anew at each piece.</remarks>
    /// <exception cref="IOException">The stream cannot be written.</exception>
    public static void Write(Stream stream, MatchingResult result, MatchingReport? report = null)
    {
        var buffer = new ArrayBufferWriter<byte>(2 * PieceBytes);
        using var json = new Utf8JsonWriter(buffer, WriterOptions);
        ResultWriter.Write(json, result, report, () => PassOn(PieceBytes));
        PassOn(0);

        void PassOn(int least)
        {
            if (buffer.WrittenCount + json.BytesPending >= least)
            {
                json.Flush();
                stream.Write(buffer.WrittenSpan);
                buffer.ResetWrittenCount();
            }
        }
    }

    /// <returns>True with the result; false with at least one problem.</returns>
    public static bool TryRead(ReadOnlyMemory<byte> utf8Json, [NotNullWhen(true)] out MatchingResult? result, out IReadOnlyList<InstanceProblem> problems)
    {
        var json = new JsonInput(utf8Json.Span, new());
        return TryRead(ref json, out result, out problems);
    }

    /// <summary>As from memory, piece by piece.</summary>
    /// <exception cref="IOException">The stream cannot be read.</exception>
    public static bool TryRead(Stream utf8Json, [NotNullWhen(true)] out MatchingResult? result, out IReadOnlyList<InstanceProblem> problems)
    {
        var json = new JsonInput(utf8Json, new());
        try
        {
            return TryRead(ref json, out result, out problems);
        }
        finally
        {
            json.Dispose();
        }
    }

    private static bool TryRead(ref JsonInput json, [NotNullWhen(true)] out MatchingResult? result, out IReadOnlyList<InstanceProblem> problems)
    {
        result = null;
        try
        {
            json.Start();
            var read = ResultReader.Read(ref json);
            json.End();
            result = json.Scan.Problems.Count == 0 ? read : null;
        }
        catch (JsonException e)
        {
            json.Scan.IsNotJson(e.Message);
        }

        problems = json.Scan.Problems;
        return result is not null;
    }
}
