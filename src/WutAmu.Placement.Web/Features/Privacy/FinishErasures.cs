using Hangfire;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>What an erasure leaves to do in files: letters written as files, the server's words in the relay journal, and what changed rows left behind in the database file and its log.</summary>
public sealed partial class FinishErasures(
    WriteGate gate, ErasureJournal journal, RelayJournal relay, FolderSender folder, IOptions<StorageOptions> storage, ILogger<FinishErasures> logger)
{
    /// <summary>True if files may still hold traces of somebody erased.</summary>
    public bool IsDue => File.Exists(storage.Value.ErasureMarker);

    /// <summary>Before the rows change: whatever happens then, the files are looked after later.</summary>
    /// <exception cref="IOException">The marker cannot be written.</exception>
    public void Mark(IEnumerable<LetterId> letters)
    {
        using var stream = new FileStream(storage.Value.ErasureMarker, FileMode.Append, FileAccess.Write);
        using (var writer = new StreamWriter(stream, leaveOpen: true))
        {
            foreach (var letter in letters)
            {
                writer.WriteLine(letter.ToString());
            }
        }

        stream.Flush(flushToDisk: true);
    }

    // No retry: it comes back every hour while the marker is there.
    [AutomaticRetry(Attempts = 0)]
    public Task ExecuteAsync(CancellationToken cancellationToken) => IsDue ? ScrubAsync(null, cancellationToken) : Task.CompletedTask;

    /// <summary>Does what is left to do. What cannot be done now (a full disk, a long reader) stays marked and is tried again.</summary>
    /// <param name="erased">To be written down; null: nobody new.</param>
    /// <returns>True if no file holds a trace any more.</returns>
    public async Task<bool> ScrubAsync(ErasureJournal.Line? erased, CancellationToken cancellationToken)
    {
        using var passage = await gate.EnterAsync(cancellationToken);
        try
        {
            if (erased is not null)
            {
                journal.Append(erased);
            }

            relay.EraseWords(journal.All().Select(line => PersonId.From(line.Person)).ToHashSet());
            if (File.Exists(storage.Value.ErasureMarker))
            {
                foreach (var line in File.ReadLines(storage.Value.ErasureMarker))
                {
                    if (LetterId.TryParse(line, null, out var letter))
                    {
                        File.Delete(folder.PathOf(letter));
                    }
                }
            }

            if (!SqliteFile.Scrub(storage.Value.DatabaseFile))
            {
                LogNotYet(null);
                return false;
            }

            File.Delete(storage.Value.ErasureMarker);
            return true;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            // The rows are erased and acknowledged; the files follow when there is room.
            LogNotYet(e);
            return false;
        }
    }

    [LoggerMessage(EventId = 6002, Level = LogLevel.Error, Message = "Files may still hold traces of somebody who was erased; it is tried again every hour.")]
    private partial void LogNotYet(Exception? exception);
}
