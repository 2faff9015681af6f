using System.Text.Json;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>Who was erased, one JSON line each, written when their rows are erased. It outlives a restore: whom a backup brings back is erased again at the next start. Holds ids alone.</summary>
public sealed class ErasureJournal(IOptions<StorageOptions> storage)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    private readonly Lock gate = new();

    public IReadOnlyList<Line> All()
    {
        lock (gate)
        {
            return File.Exists(storage.Value.ErasureJournalFile)
                ? [.. File.ReadLines(storage.Value.ErasureJournalFile).Select(Read).OfType<Line>()]
                : [];
        }
    }

    /// <summary>Returns when the line is on the disk.</summary>
    /// <exception cref="IOException">It is not.</exception>
    public void Append(Line line)
    {
        lock (gate)
        {
            using var stream = new FileStream(storage.Value.ErasureJournalFile, FileMode.Append, FileAccess.Write, FileShare.Read);
            // A line that a power cut tore must not swallow this one.
            stream.WriteByte((byte)'\n');
            stream.Write(JsonSerializer.SerializeToUtf8Bytes(line, Options));
            stream.WriteByte((byte)'\n');
            stream.Flush(flushToDisk: true);
        }
    }

    private static Line? Read(string text)
    {
        try
        {
            return text.Length == 0 ? null : JsonSerializer.Deserialize<Line>(text, Options);
        }
        catch (JsonException)
        {
            // Torn: the database still knows, and the start writes it down again.
            return null;
        }
    }

    /// <param name="By">Null: nobody in particular.</param>
    public sealed record Line(Guid Person, DateTimeOffset At, Guid? By, string Cause);
}
