using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Campaigns.Import;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Campaigns;

[Authorize(Policies.Coordinator)]
[RequestSizeLimit(20_000_000)]
public sealed class ImportModel(PlacementDb db, ImportCampaign import, Speech speech) : PageModel
{
    private const int KeptNamed = 12;

    [BindProperty(SupportsGet = true)]
    public CampaignId Id { get; set; }

    public string CampaignTitle { get; private set; } = "";

    public IReadOnlyList<ImportProblem> Problems { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == Id, cancellationToken) is not { } campaign)
        {
            return NotFound();
        }

        CampaignTitle = $"{speech["Track." + campaign.Track]} {campaign.AcademicYear}";
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(IFormFile? students, IFormFile? hosts, IFormFile? offers, IFormFile? rankings, CancellationToken cancellationToken)
    {
        if (students is null || hosts is null || offers is null || rankings is null)
        {
            TempData["Problem"] = speech.Of(new Problem("import.four-files"));
            return RedirectToPage(new { id = Id });
        }

        var files = new CampaignFiles(
            await BytesAsync(students, cancellationToken),
            await BytesAsync(hosts, cancellationToken),
            await BytesAsync(offers, cancellationToken),
            await BytesAsync(rankings, cancellationToken));
        var imported = await import.HandleAsync(Id, files, User.PersonId(), cancellationToken);
        if (!imported.TryGet(out var report, out var problem))
        {
            TempData["Problem"] = speech.Of(problem);
            return RedirectToPage(new { id = Id });
        }

        if (report.Problems.Count > 0)
        {
            Problems = report.Problems;
            return await OnGetAsync(cancellationToken);
        }

        var done = report.Changed > 0 ? speech["import.done", report.Changed] : report.Kept.Count == 0 ? speech["import.same"] : "";
        TempData["Done"] = report.Kept.Count == 0 ? done : $"{done} {speech["import.kept", report.Kept.Count, string.Join(", ", report.Kept.Take(KeptNamed)) + (report.Kept.Count > KeptNamed ? ", …" : "")]}".Trim();
        return LocalRedirect($"/Campaigns/{Id}");
    }

    private static async Task<byte[]> BytesAsync(IFormFile file, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        await file.CopyToAsync(memory, cancellationToken);
        return memory.ToArray();
    }
}
