using Hangfire;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Seals the campaign's inputs and queues a run on them.</summary>
public sealed partial class StartRun(PlacementDb db, SealInstance seal, IBackgroundJobClient jobs, TimeProvider clock, ILogger<StartRun> logger)
{
    /// <returns>The run; or problem <c>run.state</c> unless the campaign is matching, <c>run.policy</c>, <c>run.nobody</c>, <c>run.busy</c>.</returns>
    public async Task<Result<RunId>> HandleAsync(CampaignId campaignId, string policyName, PersonId by, CancellationToken cancellationToken)
    {
        if (!PolicyName.TryParse(policyName, out var policy))
        {
            return Problem.Of("run.policy", policyName);
        }

        var queued = await db.WriteAsync(token => QueueAsync(campaignId, policy, by, token), cancellationToken);
        if (!queued.TryGet(out var run, out var problem))
        {
            return problem;
        }

        // After the commit: a crash before this line leaves a queued run, which the sweeper finds.
        jobs.Enqueue<SolveRun>(job => job.ExecuteAsync(run.Value, CancellationToken.None));
        LogStarted(run, campaignId);
        return run;
    }

    private async Task<Result<RunId>> QueueAsync(CampaignId campaignId, PolicyName policy, PersonId by, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var campaign = await db.Campaigns.SingleAsync(c => c.Id == campaignId, cancellationToken);
        if (campaign.State != CampaignState.Matching)
        {
            return Problem.Of("run.state", campaign.State);
        }

        if (await db.Runs.AnyAsync(r => r.Campaign == campaignId && (r.State == RunState.Queued || r.State == RunState.Solving), cancellationToken))
        {
            return new Problem("run.busy");
        }

        var instance = await seal.ReadAsync(campaign, cancellationToken);
        if (instance.Students.IsEmpty || instance.Offers.IsEmpty)
        {
            return new Problem("run.nobody");
        }

        var canonical = CanonicalJson.Write(instance);
        var number = 1 + (await db.Runs.Where(r => r.Campaign == campaignId).MaxAsync(r => (int?)r.Number, cancellationToken) ?? 0);
        var run = new Run(RunId.New(now), campaignId, number, policy.ToString(), canonical, CanonicalJson.DigestOf(canonical), by, now);
        db.Runs.Add(run);
        db.Audit.Add(new(now, by, campaignId, "run.started", run.Id.ToString(), $"{policy} {run.InstanceDigest}"));
        await db.SaveChangesAsync(cancellationToken);
        return run.Id;
    }

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Run {Run} of campaign {Campaign} queued.")]
    private partial void LogStarted(RunId run, CampaignId campaign);
}
