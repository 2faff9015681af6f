using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;
using OtpNet;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Codes of an authenticator app (RFC 6238: SHA-1, six digits, thirty seconds), and their secrets encrypted for one person.</summary>
public sealed class TimeCodes(IDataProtectionProvider protection)
{
    public const int Digits = 6;

    /// <summary>A clock may be wrong by one step each way.</summary>
    private static readonly VerificationWindow Window = new(previous: 1, future: 1);

    public static byte[] NewSecret() => KeyGeneration.GenerateRandomKey(20);

    /// <summary>In groups of four, to be typed where no picture can be read.</summary>
    public static string Say(byte[] secret) => string.Join(' ', Base32Encoding.ToString(secret).TrimEnd('=').Chunk(4).Select(four => new string(four)));

    /// <summary>What the picture says to the app.</summary>
    public static string Address(byte[] secret, string issuer, string account) => new OtpUri(OtpType.Totp, secret, account, issuer).ToString();

    public string Protect(byte[] secret, PersonId person) => Convert.ToBase64String(Protector(person).Protect(secret));

    /// <summary>Null: not protected here for this person, or the key is gone.</summary>
    public byte[]? Unprotect(string? secret, PersonId person)
    {
        try
        {
            return secret is { Length: > 0 and < 2000 } ? Protector(person).Unprotect(Convert.FromBase64String(secret)) : null;
        }
        catch (Exception e) when (e is CryptographicException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The time step in which the code is right, near now; null: in none.</summary>
    public static long? FindStep(byte[] secret, string code, DateTimeOffset now) =>
        new Totp(secret).VerifyTotp(now.UtcDateTime, code, out var step, Window) ? step : null;

    private IDataProtector Protector(PersonId person) => protection.CreateProtector("Accounts.SecondFactor", person.ToString());
}
