using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Mail;

/// <summary>
/// What the mail server accepted, one JSON line each, written to the disk before the database hears of it. It outlives a restore of the database, which forgets what
/// was sent since the backup. Holds ids and the server's words, no address. Only ever appended to, but where somebody is erased.
/// </summary>
public sealed partial class RelayJournal(IOptions<StorageOptions> storage, ILogger<RelayJournal> logger) : IDisposable
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private readonly Lock gate = new();
    private Dictionary<string, List<JournalEntry>>? entries;
    private FileStream? file;

    /// <summary>Everything accepted, oldest first.</summary>
    public IReadOnlyList<JournalEntry> All
    {
        get
        {
            lock (gate)
            {
                return [.. Load().Values.SelectMany(list => list).OrderBy(entry => entry.At)];
            }
        }
    }

    /// <summary>What was accepted of one message, oldest first; empty: nothing is known.</summary>
    public IReadOnlyList<JournalEntry> Find(string messageId)
    {
        lock (gate)
        {
            return Load().TryGetValue(messageId, out var found) ? [.. found] : [];
        }
    }

    /// <summary>
    /// Returns when the line is on the disk. A disk that cannot take it stops nothing, for the letter has left: it is remembered as long as the service runs, and logged.
    /// </summary>
    public void Append(JournalEntry entry)
    {
        ArgumentNullException.ThrowIfNull(entry);
        lock (gate)
        {
            var known = Load();
            if (!known.TryGetValue(entry.MessageId, out var list))
            {
                known[entry.MessageId] = list = [];
            }

            list.Add(entry);
            try
            {
                file ??= Open();
                file.Write(JsonSerializer.SerializeToUtf8Bytes(entry, Options));
                file.WriteByte((byte)'\n');
                file.Flush(flushToDisk: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                file?.Dispose();
                file = null;
                LogNotWritten(e, entry.Letter);
            }
        }
    }

    /// <summary>Drops the server's words about letters to these people, which may quote an address; what was accepted when stays. The file is written anew, if there are any.</summary>
    public void EraseWords(IReadOnlySet<PersonId> people)
    {
        ArgumentNullException.ThrowIfNull(people);
        lock (gate)
        {
            var known = Load();
            if (!known.Values.Any(list => list.Any(entry => people.Contains(entry.Person) && entry.Words.Length > 0)))
            {
                return;
            }

            var kept = known.ToDictionary(
                of => of.Key,
                of => of.Value.Select(entry => people.Contains(entry.Person) ? entry with { Words = "" } : entry).Distinct().ToList(),
                StringComparer.Ordinal);
            file?.Dispose();
            file = null;
            var next = storage.Value.RelayJournalFile + ".new";
            using (var stream = File.Create(next))
            {
                foreach (var entry in kept.Values.SelectMany(list => list).OrderBy(entry => entry.At))
                {
                    stream.Write(JsonSerializer.SerializeToUtf8Bytes(entry, Options));
                    stream.WriteByte((byte)'\n');
                }

                stream.Flush(flushToDisk: true);
            }

            File.Move(next, storage.Value.RelayJournalFile, overwrite: true);
            entries = kept;
        }
    }

    public void Dispose() => file?.Dispose();

    private Dictionary<string, List<JournalEntry>> Load()
    {
        if (entries is not null)
        {
            return entries;
        }

        var read = new Dictionary<string, List<JournalEntry>>(StringComparer.Ordinal);
        if (File.Exists(storage.Value.RelayJournalFile))
        {
            foreach (var line in File.ReadLines(storage.Value.RelayJournalFile).Where(line => line.Length > 0))
            {
                if (TryRead(line) is not { } entry)
                {
                    continue;
                }

                if (!read.TryGetValue(entry.MessageId, out var list))
                {
                    read[entry.MessageId] = list = [];
                }

                list.Add(entry);
            }
        }

        return entries = read;
    }

    private FileStream Open()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(storage.Value.RelayJournalFile) ?? ".");
        var stream = new FileStream(storage.Value.RelayJournalFile, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        // A line that a power cut tore must not swallow the next one.
        if (stream.Length > 0)
        {
            stream.WriteByte((byte)'\n');
        }

        return stream;
    }

    private JournalEntry? TryRead(string line)
    {
        try
        {
            return JsonSerializer.Deserialize<JournalEntry>(line, Options);
        }
        catch (JsonException)
        {
            LogTorn();
            return null;
        }
    }

    [LoggerMessage(EventId = 4010, Level = LogLevel.Error, Message = "The relay journal could not be written for letter {Letter}; the mail server has it.")]
    private partial void LogNotWritten(Exception exception, LetterId letter);

    [LoggerMessage(EventId = 4011, Level = LogLevel.Warning, Message = "A line of the relay journal is torn; it is passed over.")]
    private partial void LogTorn();
}

/// <param name="First">True: for the letter's first address.</param>
/// <param name="Second">True: for its second address.</param>
/// <param name="Words">The server's own.</param>
public sealed record JournalEntry(string MessageId, LetterId Letter, LetterKind Kind, PersonId Person, DateTimeOffset At, bool First, bool Second, string Words);
