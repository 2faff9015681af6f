using Microsoft.AspNetCore.Mvc;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>Every list submitted, the latest first, each with what it changed.</summary>
public sealed class VersionsModel(PlacementDb db, RestoreRankingVersion restore, Speech speech, TimeProvider clock) : StudentPage(db, clock)
{
    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken) => await EnterAsync(coordinators: false, cancellationToken) ?? Page();

    public async Task<IActionResult> OnPostAsync(int number, CancellationToken cancellationToken)
    {
        if (await EnterAsync(coordinators: false, cancellationToken) is { } end)
        {
            return end;
        }

        if ((await restore.HandleAsync(CampaignId, User.PersonId(), number, cancellationToken)).TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["versions.restored", number];
        }
        else
        {
            TempData["Problem"] = speech.Of(problem);
        }

        return LocalRedirect(Root);
    }
}
