using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>The announced lottery: anybody can compute every ticket from the seed.</summary>
public static class Lottery
{
    /// <summary>First 8 bytes of SHA-256(seed + "\n" + id) as a big-endian unsigned integer; a lower ticket is served first, equal ones by ordinal id.</summary>
    public static ulong Ticket(string seed, string student)
    {
        var most = Encoding.UTF8.GetMaxByteCount(seed.Length + student.Length + 1);
        var text = most <= 1024 ? stackalloc byte[most] : new byte[most];
        var length = Encoding.UTF8.GetBytes(seed, text);
        text[length++] = (byte)'\n';
        length += Encoding.UTF8.GetBytes(student, text[length..]);
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(text[..length], hash);
        return BinaryPrimitives.ReadUInt64BigEndian(hash);
    }
}
