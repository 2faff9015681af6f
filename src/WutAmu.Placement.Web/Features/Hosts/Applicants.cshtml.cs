using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>Where the campaign asks its hosts: the head orders those who applied, or says whom the host cannot take. The script of the students' lists moves rows and saves here too. Coordinators look.</summary>
[RequestFormLimits(ValueCountLimit = 8192)]
public sealed class ApplicantsModel(PlacementDb db, RankApplicants rank, Speech speech, TimeProvider clock) : HostPage(db)
{
    [BindProperty]
    public ApplicantsForm Form { get; set; } = new();

    public IReadOnlyDictionary<StudentId, Applicant> Applicants { get; private set; } = new Dictionary<StudentId, Applicant>();

    public HostRanking? Ranking { get; private set; }

    public bool MayRank => IsHead && Campaign.AcceptsHostRankings;

    public string? Problem { get; private set; }

    /// <summary>What another window stored meanwhile, in order; null: no conflict.</summary>
    public IReadOnlyList<string>? Conflict { get; private set; }

    public async Task<IActionResult> OnGetAsync(CancellationToken cancellationToken)
    {
        if (await StartAsync(cancellationToken) is { } end)
        {
            return end;
        }

        IReadOnlyList<Applicant> byName = [.. Applicants.Values.OrderBy(a => speech.SortedBy(a.Name, a.LatinName), speech.Order).ThenBy(a => a.Student.Value)];
        Form = ApplicantsForm.Of(Shown, byName, Ranking?.Version ?? 0);
        return Page();
    }

    public async Task<IActionResult> OnPostAsync(string? go, CancellationToken cancellationToken)
    {
        if (await StartAsync(cancellationToken) is { } end)
        {
            return end;
        }

        var list = Form.Read();
        var (verb, moved) = (go?.Split(':') ?? []) switch
        {
            [var word, var id] when StudentId.TryParse(id, null, out var student) => (word, student),
            [var word, ..] => (word, default),
            _ => ("save", default),
        };
        list = ApplicantsForm.Move(list, moved, verb);
        var done = await rank.HandleAsync(CampaignId, HostId, list, verb == "submit", Form.Version, User.PersonId(), cancellationToken);
        if (done.TryGet(out var kept, out var problem))
        {
            if (IsScript)
            {
                return new JsonResult(new { kept.Version, At = clock.GetUtcNow() });
            }

            TempData["Done"] = kept.Submitted == 0 ? speech["applicants.saved"] : speech["applicants.submitted", kept.Submitted];
            return LocalRedirect($"{Root}/Applicants{(moved == default ? "" : $"#row-{moved}")}");
        }

        if (IsScript)
        {
            return new JsonResult(new { problem.Code, Text = speech.Of(problem) }) { StatusCode = StatusOf(problem) };
        }

        var stale = problem.Code == "applicants.stale";
        Problem = speech.Of(problem);
        Conflict = stale ? Say(Shown) : null;
        Form.Rows.RemoveAll(row => !Applicants.ContainsKey(row.Student));
        Form.Version = stale ? Ranking?.Version ?? 0 : Form.Version;
        Response.StatusCode = StatusOf(problem);
        ModelState.Clear();
        return Page();
    }

    private static int StatusOf(Problem problem) => problem.Code switch
    {
        "applicants.stale" => StatusCodes.Status409Conflict,
        "applicants.closed" or "applicants.not-head" => StatusCodes.Status403Forbidden,
        _ => StatusCodes.Status400BadRequest,
    };

    // The script that saves while the head works; it shows the list itself.
    private bool IsScript => Request.GetTypedHeaders().Accept.Any(type => type.MediaType == "application/json");

    private RankedApplicants Shown => Ranking?.Draft ?? RankedApplicants.Empty;

    private async Task<IActionResult?> StartAsync(CancellationToken cancellationToken)
    {
        if (await EnterAsync(cancellationToken) is { } end)
        {
            return end;
        }

        if (!Campaign.AsksHostsToRank)
        {
            return NotFound();
        }

        Ranking = await Db.HostRankings.AsNoTracking().SingleOrDefaultAsync(r => r.Campaign == CampaignId && r.Host == HostId, cancellationToken);
        // Before the lists are closed, who applied is nobody's business.
        Applicants = Campaign.State < Domain.Campaigns.CampaignState.Matching
            ? new Dictionary<StudentId, Applicant>()
            : (await Applicant.ReadAsync(Db, CampaignId, HostId, cancellationToken)).ToDictionary(a => a.Student);
        return null;
    }

    private IReadOnlyList<string> Say(RankedApplicants list) =>
    [
        .. list.Groups.SelectMany((group, i) => group.Select(student => $"{i + 1}. {Applicants.GetValueOrDefault(student)?.Name}")),
        .. list.Vetoed.Select(veto => $"✕ {Applicants.GetValueOrDefault(veto.Student)?.Name}"),
    ];
}
