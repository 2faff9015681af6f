using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>One run: progress while it solves, then what it gave, and its publication.</summary>
[Authorize(Policies.Coordinator)]
public sealed class RunModel(PlacementDb db, CancelRun cancel, PublishRun publish, RecallPublication recall, StepUp stepUp, SealInstance seal, Speech speech, TimeProvider clock) : PageModel
{
    public Run Run { get; private set; } = null!; // set before the page is drawn

    public MatchingResult? Result { get; private set; }

    /// <summary>True: the run keeps what the solver explained.</summary>
    public bool HasReport { get; private set; }

    public IReadOnlyList<PlacementLine> Placements { get; private set; } = [];

    public Domain.Placements.Publication? Publication { get; private set; }

    public string CampaignTitle { get; private set; } = "";

    public string AnnouncedPolicy { get; private set; } = "";

    public double LetterHoldMinutes { get; private set; }

    /// <summary>True if the input has changed since it was sealed for this run: the run can no longer be published.</summary>
    public bool InputEdited { get; private set; }

    public bool MayRecall => Publication is { } publication && clock.GetUtcNow() < publication.LettersFrom;

    public string BarePolicy => Run.Policy.Replace(PolicyName.KeepPublishedPrefix, "", StringComparison.Ordinal);

    public string FailureKey => FailureKeyOf(Run.Policy, Run.Failure);

    /// <summary>What the solver says about an impossible instance; null if it said nothing that can be read, or if the run did not fail of that.</summary>
    public Diagnosis? Diagnosis { get; private set; }

    /// <summary>Key of the text that says why a run failed.</summary>
    public static string FailureKeyOf(string policy, string? failure) =>
        failure == "run.infeasible" && PolicyName.TryParse(policy, out var name) && name.IsStable ? "failure.run.infeasible.stable" : $"failure.{failure}";

    public string LevelName(string objective) =>
        objective.StartsWith("rank-", StringComparison.Ordinal) ? speech["level.rank", objective[5..]] : speech["level." + objective];

    public async Task<IActionResult> OnGetAsync(RunId id, CancellationToken cancellationToken)
    {
        if (await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken) is not { } run)
        {
            return NotFound();
        }

