using System.Globalization;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>A new campaign: its track, its year, its rules.</summary>
[Authorize(Policies.Coordinator)]
public sealed class NewModel(SetUpCampaign setUp, Speech speech, TimeProvider clock) : PageModel
{
    [BindProperty]
    public Track Track { get; set; }

    [BindProperty]
    public string? Year { get; set; }

    [BindProperty]
    public RulesForm Rules { get; set; } = new();

    /// <summary>Sentence by field name; of the whole form under the empty name.</summary>
    public Dictionary<string, string> Problems { get; } = new(StringComparer.Ordinal);

    public void OnGet()
    {
        var today = DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(clock.GetUtcNow(), WallClock.Marseille).DateTime);
        // Years turn in September.
        var first = today.Month >= 9 ? today.Year : today.Year - 1;
        Year = string.Create(CultureInfo.InvariantCulture, $"{first}-{first + 1}");
        Rules = new()
        {
            Policy = PolicyName.Default.Name,
            LotterySeed = string.Create(CultureInfo.InvariantCulture, $"{today:yyyy-MM-dd}/{RandomNumberGenerator.GetHexString(8, lowercase: true)}"),
            ChoiceLimit = 10,
            TiesAllowed = true,
        };
    }

    public async Task<IActionResult> OnPostAsync(CancellationToken cancellationToken)
    {
        if (!Enum.IsDefined(Track))
        {
            return BadRequest();
        }

        if ((await setUp.CreateAsync(Track, Year, Rules.Read(Track), User.PersonId(), cancellationToken)).TryGet(out var campaign, out var problem))
        {
            TempData["Done"] = speech["campaigns.created"];
            return Redirect($"/Campaigns/{campaign}");
        }

        Problems[problem.Field ?? ""] = speech.Of(problem);
        Response.StatusCode = StatusCodes.Status400BadRequest;
        return Page();
    }
}
