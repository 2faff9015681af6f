using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Random secrets, and what is kept of them.</summary>
internal static class Secrets
{
    private const int CodeDigits = 8;

    /// <summary>128 random bits, URL-safe.</summary>
    public static string New() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(16));

    /// <summary>SHA-256, lower-case hexadecimal. For secrets of 80 random bits and more, which nobody can guess from their hash.</summary>
    public static string Hash(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(secret)));

    /// <summary>The code beside a token: eight digits that follow from it, so that whoever holds the link can be shown the code.</summary>
    public static string CodeOf(string token)
    {
        var mac = HMACSHA256.HashData(Encoding.UTF8.GetBytes(token), "code"u8);
        // 64 bits modulo 10^8: the bias is below one in 10^11.
        return (BitConverter.ToUInt64(mac) % 100_000_000).ToString("D8", System.Globalization.CultureInfo.InvariantCulture);
    }

    /// <summary>A code's hash under the secret of the browser that asked: the database alone does not give eight digits away.</summary>
    public static string HashCode(string code, string browserSecret) =>
        Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(browserSecret), Encoding.UTF8.GetBytes("code:" + code)));

    public static bool AreEqual(string one, string other) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    /// <summary>What somebody typed or pasted as a code of digits: spaces, dashes and the like ignored, full-width digits read; null: not a code of so many digits.</summary>
    public static string? ReadDigits(string? typed, int digits = CodeDigits)
    {
        var code = new StringBuilder();
        foreach (var c in typed is { Length: < 100 } ? typed.Normalize(NormalizationForm.FormKC) : "")
        {
            if (char.IsAsciiDigit(c))
            {
                code.Append(c);
            }
            else if (!char.IsWhiteSpace(c) && !char.IsControl(c) && c is not ('-' or '‐' or '‑' or '–' or '—' or '.' or '·' or '_' or '\u200b' or '\ufeff'))
            {
                return null;
            }
        }

        return code.Length == digits ? code.ToString() : null;
    }

    /// <summary><c>1234 5678</c>: two halves are easier to carry from one screen to another.</summary>
    public static string Say(string code) => $"{code[..(code.Length / 2)]} {code[(code.Length / 2)..]}";
}
