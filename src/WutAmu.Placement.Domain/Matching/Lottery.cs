using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>The announced lottery: anybody can compute every ticket from the seed.</summary>
public static class Lottery
{
    /// <summary>First 8 bytes of SHA-256(seed + "\n" + id) as a big-endian unsigned integer; a lower ticket is served first, equal ones by ordinal id.</summary>
    public static ulong Ticket(string seed, string student) =>
        BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(seed + "\n" + student)));
}
