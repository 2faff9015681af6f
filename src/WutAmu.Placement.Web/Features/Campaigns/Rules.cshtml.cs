using System.Globalization;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>The rules of a campaign; to be changed until students rank.</summary>
[Authorize(Policies.Coordinator)]
public sealed class RulesModel(PlacementDb db, SetUpCampaign setUp, Speech speech) : PageModel
{
    public Campaign Campaign { get; private set; } = null!; // set before the page is drawn

    [BindProperty]
    public RulesForm Rules { get; set; } = new();

    [BindProperty]
    public int Version { get; set; }

    /// <summary>Minutes for which letters are held, as typed.</summary>
    public string? Hold { get; private set; }

    /// <summary>Sentence by field name; of the whole form under the empty name.</summary>
    public Dictionary<string, string> Problems { get; } = new(StringComparer.Ordinal);

    public bool IsFixed => Campaign.State >= CampaignState.Ranking;

    public async Task<IActionResult> OnGetAsync(CampaignId id, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(id, cancellationToken))
        {
            return NotFound();
        }

        (Rules, Version) = (RulesForm.Of(CampaignRules.Of(Campaign)), Campaign.Version);
        return Page();
    }

    public async Task<IActionResult> OnPostHoldAsync(CampaignId id, string? hold, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(id, cancellationToken))
        {
            return NotFound();
        }

        // What is no number of minutes is refused as one that is out of bounds.
        var minutes = int.TryParse(hold, NumberStyles.None, CultureInfo.InvariantCulture, out var typed) ? typed : -1;
        if ((await setUp.HoldLettersAsync(id, Version, TimeSpan.FromMinutes(minutes), User.PersonId(), cancellationToken)).TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["rules.hold.saved", minutes];
            return Redirect($"/Campaigns/{id}/Rules");
        }

        (Rules, Version) = (RulesForm.Of(CampaignRules.Of(Campaign)), Campaign.Version);
        Hold = hold;
        Problems[problem.Field ?? ""] = speech.Of(problem);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(CampaignId id, CancellationToken cancellationToken)
    {
        if (!await LoadAsync(id, cancellationToken))
        {
            return NotFound();
        }

        if ((await setUp.ChangeRulesAsync(id, Version, Rules.Read(Campaign.Track), User.PersonId(), cancellationToken)).TryGet(out _, out var problem))
        {
            TempData["Done"] = speech["rules.saved"];
            return Redirect($"/Campaigns/{id}/Rules");
        }

        Problems[problem.Field ?? ""] = speech.Of(problem);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }

    private async Task<bool> LoadAsync(CampaignId id, CancellationToken cancellationToken)
    {
        var found = await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken);
        Campaign = found!; // looked at only when found
        Hold = found?.LetterHold.TotalMinutes.ToString(CultureInfo.InvariantCulture);
        return found is not null;
    }
}
