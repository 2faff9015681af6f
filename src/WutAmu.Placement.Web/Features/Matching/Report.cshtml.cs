using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>What the solver explained of a run, for coordinators: places more and fewer, the floor, who competes, what is settled, and reserves.</summary>
[Authorize(Policies.Coordinator)]
public sealed class ReportModel(PlacementDb db, RunReports reports, EffectWords words, Speech speech) : PageModel
{
    public RunId Run { get; private set; }

    public int Number { get; private set; }

    public CampaignIdAndTitle Campaign { get; private set; } = null!; // set before the page is drawn

    public MatchingReport? Report { get; private set; }

    /// <summary>Limits where a place more or fewer would change something, or where that was not determined.</summary>
    public IReadOnlyList<LimitSensitivity> Limits { get; private set; } = [];

    public IReadOnlyList<StudentLine> Students { get; private set; } = [];

    public string Say(Effect? effect) => words.Say(effect);

    public string Kind(LimitKind kind) => speech["report.limit." + kind];

    public async Task<IActionResult> OnGetAsync(RunId id, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().Where(r => r.Id == id).Select(r => new { r.Number, r.Campaign }).SingleOrDefaultAsync(cancellationToken) is not { } run)
        {
            return NotFound();
        }

        (Run, Number) = (id, run.Number);
        var campaign = await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == run.Campaign, cancellationToken);
        Campaign = new(campaign.Id.ToString(), $"{speech["Track." + campaign.Track]} {campaign.AcademicYear}");
        Report = await reports.FindAsync(id, cancellationToken);
        if (Report is not { } report)
        {
            return Page();
        }

        Limits = [.. report.Limits.Where(limit => limit.More?.Unchanged() == false || limit.Fewer?.Unchanged() == false)];
        var names = await (from student in db.Students.Where(s => s.Campaign == campaign.Id)
                           join person in db.People on student.Person equals person.Id
                           select new { student.Code, person.Name }).ToDictionaryAsync(s => s.Code, s => s.Name, StringComparer.Ordinal, cancellationToken);
        Students = [.. report.Students.Select(student => new StudentLine(student, names.GetValueOrDefault(student.Student, "")))];
        return Page();
    }

    public sealed record CampaignIdAndTitle(string Id, string Title);

    public sealed record StudentLine(StudentExplanation Explained, string Name);
}
