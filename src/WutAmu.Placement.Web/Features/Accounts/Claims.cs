using System.Globalization;
using System.Security.Claims;
using WutAmu.Placement.Domain.Accounts;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Claim types of a signed-in person.</summary>
public static class Claims
{
    public const string Person = "person";
    public const string Role = "role";
    public const string Name = "name";
    public const string Session = "session";

    /// <summary>When the second factor was last shown, in milliseconds since 1970; absent: not in this session.</summary>
    public const string SecondFactor = "second-factor";

    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    public static PersonId PersonId(this ClaimsPrincipal user) =>
        Domain.People.PersonId.TryParse(user.FindFirstValue(Person), null, out var id) ? id : throw new InvalidOperationException("Nobody is signed in.");

    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    public static SessionId SessionId(this ClaimsPrincipal user) =>
        Domain.Accounts.SessionId.TryParse(user.FindFirstValue(Session), null, out var id) ? id : throw new InvalidOperationException("Nobody is signed in.");

    /// <summary>When the second factor was last shown in this session; null: never.</summary>
    public static DateTimeOffset? SecondFactorAt(this ClaimsPrincipal user) =>
        long.TryParse(user.FindFirstValue(SecondFactor), CultureInfo.InvariantCulture, out var at) ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null;

    public static bool IsCoordinator(this ClaimsPrincipal user) => user.HasClaim(Role, nameof(Roles.Coordinator));

    public static bool IsOperator(this ClaimsPrincipal user) => user.HasClaim(Role, nameof(Roles.Operator));
}
