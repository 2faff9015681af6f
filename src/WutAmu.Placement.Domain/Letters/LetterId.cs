using System.Security.Cryptography;
using System.Text;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Letters;

public readonly record struct LetterId(Guid Value) : IId<LetterId>
{
    public static LetterId From(Guid value) => new(value);

    public static LetterId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    /// <summary>
    /// Of a letter whose cause can come again after a restore, such as a deadline that is near: the same cause gives the same id, and so the same Message-ID, by which the
    /// relay journal knows what has left. A UUID of version 8 (RFC 9562, 5.8) from SHA-256.
    /// </summary>
    /// <param name="key">The letter's (<see cref="OutboxLetter.Key"/>), with everything in it that makes it another letter.</param>
    /// <param name="reader">Somebody who reads it for the first time gets it, whoever was written to before.</param>
    public static LetterId Of(string key, PersonId reader)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes($"{key}\n{reader}"));
        hash[6] = (byte)((hash[6] & 0x0F) | 0x80);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return new(new Guid(hash.AsSpan(0, 16), bigEndian: true));
    }

    // The Razor binder looks only at public members of the type itself.
    public static bool TryParse(string? s, IFormatProvider? provider, out LetterId result)
    {
        var parsed = Guid.TryParse(s, provider, out var value);
        result = new(value);
        return parsed;
    }

    public override string ToString() => Value.ToString("D");
}
