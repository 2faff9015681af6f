using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>A sign-in begun in one browser.</summary>
/// <param name="Secret">128 random bits; the request's row holds its hash.</param>
/// <param name="Address">As typed, to be shown again.</param>
public sealed record PendingSignIn(string Secret, EmailAddress Address);
