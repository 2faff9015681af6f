using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>The verified runs of a campaign side by side, and a start of every policy at once on the same input.</summary>
[Authorize(Policies.Coordinator)]
public sealed class CompareModel(PlacementDb db, StartRun start, Speech speech) : PageModel
{
    private const int MostRuns = 24;

    public Campaign Campaign { get; private set; } = null!; // set before the page is drawn

    public IReadOnlyList<RunLine> Runs { get; private set; } = [];

    public int Going { get; private set; }

    /// <summary>Of each policy whose newest run that ended gave nothing to compare, that run.</summary>
    public IReadOnlyList<FailedRun> Failed { get; private set; } = [];

    /// <summary>Why a policy of the catalogue is not run on the campaign's input as it is.</summary>
    public IReadOnlyList<string> NotOffered { get; private set; } = [];

    public int Ranks => Runs.Select(r => r.Profile.Count).DefaultIfEmpty(0).Max();

    public bool SameInput => Runs.Select(r => r.Digest).Distinct().Count() <= 1;

    public async Task<IActionResult> OnGetAsync(CampaignId id, CancellationToken cancellationToken)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } campaign)
        {
            return NotFound();
        }

        Campaign = campaign;
        Going = await db.Runs.CountAsync(r => r.Campaign == id && (r.State == RunState.Queued || r.State == RunState.Solving), cancellationToken);
        var runs = await db.Runs.AsNoTracking().Where(r => r.Campaign == id && r.State == RunState.Verified)
            .OrderByDescending(r => r.Number).ThenBy(r => r.Id).Take(MostRuns)
            .Select(r => new { r.Id, r.Number, r.Policy, r.InstanceDigest, r.ResultJson }).ToListAsync(cancellationToken);
        var read = new List<(RunLine Line, Dictionary<string, string> Offers)>();
        foreach (var run in runs)
        {
            if (run.ResultJson is { } json && ResultJson.TryRead(json, out var result, out _))
            {
                var worst = result.Assignments.Max(a => a.Rank);
                var line = new RunLine(run.Id, run.Number, run.Policy, run.InstanceDigest, result.Placed, result.Unplaced.Length, worst, result.Profile, result.BlockingPairs, null);
                read.Add((line, result.Assignments.ToDictionary(a => a.Student, a => a.Offer, StringComparer.Ordinal)));
            }
        }

        var ended = await db.Runs.AsNoTracking().Where(r => r.Campaign == id && r.State != RunState.Queued && r.State != RunState.Solving)
            .OrderByDescending(r => r.Number).ThenBy(r => r.Id)
            .Select(r => new { r.Id, r.Number, r.Policy, r.State, r.Failure }).ToListAsync(cancellationToken);
        Failed = [.. ended.DistinctBy(r => r.Policy).Where(r => r.State == RunState.Failed).OrderBy(r => r.Number)
            .Select(r => new FailedRun(r.Id, r.Number, r.Policy, speech[RunModel.FailureKeyOf(r.Policy, r.Failure)]))];
        if (campaign.State == CampaignState.Matching)
        {
            var offered = await start.OfferedAsync(campaign, cancellationToken);
            NotOffered = [.. PolicyName.Catalogue.Except(offered).Select(policy => speech.Of(Problem.On("policy", "run.policy-if-open", policy.Name)))];
        }

        // Against the newest run of the announced policy: how many students would be placed elsewhere.
        var reference = read.FirstOrDefault(r => r.Line.Policy == campaign.Policy);
        Runs = [.. read.OrderBy(r => r.Line.Number).Select(r => reference.Line is null || r.Line.Digest != reference.Line.Digest
            ? r.Line
            : r.Line with { Different = r.Offers.Keys.Union(reference.Offers.Keys, StringComparer.Ordinal).Count(s => r.Offers.GetValueOrDefault(s) != reference.Offers.GetValueOrDefault(s)) })];
        return Page();
    }

    public async Task<IActionResult> OnPostAllAsync(CampaignId id, CancellationToken cancellationToken)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == id, cancellationToken) is not { } campaign)
        {
            return NotFound();
        }

        foreach (var policy in await start.OfferedAsync(campaign, cancellationToken))
        {
            var started = await start.HandleAsync(id, policy.Name, User.PersonId(), cancellationToken);
            if (!started.TryGet(out _, out var problem))
            {
                TempData["Problem"] = speech.Of(problem);
                break;
            }
        }

        return RedirectToPage(new { id });
    }

    public sealed record FailedRun(RunId Id, int Number, string Policy, string Why);

    /// <param name="Worst">Worst rank anybody got; null: nobody got a choice.</param>
    /// <param name="Different">Students placed elsewhere than under the announced policy on the same input; null: not comparable.</param>
    public sealed record RunLine(RunId Id, int Number, string Policy, string Digest, int Placed, int Unplaced, int? Worst, IReadOnlyList<int> Profile, int? BlockingPairs, int? Different);
}
