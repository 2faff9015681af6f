using System.Buffers;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>The tokens of a JSON text one after the other, from memory or from a stream. Of a stream a buffer of bounded size is held: a text beyond it is cut where it lies.</summary>
internal ref struct JsonTokens
{
    private const int FirstBufferBytes = 1 << 16;

    /// <summary>More than the longest text that is taken; a token that does not fit is cut where it lies.</summary>
    private const int MostBufferBytes = 1 << 21;

    private static readonly JsonReaderOptions Options = new() { MaxDepth = JsonScan.MaxDepth, AllowTrailingCommas = false, CommentHandling = JsonCommentHandling.Disallow };

    private readonly Stream? stream;
    private byte[] buffer = [];
    private int length;
    private bool isWhole;
    private Utf8JsonReader reader;

    public JsonTokens(ReadOnlySpan<byte> utf8Json)
    {
        isWhole = true;
        // A byte order mark is not JSON, and Windows editors write one.
        reader = new(utf8Json.StartsWith(Mark) ? utf8Json[Mark.Length..] : utf8Json, isFinalBlock: true, new JsonReaderState(Options));
    }

    /// <exception cref="IOException">The stream cannot be read.</exception>
    public JsonTokens(Stream stream)
    {
        this.stream = stream;
        buffer = ArrayPool<byte>.Shared.Rent(FirstBufferBytes);
        length = stream.ReadAtLeast(buffer, Mark.Length, throwOnEndOfStream: false);
        if (buffer.AsSpan(0, length).StartsWith(Mark))
        {
            // What is left over is counted from the start of the buffer.
            length -= Mark.Length;
            buffer.AsSpan(Mark.Length, length).CopyTo(buffer);
        }

        reader = new(buffer.AsSpan(0, length), isFinalBlock: false, new JsonReaderState(Options));
    }

    public readonly JsonTokenType Type => reader.TokenType;

    /// <summary>The token as it stands in the file, a text without its quotes.</summary>
    public readonly ReadOnlySpan<byte> Value => reader.ValueSpan;

    /// <summary>True: a text or name that is written with escapes.</summary>
    public readonly bool IsEscaped => reader.ValueIsEscaped;

    /// <summary>True: a text or name so long that its content was taken out.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Of objects and lists around the token; their first and last tokens lie outside.</summary>
    public readonly int Depth => reader.CurrentDepth;

    private static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    /// <exception cref="InvalidOperationException">A text that is not valid Unicode.</exception>
    public readonly string? Text() => reader.GetString();

    /// <returns>False: a number that is not whole or needs more than 64 bits.</returns>
    public readonly bool TryWhole(out long value) => reader.TryGetInt64(out value);

    /// <returns>False: a number beyond all doubles.</returns>
    public readonly bool TryNumber(out double value) => reader.TryGetDouble(out value);

    /// <summary>Past the last token: nothing may follow.</summary>
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

    /// <summary>To the next token; there is one.</summary>
    /// <exception cref="JsonException">Not JSON; so from <see cref="End"/>.</exception>
    public void Advance()
    {
        IsCut = false;
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

        IsCut = true;
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
