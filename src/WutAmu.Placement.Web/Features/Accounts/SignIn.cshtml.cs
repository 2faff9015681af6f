using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Accounts;

/// <summary>Development only: the people of the sample campaign by role; one click signs in as them.</summary>
public sealed class SignInModel(PlacementDb db, IHostEnvironment environment) : PageModel
{
    public bool IsDevelopment => environment.IsDevelopment();

    public IReadOnlyList<PersonLine> People { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (!IsDevelopment)
        {
            return;
        }

        // Roles are stored as words: flags are compared here, not in the database.
        var everybody = await db.People.AsNoTracking().OrderBy(p => p.Name).ThenBy(p => p.Id).ToListAsync(cancellationToken);
        var coordinators = everybody.Where(p => p.Roles.HasFlag(Roles.Coordinator)).Select(p => new PersonLine(p.Id, "coordinator", p.Name, ""));
        var heads = await (from host in db.Hosts
                           join person in db.People on host.Head equals person.Id
                           orderby host.Code, host.Id
                           select new PersonLine(person.Id, "head", person.Name, host.Code)).ToListAsync(cancellationToken);
        var students = await (from student in db.Students
                              join person in db.People on student.Person equals person.Id
                              orderby student.Code, student.Id
                              select new PersonLine(person.Id, "student", person.Name, student.Code)).ToListAsync(cancellationToken);
        People = [.. coordinators, .. heads, .. students];
    }

    public async Task<IActionResult> OnPostAsync(PersonId person, string? returnUrl, CancellationToken cancellationToken)
    {
        if (!IsDevelopment)
        {
            return NotFound();
        }

        var found = await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == person, cancellationToken);
        if (found is null)
        {
            return NotFound();
        }

        var identity = new ClaimsIdentity(CookieAuthenticationDefaults.AuthenticationScheme);
        identity.AddClaim(new(Claims.Person, found.Id.ToString()));
        identity.AddClaim(new(Claims.Name, found.Name));
        identity.AddClaim(new(Speech.Claim, found.Language.Tag()));
        if (found.Roles.HasFlag(Roles.Coordinator))
        {
            identity.AddClaim(new(Claims.Role, nameof(Roles.Coordinator)));
        }

        await HttpContext.SignInAsync(new(identity));
        return Url.IsLocalUrl(returnUrl) ? LocalRedirect(returnUrl) : RedirectToPage("/Index");
    }

    public async Task<IActionResult> OnPostOutAsync()
    {
        await HttpContext.SignOutAsync();
        return RedirectToPage("/Index");
    }

    public sealed record PersonLine(PersonId Id, string Role, string Name, string Detail);
}
