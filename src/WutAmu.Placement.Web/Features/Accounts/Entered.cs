using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>A sign-in that succeeded and is saved; the browser does not know yet.</summary>
/// <param name="ReturnTo">Local path that was asked for; null: home.</param>
public sealed record Entered(Sessions.Started Session, EmailAddress Address, string? ReturnTo);
