using System.Buffers.Binary;
using System.Text;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>An id of 1 to 15 ASCII characters as two numbers: its bytes, from the lowest on, and their count in the highest byte. No two ids have the same numbers.</summary>
internal readonly record struct ShortId(ulong Low, ulong High)
{
    public const int MostBytes = 15;

    private const ulong NotAscii = 0x8080_8080_8080_8080;

    /// <returns>False: the text is empty, longer or has other characters.</returns>
    public static bool TryRead(ReadOnlySpan<byte> utf8, out ShortId id)
    {
        id = utf8.Length is > 0 and <= MostBytes ? Of(utf8) : default;
        return id.High != 0 && ((id.Low | id.High) & NotAscii) == 0;
    }

    public override string ToString()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, Low);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[8..], High);
        return Encoding.ASCII.GetString(bytes[..bytes[^1]]);
    }

    private static ShortId Of(ReadOnlySpan<byte> utf8)
    {
        var length = (ulong)utf8.Length << 56;
        switch (utf8.Length)
        {
            case > 8:
                // The last eight bytes, without those that are in the first number.
                return new(BinaryPrimitives.ReadUInt64LittleEndian(utf8), (BinaryPrimitives.ReadUInt64LittleEndian(utf8[^8..]) >> (8 * (16 - utf8.Length))) | length);
            case 8:
                return new(BinaryPrimitives.ReadUInt64LittleEndian(utf8), length);
            case >= 4:
                // Where the two overlap they are the same.
                return new(BinaryPrimitives.ReadUInt32LittleEndian(utf8) | ((ulong)BinaryPrimitives.ReadUInt32LittleEndian(utf8[^4..]) << (8 * (utf8.Length - 4))), length);
            default:
                var low = 0UL;
                for (var i = utf8.Length - 1; i >= 0; i--)
                {
                    low = (low << 8) | utf8[i];
                }

                return new(low, length);
        }
    }
}
