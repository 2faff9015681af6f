using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>For what cannot be taken back or leaves the house: was the second factor shown just now?</summary>
public sealed class StepUp(IOptions<AccountsOptions> options, TimeProvider clock)
{
    public bool IsFresh(ClaimsPrincipal user) => user.SecondFactorAt() is { } at && clock.GetUtcNow() - at < options.Value.StepUpWithin;

    /// <summary>As <see cref="Ask"/>, of coordinators and operators; others have no second factor. Whether somebody is staff is read from the database, for a role that is not proven yet is no claim.</summary>
    public Task<IActionResult?> AskStaffAsync(PlacementDb db, ClaimsPrincipal user, string returnTo, CancellationToken cancellationToken) =>
        AskForAsync(db, user.PersonId(), user, returnTo, cancellationToken);

    /// <summary>As <see cref="Ask"/>, for what changes the account of a coordinator or operator; of others nothing is asked.</summary>
    public async Task<IActionResult?> AskForAsync(PlacementDb db, PersonId whose, ClaimsPrincipal user, string returnTo, CancellationToken cancellationToken) =>
        await db.People.AnyAsync(p => p.Id == whose && p.Roles != Roles.None, cancellationToken) ? Ask(user, returnTo) : null;

    /// <param name="returnTo">Local path of the page to come back to, where the button is to be pressed again.</param>
    /// <returns>Where to go first; null: go on.</returns>
    public IActionResult? Ask(ClaimsPrincipal user, string returnTo) =>
        IsFresh(user) ? null : new RedirectResult($"/Accounts/SecondFactor?returnUrl={Uri.EscapeDataString(returnTo)}");
}
