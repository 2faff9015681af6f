using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using OtpNet;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>An authenticator app that has read the secret of the enrolment page.</summary>
internal sealed partial class Telephone(string secret, FakeTimeProvider clock)
{
    private readonly Totp codes = new(Base32Encoding.ToBytes(secret.Replace(" ", "", StringComparison.Ordinal)));

    public string Secret => secret;

    public string Code => CodeAt(TimeSpan.Zero);

    public static Telephone Of(Visitor enrolling, FakeTimeProvider clock) => new(Typed().Match(enrolling.Text).Value, clock);

    public string CodeAt(TimeSpan away) => codes.ComputeTotp((clock.GetUtcNow() + away).UtcDateTime);

    /// <summary>Waits until the app shows another code.</summary>
    public string NextCode()
    {
        clock.Advance(TimeSpan.FromSeconds(30));
        return Code;
    }

    [GeneratedRegex("(?:[A-Z2-7]{4} ){7}[A-Z2-7]{4}")]
    private static partial Regex Typed();
}
