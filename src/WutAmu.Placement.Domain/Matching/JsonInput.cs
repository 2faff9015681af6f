using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// Reads JSON strictly and piece by piece, from a stream or from memory, with a buffer of bounded size: an unknown or repeated member, a wrong type or a number out of range
/// is a problem with its path, and reading goes on to find the others. Each method that reads a value begins on its first token and ends on its last.
/// </summary>
internal ref struct JsonInput
{
    private JsonTokens tokens;

    public JsonInput(ReadOnlySpan<byte> utf8Json, JsonScan scan)
    {
        Scan = scan;
        tokens = new(utf8Json);
    }

    /// <exception cref="IOException">The stream cannot be read.</exception>
    public JsonInput(Stream stream, JsonScan scan)
    {
        Scan = scan;
        tokens = new(stream);
    }

    public JsonScan Scan { get; }

    public readonly bool IsNull => Token == JsonTokenType.Null;

    public readonly JsonTokenType Token => tokens.Type;

    /// <summary>What stands in the file for a text or name that is written without escapes and lies whole in the buffer; empty: anything else, right or wrong.</summary>
    public readonly ReadOnlySpan<byte> Plain => tokens.IsEscaped || tokens.IsCut ? default : tokens.Value;

    /// <summary>To the first token of the document.</summary>
    /// <exception cref="JsonException">Not JSON; so from every method.</exception>
    public void Start() => tokens.Advance();

    /// <summary>Past the document: nothing may follow.</summary>
    public void End() => tokens.End();

    /// <summary>Gives the buffer back.</summary>
    public void Dispose() => tokens.Dispose();

    /// <returns>True: on an object, before its members. False: the value is something else, which is told and skipped.</returns>
    public bool IsObject()
    {
        if (Token == JsonTokenType.StartObject)
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
            tokens.Advance();
            if (Token == JsonTokenType.EndObject)
            {
                Scan.Leave();
                return -1;
            }

            if (Plain is { Length: > 0 } plain && known.Find(plain, before + 1) is var at && at >= 0)
            {
                Scan.AtMember(known[at]);
                tokens.Advance();
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
                at = tokens.IsEscaped ? known.Find(Encoding.UTF8.GetBytes(name), 0) : -1;
                Scan.AtMember(at >= 0 ? known[at] : JsonScan.Shorten(name));
                tokens.Advance();
                if (at >= 0 && (seen & (1u << at)) == 0)
                {
                    seen |= 1u << at;
                    return at;
                }

                Scan.Add(at >= 0 ? "stands twice." : $"unknown member. Known: {known}.");
            }
            else
            {
                tokens.Advance();
            }

            Skip();
        }
    }

    /// <summary>To the name of the next member.</summary>
    /// <returns>False at the end of the object.</returns>
    public bool Name()
    {
        tokens.Advance();
        if (Token == JsonTokenType.EndObject)
        {
            Scan.Leave();
            return false;
        }

        return true;
    }

    /// <summary>From a member's name to its value.</summary>
    public void ToValue() => tokens.Advance();

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
        if (Token == JsonTokenType.StartArray)
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
        tokens.Advance();
        if (Token == JsonTokenType.EndArray)
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

    /// <returns>Null: no text, which is told.</returns>
    public string? Text()
    {
        if (Token != JsonTokenType.String)
        {
            Scan.Add($"must be a text, not {Kind}.");
            Skip();
            return null;
        }

        if (tokens.IsCut || tokens.Value.Length + 2 > JsonScan.MaxTextBytes)
        {
            Scan.Add($"is a text of more than {JsonScan.MaxTextBytes} bytes.");
            return null;
        }

        try
        {
            return tokens.Text();
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
        if (Token is JsonTokenType.True or JsonTokenType.False)
        {
            return Token == JsonTokenType.True;
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

        if (Token != JsonTokenType.Number)
        {
            Scan.Add($"must be a whole number, not {Kind}.");
            Skip();
            return null;
        }

        if (!tokens.TryWhole(out var value))
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

        if (Token == JsonTokenType.Number && tokens.TryNumber(out var value) && double.IsFinite(value))
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
        var end = tokens.Depth;
        var count = 0;
        for (var follows = false; ; tokens.Advance())
        {
            if (++count > JsonScan.MostElementTokens || bytes.WrittenCount > JsonScan.MaxElementBytes)
            {
                Scan.Add($"is more than is read: at most {JsonScan.MostElementTokens} names, values and brackets, {JsonScan.MaxElementBytes} bytes.");
                while (tokens.Depth > end || Token is not (JsonTokenType.EndObject or JsonTokenType.EndArray))
                {
                    tokens.Advance();
                }

                return default;
            }

            var closes = Token is JsonTokenType.EndObject or JsonTokenType.EndArray;
            if (follows && !closes)
            {
                bytes.Write(","u8);
            }

            var isText = Token is JsonTokenType.String or JsonTokenType.PropertyName;
            if (isText && tokens.IsCut)
            {
                Scan.Add($"has a text of more than {JsonScan.MaxTextBytes} bytes.");
            }

            bytes.Write(isText ? "\""u8 : []);
            bytes.Write(tokens.Value);
            bytes.Write(Token == JsonTokenType.PropertyName ? "\":"u8 : isText ? "\""u8 : []);
            follows = Token is not (JsonTokenType.StartObject or JsonTokenType.StartArray or JsonTokenType.PropertyName);
            if (follows && tokens.Depth == end)
            {
                return JsonElement.Parse(bytes.WrittenSpan);
            }
        }
    }

    public void Skip()
    {
        if (Token is not (JsonTokenType.StartObject or JsonTokenType.StartArray))
        {
            return;
        }

        for (var end = tokens.Depth; ;)
        {
            tokens.Advance();
            if (Token is JsonTokenType.EndObject or JsonTokenType.EndArray && tokens.Depth == end)
            {
                return;
            }
        }
    }

    private readonly string Kind => Token switch
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
            if (Token is JsonTokenType.StartObject or JsonTokenType.StartArray)
            {
                return Kind;
            }

            var text = Encoding.UTF8.GetString(tokens.Value[..Math.Min(tokens.Value.Length, 100)]);
            return JsonScan.Shorten(Token == JsonTokenType.String ? $"\"{text}\"" : text);
        }
    }

    /// <summary>The name that the input is at.</summary>
    /// <returns>Null: the name is no text, which is told of the object.</returns>
    public readonly string? MemberName()
    {
        if (tokens.IsCut || tokens.Value.Length + 2 > JsonScan.MaxTextBytes)
        {
            Scan.AddToOwner($"a member's name is longer than {JsonScan.MaxTextBytes} bytes.");
            return null;
        }

        try
        {
            return tokens.Text();
        }
        catch (InvalidOperationException)
        {
            // As with texts: JSON allows what is no valid Unicode.
            Scan.AddToOwner("a member's name is not valid Unicode.");
            return null;
        }
    }

}

/// <summary>Reads one value; begins on its first token and ends on its last.</summary>
internal delegate T ReadValue<out T>(ref JsonInput json);
