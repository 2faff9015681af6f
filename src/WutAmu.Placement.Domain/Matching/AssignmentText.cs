using System.Buffers.Text;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>An assignment as it stands, indented, in a result: the one list there that grows with the instance, put together without a call for each member.</summary>
internal sealed class AssignmentText
{
    private byte[] bytes = new byte[1024];
    private int length;

    /// <returns>With the line break before it; valid until the next call.</returns>
    public ReadOnlySpan<byte> Of(Assignment assignment)
    {
        length = 0;
        Append("\n    {\n      \"student\": \""u8);
        Append(assignment.Student);
        Append("\",\n      \"offer\": \""u8);
        Append(assignment.Offer);
        Append("\",\n      \"host\": \""u8);
        Append(assignment.Host);
        Append("\",\n      \"rank\": "u8);
        if (assignment.Rank is { } rank)
        {
            Utf8Formatter.TryFormat(rank, Reserve(16), out var written);
            length += written;
        }
        else
        {
            Append("null"u8);
        }

        Append("\n    }"u8);
        return bytes.AsSpan(0, length);
    }

    private void Append(ReadOnlySpan<byte> text)
    {
        text.CopyTo(Reserve(text.Length));
        length += text.Length;
    }

    private void Append(string text)
    {
        if (CanonicalWriter.IsPlain(text))
        {
            Ascii.FromUtf16(text, Reserve(text.Length), out var written);
            length += written;
        }
        else
        {
            Append(JsonEncodedText.Encode(text, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).EncodedUtf8Bytes);
        }
    }

    private Span<byte> Reserve(int count)
    {
        if (bytes.Length - length < count)
        {
            Array.Resize(ref bytes, (2 * bytes.Length) + count);
        }

        return bytes.AsSpan(length);
    }
}
