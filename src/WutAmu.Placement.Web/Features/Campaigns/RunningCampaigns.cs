using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>On a coordinator's home page: each campaign that is not over, its figures, and what keeps it from going on.</summary>
public sealed class RunningCampaigns(PlacementDb db, Speech speech, TimeProvider clock) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync()
    {
        if (!UserClaimsPrincipal.IsCoordinator())
        {
            return Content("");
        }

        var running = await db.Campaigns.AsNoTracking().Where(c => c.State != CampaignState.Closed)
            .OrderByDescending(c => c.AcademicYear).ThenBy(c => c.Id).ToListAsync(HttpContext.RequestAborted);
        var lines = new List<RunningCampaign>();
        foreach (var campaign in running)
        {
            var numbers = await CampaignNumbers.ReadAsync(db, campaign, HttpContext.RequestAborted);
            var refused = await db.Placements.AsNoTracking().CountAsync(
                placement => (placement.StudentAnswer == Answer.Refused || placement.HostAnswer == Answer.Refused)
                    && db.Publications.Any(p => p.Id == placement.Publication && p.Campaign == campaign.Id && p.RecalledAt == null),
                HttpContext.RequestAborted);
            lines.Add(new(campaign, numbers, [.. numbers.Readiness(campaign, clock.GetUtcNow()).Select(item => speech.Of(item.Problem))], refused));
        }

        return View("/Features/Campaigns/_RunningCampaigns.cshtml", lines);
    }
}

/// <param name="Open">Sentences on what is not settled; empty: nothing.</param>
/// <param name="Refused">Published placements that the student or the host refused.</param>
public sealed record RunningCampaign(Campaign Campaign, CampaignNumbers Numbers, IReadOnlyList<string> Open, int Refused);
