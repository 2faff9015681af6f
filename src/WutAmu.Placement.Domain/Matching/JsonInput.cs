using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// Reads JSON strictly and piece by piece, from a stream or from memory, with a buffer of bounded size: an unknown or repeated member, a wrong type or a number out of range
/// is a problem with its path, and reading goes on to find the others. Each method that reads a value begins on its first token and ends on its last.
/// </summary>
internal ref struct JsonInput
{
    private const int FirstBufferBytes = 1 << 16;

    /// <summary>More than the longest text that is taken; a token that does not fit is cut where it lies.</summary>
    private const int MostBufferBytes = 1 << 21;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonScan.MaxDepth, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    private readonly Stream? stream;
    private byte[] buffer = [];
    private int length;
    private bool isWhole;
    private bool isCut;
    private Utf8JsonReader reader;

    public JsonInput(ReadOnlySpan<byte> utf8Json, JsonScan scan)
    {
        Scan = scan;
        isWhole = true;
        // A byte order mark is not JSON, and Windows editors write one.
        reader = new(utf8Json.StartsWith(Mark) ? utf8Json[Mark.Length..] : utf8Json, isFinalBlock: true, new JsonReaderState(Options));
    }

    /// <exception cref="IOException">The stream cannot be read.</exception>
    public JsonInput(Stream stream, JsonScan scan)
    {
        Scan = scan;
        this.stream = stream;
        buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        length = stream.ReadAtLeast(buffer, Mark.Length, throwOnEndOfStream: false);
        var start = buffer.AsSpan(0, length).StartsWith(Mark) ? Mark.Length : 0;
        reader = new(buffer.AsSpan(start, length - start), isFinalBlock: false, new JsonReaderState(Options));
        if (start > 0)
        {
            // What is left over is counted from the start of the buffer.
            buffer.AsSpan(start, length - start).CopyTo(buffer);
            length -= start;
            reader = new(buffer.AsSpan(0, length), isFinalBlock: false, new JsonReaderState(Options));
        }
    }

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    public JsonScan Scan { get; }

    public readonly bool IsNull => reader.TokenType == JsonTokenType.Null;

    /// <summary>To the first token of the document.</summary>
    /// <exception cref="JsonException">Not JSON; so from every method.</exception>
    public void Start() => Advance();

    /// <summary>Past the document: nothing may follow.</summary>
    public void End()
    {
        while (!reader.Read() && !isWhole)
        {
            Refill();
        }
    }

    /// <summary>Gives the buffer back.</summary>
    public void Dispose()
    {
        if (buffer.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(buffer);
            buffer = [];
        }
    }

    /// <returns>True: on an object, before its members. False: the value is something else, which is told and skipped.</returns>
    public bool IsObject()
    {
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            Scan.Enter();
            return true;
        }

        Scan.Add($"must be an object, not {Kind}.");
        Skip();
        return false;
    }

    /// <summary>To the value of the next member that is known and new; others are told and skipped.</summary>
    /// <param name="seen">One bit for each known name; 0 at first.</param>
    /// <returns>Its position among <paramref name="known"/>; -1 at the end of the object.</returns>
    public int Member(MemberNames known, ref uint seen, int before)
    {
        while (true)
        {
            Advance();
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                Scan.Leave();
                return -1;
            }

            if (!reader.ValueIsEscaped && !isCut && known.Find(reader.ValueSpan, before + 1) is var at && at >= 0)
            {
                Scan.AtMember(known[at]);
                Advance();
                if ((seen & (1u << at)) == 0)
                {
                    seen |= 1u << at;
                    return at;
                }

                Scan.Add("stands twice.");
                Skip();
                continue;
            }

            if (MemberName() is { } name)
            {
                // An escaped name may be a known one.
                at = reader.ValueIsEscaped ? known.Find(Encoding.UTF8.GetBytes(name), 0) : -1;
                Scan.AtMember(at >= 0 ? known[at] : JsonScan.Shorten(name));
                Advance();
                if (at >= 0 && (seen & (1u << at)) == 0)
                {
                    seen |= 1u << at;
                    return at;
                }

                Scan.Add(at >= 0 ? "stands twice." : $"unknown member. Known: {known}.");
            }
            else
            {
                Advance();
            }

            Skip();
        }
    }

    /// <summary>To the value of the next member, whatever its name; a name that is no text is told and skipped.</summary>
    /// <param name="refersTo">What the names refer to.</param>
    /// <returns>The name; null at the end of the object.</returns>
    public string? AnyMember(IdKind refersTo)
    {
        while (true)
        {
            Advance();
            if (reader.TokenType == JsonTokenType.EndObject)
            {
                Scan.Leave();
                return null;
            }

            var ids = Scan.Ids(refersTo);
            if ((PlainId(ids) is var id && id >= 0 ? ids.TextOf(id) : MemberName()) is { } name)
            {
                if (refersTo != IdKind.None)
                {
                    ids.Refer(id >= 0 ? id : ids.Add(name));
                }

                Scan.AtMember(JsonScan.Shorten(name));
                Advance();
                return name;
            }

            Advance();
            Skip();
        }
    }

    /// <summary>Tells the members that an object should have had; after its end.</summary>
    /// <param name="seen">What <see cref="Member"/> left.</param>
    public readonly void Require(uint seen, MemberNames names, params ReadOnlySpan<int> required)
    {
        foreach (var at in required)
        {
            if ((seen & (1u << at)) == 0)
            {
                Scan.Add($"member \"{names[at]}\" is missing.");
            }
        }
    }

    /// <returns>True: on a list, before its items. False: the value is something else, which is told and skipped.</returns>
    public bool IsList()
    {
        if (reader.TokenType == JsonTokenType.StartArray)
        {
            Scan.Enter();
            return true;
        }

        Scan.Add($"must be a list, not {Kind}.");
        Skip();
        return false;
    }

    /// <returns>False at the end of the list.</returns>
    public bool Item()
    {
        Advance();
        if (reader.TokenType == JsonTokenType.EndArray)
        {
            Scan.Leave();
            return false;
        }

        Scan.AtNextItem();
        return true;
    }

    /// <summary>The rows of a list.</summary>
    public ImmutableArray<T> List<T>(ReadValue<T> read)
    {
        if (!IsList())
        {
            return [];
        }

        var list = ImmutableArray.CreateBuilder<T>();
        while (Item())
        {
            list.Add(read(ref this));
        }

        return list.DrainToImmutable();
    }

    /// <summary>An id that names no row and refers to none.</summary>
    /// <returns>The id; empty where there is none.</returns>
    public string Id() => Id(IdKind.None);

    /// <summary>An id that refers to a row.</summary>
    /// <returns>The id; empty where there is none.</returns>
    public string Id(IdKind refersTo)
    {
        var ids = Scan.Ids(refersTo);
        var id = IdNumber(ids);
        if (id < 0)
        {
            return "";
        }

        if (refersTo != IdKind.None)
        {
            ids.Refer(id);
        }

        return ids.TextOf(id);
    }

    /// <summary>The id of a row.</summary>
    /// <param name="repeated">Set where another row of the kind has it.</param>
    /// <returns>The id; empty where there is none.</returns>
    public string IdOfRow(IdKind kind, ref bool repeated)
    {
        var ids = Scan.Ids(kind);
        var id = IdNumber(ids);
        if (id < 0)
        {
            return "";
        }

        repeated |= !ids.Define(id);
        return ids.TextOf(id);
    }

    /// <returns>Null: the value is null.</returns>
    public string? OptionalId(IdKind refersTo) => IsNull ? null : Id(refersTo);

    /// <summary>A list of ids, each once.</summary>
    public ImmutableArray<string> Ids(IdKind refersTo)
    {
        Scan.Ids(refersTo).Forget();
        return Group(refersTo);
    }

    public ImmutableArray<string>? OptionalIds(IdKind refersTo) => IsNull ? null : Ids(refersTo);

    /// <summary>Tie groups: a list of lists that are not empty, each id once in all of them.</summary>
    public ImmutableArray<ImmutableArray<string>> Groups(IdKind refersTo)
    {
        if (!IsList())
        {
            return [];
        }

        Scan.Ids(refersTo).Forget();
        var groups = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        while (Item())
        {
            var isList = reader.TokenType == JsonTokenType.StartArray;
            var group = Group(refersTo);
            if (isList && group.Length == 0)
            {
                Scan.Add("a tie group must not be empty.");
            }

            groups.Add(group);
        }

        return groups.DrainToImmutable();
    }

    /// <summary>As <see cref="Groups"/>, told to a log instead of made into lists.</summary>
    public void LogGroups(IdKind refersTo, ChoiceLog log)
    {
        var (ids, pending) = (Scan.Ids(refersTo), Scan.Pending);
        pending.Start(Scan.Depth);
        if (!IsList())
        {
            return;
        }

        for (var group = 0; Item(); group++)
        {
            if (reader.TokenType != JsonTokenType.StartArray)
            {
                pending.Settle(Scan);
                IsList();
                log.AddNoGroup();
                continue;
            }

            Scan.Enter();
            var count = 0;
            for (; Item(); count++)
            {
                if (reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped && !isCut && ShortId.TryRead(reader.ValueSpan, out var id))
                {
                    pending.Add(id, group, count, Scan);
                    continue;
                }

                // In the order of the file, its problems too.
                pending.Settle(Scan);
                log.Add(Reference(ids), isTied: count > 0);
            }

            if (count == 0)
            {
                pending.Settle(Scan);
                Scan.Add("a tie group must not be empty.");
                log.AddNoGroup();
            }
        }

        pending.Settle(Scan);
    }

    public ImmutableArray<ImmutableArray<string>>? OptionalGroups(IdKind refersTo) => IsNull ? null : Groups(refersTo);

    /// <returns>Null: no text, which is told.</returns>
    public string? Text()
    {
        if (reader.TokenType != JsonTokenType.String)
        {
            Scan.Add($"must be a text, not {Kind}.");
            Skip();
            return null;
        }

        if (isCut || reader.ValueSpan.Length + 2 > JsonScan.MaxTextBytes)
        {
            Scan.Add($"is a text of more than {JsonScan.MaxTextBytes} bytes.");
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate is valid JSON and no valid text.
            Scan.Add("is not valid Unicode.");
            return null;
        }
    }

    public bool Bool(bool absent)
    {
        if (reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            return reader.GetBoolean();
        }

        Scan.Add($"must be true or false, not {Kind}.");
        Skip();
        return absent;
    }

    /// <summary>A whole number from <paramref name="least"/> to <paramref name="most"/>; null where the value is none, which is told, or null and <paramref name="nullable"/>.</summary>
    public long? Whole(long least, long most, bool nullable = false)
    {
        if (nullable && IsNull)
        {
            return null;
        }

        if (reader.TokenType != JsonTokenType.Number)
        {
            Scan.Add($"must be a whole number, not {Kind}.");
            Skip();
            return null;
        }

        if (!reader.TryGetInt64(out var value))
        {
            Scan.Add($"{Raw} is not a whole number that fits.");
            return null;
        }

        if (value < least || value > most)
        {
            Scan.Add(string.Create(CultureInfo.InvariantCulture, $"{value} is not from {least} to {most}."));
            return null;
        }

        return value;
    }

    /// <summary>A finite number; null where the value is null, or something else, which is told.</summary>
    public double? Number()
    {
        if (IsNull)
        {
            return null;
        }

        if (reader.TokenType == JsonTokenType.Number && reader.TryGetDouble(out var value) && double.IsFinite(value))
        {
            return value;
        }

        Scan.Add($"must be a finite number, not {Raw}.");
        Skip();
        return null;
    }

    /// <summary>The value as it is, copied token by token.</summary>
    public JsonElement Element()
    {
        var bytes = new ArrayBufferWriter<byte>(1024);
        var end = reader.CurrentDepth;
        for (var follows = false; ; Advance())
        {
            var closes = reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray;
            if (follows && !closes)
            {
                bytes.Write(","u8);
            }

            var isText = reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName;
            if (isText && isCut)
            {
                Scan.Add($"has a text of more than {JsonScan.MaxTextBytes} bytes.");
            }

            bytes.Write(isText ? "\""u8 : []);
            bytes.Write(reader.ValueSpan);
            bytes.Write(reader.TokenType == JsonTokenType.PropertyName ? "\":"u8 : isText ? "\""u8 : []);
            follows = reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
            if (follows && reader.CurrentDepth == end)
            {
                return JsonElement.Parse(bytes.WrittenSpan);
            }
        }
    }

    public void Skip()
    {
        if (reader.TokenType is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        for (var end = reader.CurrentDepth; ;)
        {
            Advance();
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray && reader.CurrentDepth == end)
            {
                return;
            }
        }
    }

    private readonly string Kind => reader.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "a list",
        JsonTokenType.String => "a text",
        JsonTokenType.Number => "a number",
        JsonTokenType.Null => "null",
        _ => "true or false",
    };

    /// <summary>How the value begins in the file.</summary>
    private readonly string Raw
    {
        get
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                return Kind;
            }

            var text = Encoding.UTF8.GetString(reader.ValueSpan[..Math.Min(reader.ValueSpan.Length, 100)]);
            return JsonScan.Shorten(reader.TokenType == JsonTokenType.String ? $"\"{text}\"" : text);
        }
    }

    /// <returns>Null: the name is no text, which is told of the object.</returns>
    private readonly string? MemberName()
    {
        if (isCut || reader.ValueSpan.Length + 2 > JsonScan.MaxTextBytes)
        {
            Scan.AddToOwner($"a member's name is longer than {JsonScan.MaxTextBytes} bytes.");
            return null;
        }

        try
        {
            return reader.GetString();
        }
        catch (InvalidOperationException)
        {
            // As with texts: JSON allows what is no valid Unicode.
            Scan.AddToOwner("a member's name is not valid Unicode.");
            return null;
        }
    }

    /// <returns>The number of the id in <paramref name="ids"/>; -1: there is none, which is told.</returns>
    private int IdNumber(IdTable ids)
    {
        if (reader.TokenType == JsonTokenType.String && PlainId(ids) is var plain && plain >= 0)
        {
            return plain;
        }

        if (Text() is not { } id)
        {
            return -1;
        }

        if (id.Length is 0 or > JsonScan.MaxIdLength)
        {
            Scan.Add(id.Length == 0 ? "an id must not be empty." : $"an id has at most {JsonScan.MaxIdLength} characters; this one has {id.Length}.");
        }

        return id.Length == 0 ? -1 : ids.Add(id);
    }

    /// <summary>A text or name of up to 15 ASCII characters written without escapes, as nearly every id is; -1: anything else, right or wrong.</summary>
    private readonly int PlainId(IdTable ids) => reader.ValueIsEscaped || isCut ? -1 : ids.AddShort(reader.ValueSpan);

    private ImmutableArray<string> Group(IdKind refersTo)
    {
        if (!IsList())
        {
            return [];
        }

        var ids = Scan.Ids(refersTo);
        var (only, count) = (-1, 0);
        ImmutableArray<string>.Builder? several = null;
        for (; Item(); count++)
        {
            var id = Reference(ids);
            if (count == 0)
            {
                only = id;
                continue;
            }

            if (several is null)
            {
                several = ImmutableArray.CreateBuilder<string>();
                several.Add(only < 0 ? "" : ids.TextOf(only));
            }

            several.Add(id < 0 ? "" : ids.TextOf(id));
        }

        return several is not null ? several.DrainToImmutable() : count == 0 ? [] : only < 0 ? [""] : ImmutableCollectionsMarshal.AsImmutableArray(ids.AloneOf(only));
    }

    /// <summary>One id of a list in which none may stand twice.</summary>
    /// <returns>Its number; -1: there is none, which is told.</returns>
    private int Reference(IdTable ids)
    {
        var id = IdNumber(ids);
        if (id >= 0)
        {
            ids.Refer(id);
            if (!ids.See(id))
            {
                Scan.Add($"\"{ids.TextOf(id)}\" stands twice.");
            }
        }

        return id;
    }

    private void Advance()
    {
        isCut = false;
        while (!reader.Read())
        {
            if (isWhole)
            {
                throw new JsonException("The document ends before it is complete.");
            }

            Refill();
        }
    }

    /// <summary>More bytes behind those not yet read, which move to the front; a token that fills the buffer makes it grow, and at last is cut.</summary>
    private void Refill()
    {
        if (stream is null)
        {
            isWhole = true;
            return;
        }

        var state = reader.CurrentState;
        var used = (int)reader.BytesConsumed;
        buffer.AsSpan(used, length - used).CopyTo(buffer);
        length -= used;
        if (length == buffer.Length)
        {
            if (length >= MostBufferBytes)
            {
                Cut(stream);
            }
            else
            {
                var wider = ArrayPool<byte>.Shared.Rent(2 * length);
                buffer.AsSpan(0, length).CopyTo(wider);
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = wider;
            }
        }

        if (length < buffer.Length)
        {
            var count = stream.Read(buffer.AsSpan(length));
            isWhole = count == 0;
            length += count;
        }

        reader = new(buffer.AsSpan(0, length), isWhole, state);
    }

    /// <summary>Takes the content out of the text that fills the buffer, up to its end wherever that is: an empty one is left, and marked.</summary>
    private void Cut(Stream from)
    {
        var start = 0;
        while (start < length && buffer[start] is (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)',')
        {
            start++;
        }

        if (start == length || buffer[start] != '"')
        {
            throw new JsonException($"Something that is no text is longer than {MostBufferBytes} bytes.");
        }

        isCut = true;
        start++;
        var (at, isEscaped) = (start, false);
        while (true)
        {
            for (; at < length; at++)
            {
                if (!isEscaped && buffer[at] == '"')
                {
                    buffer.AsSpan(at, length - at).CopyTo(buffer.AsSpan(start));
                    length -= at - start;
                    return;
                }

                isEscaped = !isEscaped && buffer[at] == '\\';
            }

            at = start;
            length = start + from.Read(buffer.AsSpan(start));
            if (length == start)
            {
                return;
            }
        }
    }
}

/// <summary>Reads one value; begins on its first token and ends on its last.</summary>
internal delegate T ReadValue<out T>(ref JsonInput json);
