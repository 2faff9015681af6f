using System.Buffers;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Writes JSON without white space into a sink, a buffer at a time: the whole text need not exist to be hashed. Escapes no more than JSON asks for.</summary>
internal sealed class CanonicalWriter(Action<ReadOnlySpan<byte>> sink) : IDisposable
{
    private const int MostBytesOfNumber = 32;
    private const double GreatestInTenths = 1e14;

    /// <summary>Written as they are: printable ASCII, but for the quote and the backslash.</summary>
    private static readonly SearchValues<char> Plain = SearchValues.Create([.. Enumerable.Range(' ', '~' - ' ' + 1).Select(code => (char)code).Where(sign => sign is not ('"' or '\\'))]);

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
    private int length;

    // True: a comma comes before what is next.
    private bool follows;

    /// <summary>True: nothing in the text is written otherwise in JSON.</summary>
    public static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExcept(Plain);

    /// <returns>SHA-256 of what <paramref name="write"/> writes.</returns>
    public static byte[] Hash(Action<CanonicalWriter> write)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using (var writer = new CanonicalWriter(hash.AppendData))
        {
            write(writer);
            writer.Flush();
        }

        return hash.GetHashAndReset();
    }

    public void Open(byte bracket)
    {
        Separate();
        Reserve(1)[0] = bracket;
        length++;
        follows = false;
    }

    public void Close(byte bracket)
    {
        Reserve(1)[0] = bracket;
        length++;
        follows = true;
    }

    public void Name(ReadOnlySpan<byte> name)
    {
        Separate();
        var room = Reserve(name.Length + 3);
        room[0] = (byte)'"';
        name.CopyTo(room[1..]);
        room[name.Length + 1] = (byte)'"';
        room[name.Length + 2] = (byte)':';
        length += name.Length + 3;
        follows = false;
    }

    /// <summary>A member's name that is no word of the format.</summary>
    public void Name(string name)
    {
        Text(name);
        Reserve(1)[0] = (byte)':';
        length++;
        follows = false;
    }

    public void Text(string text)
    {
        Separate();
        var room = Reserve(text.Length + 2);
        if (!IsPlain(text))
        {
            Escaped(text);
        }
        else
        {
            room[0] = (byte)'"';
            Ascii.FromUtf16(text, room[1..], out var written);
            room[written + 1] = (byte)'"';
            length += written + 2;
        }

        follows = true;
    }

    /// <summary>A list of one text, with nothing before it or after it.</summary>
    public void Alone(string text)
    {
        follows = false;
        Open((byte)'[');
        Text(text);
        Close((byte)']');
    }

    /// <summary>A value that is in canonical form.</summary>
    public void Written(ReadOnlySpan<byte> value)
    {
        Separate();
        value.CopyTo(Reserve(value.Length));
        length += value.Length;
        follows = true;
    }

    public void Number(long number)
    {
        Separate();
        Utf8Formatter.TryFormat(number, Reserve(MostBytesOfNumber), out var written);
        length += written;
        follows = true;
    }

    /// <summary>The shortest text that reads as the same number.</summary>
    public void Number(double number)
    {
        Separate();
        var room = Reserve(MostBytesOfNumber);
        if (!InTenths(number, room, out var written))
        {
            Utf8Formatter.TryFormat(number, room, out written);
        }

        length += written;
        follows = true;
    }

    // Most scores have one decimal at most; the quotient of tenths by ten is the double nearest to that text, and no shorter text is.
    private static bool InTenths(double number, Span<byte> room, out int written)
    {
        written = 0;
        var tenths = Math.Round(number * 10);
        if (!(number is > 0 and < GreatestInTenths) || tenths / 10 != number)
        {
            return false;
        }

        var (whole, tenth) = Math.DivRem((long)tenths, 10);
        Utf8Formatter.TryFormat(whole, room, out written);
        if (tenth > 0)
        {
            room[written++] = (byte)'.';
            room[written++] = (byte)('0' + tenth);
        }

        return true;
    }

    public void True()
    {
        Separate();
        "true"u8.CopyTo(Reserve(4));
        length += 4;
        follows = true;
    }

    public void Flush()
    {
        sink(buffer.AsSpan(0, length));
        length = 0;
    }

    public void Dispose()
    {
        ArrayPool<byte>.Shared.Return(buffer);
        buffer = [];
    }

    private void Separate()
    {
        if (follows)
        {
            Reserve(1)[0] = (byte)',';
            length++;
        }
    }

    private void Escaped(string text)
    {
        var encoded = JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text);
        var room = Reserve(Encoding.UTF8.GetMaxByteCount(encoded.Length) + 2);
        room[0] = (byte)'"';
        var written = Encoding.UTF8.GetBytes(encoded, room[1..]);
        room[written + 1] = (byte)'"';
        length += written + 2;
    }

    private Span<byte> Reserve(int bytes)
    {
        if (buffer.Length - length < bytes)
        {
            Flush();
            if (buffer.Length < bytes)
            {
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = ArrayPool<byte>.Shared.Rent(bytes);
            }
        }

        return buffer.AsSpan(length);
    }
}
