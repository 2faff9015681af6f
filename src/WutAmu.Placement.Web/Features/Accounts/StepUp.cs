using System.Security.Claims;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>For what cannot be taken back or leaves the house: was the second factor shown just now?</summary>
public sealed class StepUp(IOptions<AccountsOptions> options, TimeProvider clock)
{
    public bool IsFresh(ClaimsPrincipal user) => user.SecondFactorAt() is { } at && clock.GetUtcNow() - at < options.Value.StepUpWithin;

    /// <param name="returnTo">Local path of the page to come back to, where the button is to be pressed again.</param>
    /// <returns>Where to go first; null: go on.</returns>
    public IActionResult? Ask(ClaimsPrincipal user, string returnTo) =>
        IsFresh(user) ? null : new RedirectResult($"/Accounts/SecondFactor?returnUrl={Uri.EscapeDataString(returnTo)}");
}
