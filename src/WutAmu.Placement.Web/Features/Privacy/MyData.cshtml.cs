using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>What is kept about the person who reads it, with everything to download.</summary>
public sealed class MyDataModel(PlacementDb db, OwnData ownData, ChangeSecondAddress change, Speech speech, IOptions<BackupOptions> backups, TimeProvider clock) : PageModel
{
    public HeldData Held { get; private set; } = null!; // set before the page is drawn

    /// <summary>How long backups may keep what was erased.</summary>
    public int BackupDays => backups.Value.KeepDays;

    /// <summary>The second address as typed.</summary>
    public string? Second { get; private set; }

    public string? SecondProblem { get; private set; }

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        var id = User.PersonId();
        Held = await HeldData.ReadAsync(db, id, cancellationToken) ?? throw new InvalidOperationException($"Person {id} is signed in and not in the database.");
        Second = Held.Person.SecondEmail?.Value;
    }

    public async Task<IActionResult> OnPostSecondAsync(string? second, CancellationToken cancellationToken)
    {
        if ((await change.HandleAsync(User.PersonId(), second, cancellationToken)).TryGet(out _, out var problem))
        {
            TempData["Done"] = speech[string.IsNullOrWhiteSpace(second) ? "mydata.second.removed" : "mydata.second.done"];
            return Redirect("/MyData");
        }

        await OnGetAsync(cancellationToken);
        (Second, SecondProblem) = (second, speech.Of(problem));
        Response.StatusCode = StatusCodes.Status422UnprocessableEntity;
        return Page();
    }

    // A form, not a link: it is written down who took a copy and when, and a prefetch must not do that.
    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        var id = User.PersonId();
        var file = await ownData.ReadAsync(id, withJudgements: false, cancellationToken);
        db.Audit.Add(new AuditEntry(clock.GetUtcNow(), id, null, "person.exported", id.ToString()));
        await db.SaveChangesAsync(cancellationToken);
        return File(file, "application/json; charset=utf-8", "my-placement-data.json");
    }
}
