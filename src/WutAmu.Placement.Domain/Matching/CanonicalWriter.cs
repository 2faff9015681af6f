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

    private byte[] buffer = ArrayPool<byte>.Shared.Rent(1 << 16);
    private int length;

    // True: a comma comes before what is next.
    private bool follows;

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
        if (!Ascii.IsValid(text) || text.AsSpan().ContainsAny('"', '\\') || text.AsSpan().ContainsAnyInRange('\0', '\u001F') || text.Contains('\u007F', StringComparison.Ordinal))
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
        Utf8Formatter.TryFormat(number, Reserve(MostBytesOfNumber), out var written);
        length += written;
        follows = true;
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
