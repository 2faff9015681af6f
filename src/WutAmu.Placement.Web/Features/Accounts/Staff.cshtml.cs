using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Coordinators and operators: who they are, inviting another, resetting a lost second factor, taking a role away.</summary>
[Authorize(Policies.Staff)]
public sealed class StaffModel(PlacementDb db, StaffRoles roles, StepUp stepUp, Speech speech) : PageModel
{
    private const string Here = "/Accounts/Staff";

    public IReadOnlyList<StaffLine> Staff { get; private set; } = [];

    public IReadOnlyDictionary<string, string> Problems { get; private set; } = new Dictionary<string, string>();

    [BindProperty]
    public string? Name { get; set; }

    [BindProperty]
    public string? Email { get; set; }

    [BindProperty]
    public Language Language { get; set; } = Language.French;

    [BindProperty]
    public Roles Role { get; set; } = Roles.Coordinator;

    public Task OnGetAsync(CancellationToken cancellationToken) => ReadAsync(cancellationToken);

    public async Task<IActionResult> OnPostInviteAsync(CancellationToken cancellationToken)
    {
        if (stepUp.Ask(User, Here) is { } first)
        {
            return first;
        }

        if (Role is not (Roles.Coordinator or Roles.Operator) || !Enum.IsDefined(Language))
        {
            return BadRequest();
        }

        if ((await roles.InviteAsync(Name, Email, Language, Role, User.PersonId(), cancellationToken)).TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["staff.invited"];
            return RedirectToPage();
        }

        Problems = new Dictionary<string, string> { [problem.Field ?? ""] = speech.Of(problem) };
        await ReadAsync(cancellationToken);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    public Task<IActionResult> OnPostResetAsync(PersonId person, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync(() => roles.ResetSecondFactorAsync(person, reason, User.PersonId(), cancellationToken), "staff.reset.done");

    public Task<IActionResult> OnPostRevokeAsync(PersonId person, string? reason, CancellationToken cancellationToken) =>
        ChangeAsync(() => roles.RevokeAsync(person, reason, User.PersonId(), cancellationToken), "staff.revoked");

    private async Task<IActionResult> ChangeAsync(Func<Task<Result<Done>>> change, string done)
    {
        if (stepUp.Ask(User, Here) is { } first)
        {
            return first;
        }

        var changed = (await change()).TryGet(out _, out var problem);
        TempData[changed ? "Done" : "Problem"] = changed ? speech[done] : speech.Of(problem!); // not null where it was not changed
        return RedirectToPage();
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var factors = await db.SecondFactors.Select(f => f.Person).ToListAsync(cancellationToken);
        var people = await db.People.AsNoTracking().Where(p => p.Roles != Roles.None).OrderBy(p => p.Id).ToListAsync(cancellationToken);
        Staff = [.. people.OrderBy(p => speech.SortedBy(p.Name, p.LatinName), speech.Order).ThenBy(p => p.Id.Value).Select(p => new StaffLine(p.Id, p.Name, p.Email, p.Roles, factors.Contains(p.Id), p.Id == User.PersonId()))];
    }

    public sealed record StaffLine(PersonId Id, string Name, EmailAddress Email, Roles Roles, bool HasFactor, bool IsMe);
}