        Run = run;
        var campaign = await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == run.Campaign, cancellationToken);
        CampaignTitle = $"{speech["Track." + campaign.Track]} {campaign.AcademicYear}";
        AnnouncedPolicy = campaign.Policy;
        LetterHoldMinutes = campaign.LetterHold.TotalMinutes;
        Publication = await db.Publications.AsNoTracking().SingleOrDefaultAsync(p => p.Campaign == run.Campaign && p.RecalledAt == null, cancellationToken);
        if (Publication is null && run.State is RunState.Queued or RunState.Solving or RunState.Verified)
        {
            var keep = PolicyName.TryParse(run.Policy, out var policy) && policy.KeepPublished;
            InputEdited = CanonicalJson.Digest(await seal.ReadAsync(campaign, keep, cancellationToken)) != run.InstanceDigest;
        }

        Diagnosis = run is { Failure: "run.infeasible", FailureDetail: { } detail } ? ReadDiagnosis(detail) : null;
        if (run.ResultJson is { } stored && ResultJson.TryRead(stored, out var result, out _))
        {
            Result = result;
            HasReport = await db.RunReports.AnyAsync(r => r.Run == id, cancellationToken);
            Placements = await ReadPlacementsAsync(run, result, cancellationToken);
        }

        return Page();
    }

    public async Task<IActionResult> OnGetInstanceAsync(RunId id, CancellationToken cancellationToken)
    {
        if (stepUp.Ask(User, $"/Runs/{id}") is { } first)
        {
            return first;
        }

        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        return run is null ? NotFound() : File(run.InstanceJson, "application/json", $"run-{run.Number}-instance.json");
    }

    public async Task<IActionResult> OnGetResultAsync(RunId id, CancellationToken cancellationToken)
    {
        if (stepUp.Ask(User, $"/Runs/{id}") is { } first)
        {
            return first;
        }

        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        return run?.ResultJson is { } json ? File(json, "application/json", $"run-{run.Number}-result.json") : NotFound();
    }

    public async Task<IActionResult> OnGetBundleAsync(RunId id, CancellationToken cancellationToken)
    {
        if (stepUp.Ask(User, $"/Runs/{id}") is { } first)
        {
            return first;
        }

        var run = await db.Runs.AsNoTracking().SingleOrDefaultAsync(r => r.Id == id, cancellationToken);
        if (run?.ResultJson is not { } json)
        {
            return NotFound();
        }

        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            var report = await db.RunReports.AsNoTracking().SingleOrDefaultAsync(r => r.Run == id, cancellationToken);
            foreach (var (name, bytes) in (IEnumerable<(string, byte[]?)>)[("instance.json", run.InstanceJson), ("result.json", json), ("report.json", report?.Json)])
            {
                if (bytes is not null)
                {
                    using var entry = zip.CreateEntry(name).Open();
                    entry.Write(bytes);
                }
            }
        }

        return File(memory.ToArray(), "application/zip", $"run-{run.Number}.zip");
    }

    public async Task<IActionResult> OnPostCancelAsync(RunId id, CancellationToken cancellationToken) =>
        Answer(id, await cancel.HandleAsync(id, User.PersonId(), cancellationToken));

    public async Task<IActionResult> OnPostPublishAsync(RunId id, string? reason, bool sure, CancellationToken cancellationToken) =>
        stepUp.Ask(User, $"/Runs/{id}") is { } first ? first
            : sure ? Answer(id, await publish.HandleAsync(id, reason, User.PersonId(), cancellationToken))
            : Answer(id, (Result<Done>)new Problem("publish.sure"));

    public async Task<IActionResult> OnPostRecallAsync(RunId id, string? reason, CancellationToken cancellationToken)
    {
        var campaign = await db.Runs.Where(r => r.Id == id).Select(r => r.Campaign).SingleAsync(cancellationToken);
        return Answer(id, await recall.HandleAsync(campaign, reason, User.PersonId(), cancellationToken));
    }

    private RedirectResult Answer<T>(RunId id, Result<T> result)
    {
        if (!result.TryGet(out _, out var problem))
        {
            TempData["Problem"] = speech.Of(problem);
        }

        return Redirect($"/Runs/{id}");
    }

    private static Diagnosis? ReadDiagnosis(string detail)
    {
        try
        {
            return ReportJson.ReadDiagnosis(JsonElement.Parse(detail));
        }
        catch (JsonException)
        {
            return null; // cut off, or a solver's other words: shown as they are
        }
    }

    private async Task<IReadOnlyList<PlacementLine>> ReadPlacementsAsync(Run run, MatchingResult result, CancellationToken cancellationToken)
    {
        var people = await (from student in db.Students.Where(s => s.Campaign == run.Campaign)
                            join person in db.People on student.Person equals person.Id
                            select new { student.Code, person.Name, student.Programme }).ToDictionaryAsync(s => s.Code, StringComparer.Ordinal, cancellationToken);
        var programmes = await db.Programmes.ToDictionaryAsync(p => p.Code, p => p.Name, StringComparer.Ordinal, cancellationToken);
        LocalizedText Programme(string code) => programmes.GetValueOrDefault(code) ?? new(null, null, code);
        var offers = await db.Offers.Where(o => o.Campaign == run.Campaign).Select(o => new { o.Code, o.Title }).ToDictionaryAsync(o => o.Code, o => o.Title, StringComparer.Ordinal, cancellationToken);
        return
        [
            .. result.Assignments
                .Select(a => new PlacementLine(a.Student, people[a.Student].Name, Programme(people[a.Student].Programme), a.Offer, offers[a.Offer], a.Host, a.Rank))
                .Concat(result.Unplaced.Select(s => new PlacementLine(s, people[s].Name, Programme(people[s].Programme), null, null, null, null)))
                .OrderBy(line => line.Code, StringComparer.Ordinal),
        ];
    }

    public sealed record PlacementLine(string Code, string Name, LocalizedText Programme, string? Offer, LocalizedText? Title, string? Host, int? Rank);
}
