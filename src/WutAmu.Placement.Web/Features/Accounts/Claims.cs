using System.Security.Claims;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Claim types of a signed-in person.</summary>
public static class Claims
{
    public const string Person = "person";
    public const string Role = "role";
    public const string Name = "name";

    /// <exception cref="InvalidOperationException">Nobody is signed in.</exception>
    public static PersonId PersonId(this ClaimsPrincipal user) =>
        Domain.People.PersonId.TryParse(user.FindFirstValue(Person), null, out var id) ? id : throw new InvalidOperationException("Nobody is signed in.");

    public static bool IsCoordinator(this ClaimsPrincipal user) => user.HasClaim(Role, nameof(Roles.Coordinator));
}
