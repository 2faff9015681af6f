using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Publication;

/// <summary>Makes a verified run the campaign's outcome: publication, placements, the open page and every letter in one transaction.</summary>
public sealed partial class PublishRun(PlacementDb db, SealInstance seal, ResultLetters letters, LetterBell bell, TimeProvider clock, ILogger<PublishRun> logger)
{
    /// <param name="reason">Needed where the run's policy is not the announced one.</param>
    /// <returns>
    /// The publication; the one in force if it is of the same run already. Or problem <c>publish.not-verified</c>, <c>publish.no-lottery</c>,
    /// <c>campaign.step</c>, <c>publish.already</c>, <c>publish.input-edited</c>, <c>publish.reason</c>.
    /// </returns>
    public async Task<Result<PublicationId>> HandleAsync(RunId run, string? reason, PersonId by, CancellationToken cancellationToken)
    {
        var outcome = await db.WriteAsync(token => PublishAsync(run, by, string.IsNullOrWhiteSpace(reason) ? null : reason.Trim(), token), cancellationToken);
        if (outcome.TryGet(out var publication, out _))
        {
            bell.Ring();
            Published(logger, publication, run);
        }

        return outcome;
    }

    private async Task<Result<PublicationId>> PublishAsync(RunId runId, PersonId by, string? reason, CancellationToken cancellationToken)
    {
        var run = await db.Runs.SingleAsync(r => r.Id == runId, cancellationToken);
        var campaign = await db.Campaigns.SingleAsync(c => c.Id == run.Campaign, cancellationToken);
        if (await db.Publications.SingleOrDefaultAsync(p => p.Campaign == campaign.Id && p.RecalledAt == null, cancellationToken) is { } inForce)
        {
            // Pressed twice is published once; another run's result does not take its place.
            return inForce.Run == runId ? inForce.Id : new Problem("publish.already");
        }

        if (run.ResultJson is not { } json || Read(run, json) is not { } result)
        {
            return new Problem("publish.not-verified");
        }

        if (!result.Lottery)
        {
            return new Problem("publish.no-lottery");
        }

        var keep = PolicyName.TryParse(run.Policy, out var policy) && policy.KeepPublished;
        if (CanonicalJson.Digest(await seal.ReadAsync(campaign, keep, cancellationToken)) != run.InstanceDigest)
        {
            return new Problem("publish.input-edited");
        }

        if (run.Policy != campaign.Policy && reason is null)
        {
            return Problem.On("reason", "publish.reason", campaign.Policy, run.Policy);
        }

        var now = clock.GetUtcNow();
        var publication = new Domain.Placements.Publication(PublicationId.New(now), campaign.Id, runId, by, now, now + campaign.LetterHold, reason);
        if (!campaign.MoveTo(CampaignState.Published).TryGet(out _, out var problem))
        {
            return problem;
        }

        db.Publications.Add(publication);
        var placements = await PlaceAsync(campaign, publication.Id, result, now, cancellationToken);
        db.Placements.AddRange(placements);
        var written = await letters.WriteAsync(campaign, publication, run, placements, now, cancellationToken);
        db.Outbox.AddRange(written);
        db.Audit.Add(new AuditEntry(now, by, campaign.Id, "run.published", publication.Id.ToString(), $"run {runId}, policy {run.Policy}, placed {placements.Count}, letters {written.Count}", reason));
        await db.SaveChangesAsync(cancellationToken);
        return publication.Id;
    }

    // Checked again, for a row can be changed between two weeks.
    private static MatchingResult? Read(Run run, byte[] json) =>
        run.State == RunState.Verified
        && ResultJson.TryRead(json, out var result, out _)
        && InstanceReader.TryRead(run.InstanceJson, out var instance, out _)
        && CanonicalJson.Digest(instance) == run.InstanceDigest
        && ResultVerifier.Check(instance, result).Findings.IsEmpty
            ? result
            : null;

    private async Task<List<Domain.Placements.Placement>> PlaceAsync(Campaign campaign, PublicationId publication, MatchingResult result, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var students = await db.Students.Where(s => s.Campaign == campaign.Id).ToDictionaryAsync(s => s.Code, s => s.Id, cancellationToken);
        var offers = await db.Offers.Where(o => o.Campaign == campaign.Id).ToDictionaryAsync(o => o.Code, o => o.Id, cancellationToken);
        return [.. result.Assignments.Select(a => new Domain.Placements.Placement(PlacementId.New(now), publication, campaign.Id, students[a.Student], offers[a.Offer], a.Rank))];
    }

    [LoggerMessage(EventId = 3030, Level = LogLevel.Information, Message = "Publication {Publication} of run {Run}")]
    private static partial void Published(ILogger logger, PublicationId publication, RunId run);
}
