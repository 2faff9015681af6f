using System.Security.Cryptography;
using System.Text;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Sixteen characters (80 random bits) of an alphabet without look-alikes, for the day the telephone is lost.</summary>
internal static class RecoveryCode
{
    public const int Length = 16;

    private const string Alphabet = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// <returns>For example <c>7K2M-0QWE-RT9X-3ABC</c>.</returns>
    public static string New() => string.Join('-', RandomNumberGenerator.GetString(Alphabet, Length).Chunk(4).Select(four => new string(four)));

    /// <summary>What was typed: small letters, spaces and dashes do not matter, O is zero, I and L are one; null: no recovery code.</summary>
    public static string? Read(string? typed)
    {
        var code = new StringBuilder();
        foreach (var c in (typed is { Length: < 100 } ? typed.Normalize(NormalizationForm.FormKC) : "").ToUpperInvariant())
        {
            var read = c switch { 'O' => '0', 'I' or 'L' => '1', _ => c };
            if (Alphabet.Contains(read, StringComparison.Ordinal))
            {
                code.Append(read);
            }
            else if (!char.IsWhiteSpace(c) && !char.IsPunctuation(c))
            {
                return null;
            }
        }

        return code.Length == Length ? code.ToString() : null;
    }

    /// <param name="code">As read, without dashes.</param>
    public static string Hash(string code, PersonId person) => Secrets.Hash($"{person}\n{code}");
}
