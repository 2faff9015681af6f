using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

[Authorize(Policies.Coordinator)]
public sealed class OverviewModel(PlacementDb db, MoveCampaign move, StartRun start, Speech speech) : PageModel
{
    public Campaign Campaign { get; private set; } = null!; // set before the page is drawn

    public CampaignNumbers Numbers { get; private set; } = new(0, 0, 0, 0, 0);

    public IReadOnlyList<string> Readiness { get; private set; } = [];

    public IReadOnlyList<RunLine> Runs { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CampaignId id, CancellationToken cancellationToken)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } campaign)
        {
            return NotFound();
        }

        Campaign = campaign;
        Numbers = await CampaignNumbers.ReadAsync(db, campaign, cancellationToken);
        Readiness = [.. Numbers.Readiness(campaign).Select(speech.Of)];
        Runs = await db.Runs.Where(r => r.Campaign == id).OrderByDescending(r => r.Number).ThenBy(r => r.Id)
            .Select(r => new RunLine(r.Id, r.Number, r.Policy, r.State, r.RequestedAt)).Take(50).ToListAsync(cancellationToken);
        return Page();
    }

    public async Task<IActionResult> OnPostNextAsync(CampaignId id, CampaignState from, string? reason, CancellationToken cancellationToken)
    {
        var moved = await move.HandleAsync(id, from, reason, User.PersonId(), cancellationToken);
        if (!moved.TryGet(out _, out var problem))
        {
            TempData["Problem"] = speech.Of(problem);
        }

        return RedirectToPage(new { id });
    }

    public async Task<IActionResult> OnPostRunAsync(CampaignId id, string policy, CancellationToken cancellationToken)
    {
        var started = await start.HandleAsync(id, policy, User.PersonId(), cancellationToken);
        if (started.TryGet(out var run, out var problem))
        {
            return LocalRedirect($"/Runs/{run}");
        }

        TempData["Problem"] = speech.Of(problem);
        return RedirectToPage(new { id });
    }

    public sealed record RunLine(RunId Id, int Number, string Policy, RunState State, DateTimeOffset RequestedAt);
}
