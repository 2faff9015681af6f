namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>What the university said about who signed in there.</summary>
/// <param name="Subject">The provider's lasting name for the account.</param>
/// <param name="Email">Null: it said none.</param>
/// <param name="IsVerified">It vouches that the address is the account's.</param>
public sealed record UniversityAccount(string Issuer, string Subject, string? Email, bool IsVerified);
