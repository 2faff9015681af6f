using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

[Authorize(Policies.Coordinator)]
public sealed class OverviewModel(PlacementDb db, MoveCampaign move, ScheduleCampaign schedule, StartRun start, Speech speech, TimeProvider clock) : PageModel
{
    public Campaign Campaign { get; private set; } = null!; // set before the page is drawn

    public CampaignNumbers Numbers { get; private set; } = new(0, 0, 0, 0, 0);

    public IReadOnlyList<ReadinessItem> Readiness { get; private set; } = [];

    /// <summary>When the campaign goes on by itself; null: it does not.</summary>
    public DateTimeOffset? GoesOnAt => Campaign.State switch
    {
        CampaignState.Declaring => Campaign.DeclarationDeadline,
        CampaignState.Ranking => Campaign.RankingDeadline,
        _ => null,
    };

    /// <summary>True if an open item that nobody accepted makes the campaign wait at its deadline.</summary>
    public bool Waits => Readiness.Any(item => item.Blocks && !Campaign.AcceptedItems.Contains(item.Problem.Code, StringComparer.Ordinal));

    public IReadOnlyList<RunLine> Runs { get; private set; } = [];

    /// <summary>Policies that may be run on the input as it is; empty unless the campaign is matching.</summary>
    public IReadOnlyList<PolicyDescription> Offered { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CampaignId id, CancellationToken cancellationToken)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } campaign)
        {
            return NotFound();
        }

        Campaign = campaign;
        Numbers = await CampaignNumbers.ReadAsync(db, campaign, cancellationToken);
        Readiness = Numbers.Readiness(campaign, clock.GetUtcNow());
        Runs = await db.Runs.Where(r => r.Campaign == id).OrderByDescending(r => r.Number).ThenBy(r => r.Id)
            .Select(r => new RunLine(r.Id, r.Number, r.Policy, r.State, r.RequestedAt)).Take(50).ToListAsync(cancellationToken);
        Offered = campaign.State == CampaignState.Matching ? await start.OfferedAsync(campaign, cancellationToken) : [];
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

    public async Task<IActionResult> OnPostAcceptAsync(CampaignId id, int version, string? reason, CancellationToken cancellationToken)
    {
        var accepted = await schedule.AcceptOpenItemsAsync(id, version, reason, User.PersonId(), cancellationToken);
        if (accepted.TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["overview.accepted.done"];
        }
        else
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
