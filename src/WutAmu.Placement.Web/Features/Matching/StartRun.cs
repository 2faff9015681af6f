using System.Collections.Immutable;
using Hangfire;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Seals the campaign's input and queues a run of a policy on it.</summary>
public sealed partial class StartRun(PlacementDb db, SealInstance seal, IBackgroundJobClient jobs, TimeProvider clock, ILogger<StartRun> logger)
{
    /// <summary>Policies a coordinator may choose for the campaign's input as it is: all, but the stable ones where something opens only with a minimum, for then a stable matching need not exist.</summary>
    public async Task<ImmutableArray<PolicyDescription>> OfferedAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        var instance = await seal.ReadAsync(campaign, keepPublished: false, cancellationToken);
        return [.. PolicyName.Catalogue.Where(policy => !new PolicyName(policy.Name, KeepPublished: false).IsStable || !OpensOnlyWithMinimum(instance))];
    }

    /// <returns>
    /// The run; the one already going if the same policy on the same input is not finished (a button pressed twice).
    /// Or problem <c>run.policy</c>, <c>run.policy-if-open</c>, <c>run.state</c> unless the campaign is matching, <c>run.nobody</c>.
    /// </returns>
    public async Task<Result<RunId>> HandleAsync(CampaignId campaignId, string policyName, PersonId by, CancellationToken cancellationToken)
    {
        if (!PolicyName.TryParse(policyName, out var policy))
        {
            return Problem.On("policy", "run.policy", policyName);
        }

        var outcome = await db.WriteAsync(token => QueueAsync(campaignId, policy, by, token), cancellationToken);
        if (outcome.TryGet(out var run, out _))
        {
            // After the commit: a worker must never look for a row that is not there. If the process dies in between, the sweeper queues it.
            try
            {
                jobs.Enqueue<SolveRun>(job => job.ExecuteAsync(run.Value, CancellationToken.None));
                Queued(logger, run, policyName);
            }
            catch (BackgroundJobClientException e)
            {
                // The run is stored and will be solved: the sweeper queues what has no job. To say otherwise would be wrong.
                NotQueued(logger, run, e.GetBaseException().Message);
            }
        }

        return outcome;
    }

    private async Task<Result<RunId>> QueueAsync(CampaignId campaignId, PolicyName policy, PersonId by, CancellationToken cancellationToken)
    {
        var campaign = await db.Campaigns.SingleAsync(c => c.Id == campaignId, cancellationToken);
        if (campaign.State != CampaignState.Matching)
        {
            return Problem.Of("run.state", campaign.State);
        }

        var instance = await seal.ReadAsync(campaign, policy.KeepPublished, cancellationToken);
        if (instance.Students.IsEmpty || instance.Offers.IsEmpty)
        {
            return new Problem("run.nobody");
        }

        if (policy.IsStable && OpensOnlyWithMinimum(instance))
        {
            return Problem.On("policy", "run.policy-if-open", policy.Name);
        }

        var canonical = CanonicalJson.Write(instance);
        var digest = CanonicalJson.DigestOf(canonical);

        var name = policy.ToString();
        var going = await db.Runs.AsNoTracking()
            .Where(r => r.Campaign == campaignId && r.Policy == name && r.InstanceDigest == digest && (r.State == RunState.Queued || r.State == RunState.Solving))
            .OrderBy(r => r.Number)
            .Select(r => (RunId?)r.Id)
            .FirstOrDefaultAsync(cancellationToken);
        if (going is { } already)
        {
            return already;
        }

        var now = clock.GetUtcNow();
        var number = 1 + (await db.Runs.Where(r => r.Campaign == campaignId).MaxAsync(r => (int?)r.Number, cancellationToken) ?? 0);
        var run = new Run(RunId.New(now), campaignId, number, name, canonical, digest, by, now);
        db.Runs.Add(run);
        db.Audit.Add(new AuditEntry(now, by, campaignId, "run.started", run.Id.ToString(), $"number {number}, policy {name}, input {digest}"));
        await db.SaveChangesAsync(cancellationToken);
        return run.Id;
    }

    private static bool OpensOnlyWithMinimum(Instance instance) =>
        instance.Hosts.Any(host => host is { Opening: Opening.IfOpen, Min: > 1 }) || instance.Offers.Any(offer => offer is { Opening: Opening.IfOpen, Min: > 1 });

    [LoggerMessage(EventId = 3002, Level = LogLevel.Warning, Message = "Run {Run} is stored, but its job could not be; the sweeper will queue it. {Words}")]
    private static partial void NotQueued(ILogger logger, RunId run, string words);

    [LoggerMessage(EventId = 3001, Level = LogLevel.Information, Message = "Run {Run} queued under {Policy}")]
    private static partial void Queued(ILogger logger, RunId run, string policy);
}
