using WutAmu.Placement.Domain.Accounts;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>A university account that somebody who is signed in came back with. It is linked when they say so here: whoever sent them there may have signed them in with an account of their own.</summary>
/// <param name="Session">In which they went.</param>
/// <param name="Label">Address of the account, or its lasting name where the university says none.</param>
public sealed record PendingLink(SessionId Session, string Issuer, string Subject, string Label);
