using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>Sets or changes a campaign's deadlines, and opens the ranking again; those concerned are told.</summary>
public sealed class ScheduleCampaign(PlacementDb db, TellDeadlines tell, TimeProvider clock)
{
    /// <param name="version">Of the campaign that the coordinator saw.</param>
    /// <returns>Problem <c>campaign.stale</c>, <c>campaign.deadline-past</c>, <c>campaign.deadlines-order</c>, <c>campaign.deadline-fixed</c>.</returns>
    public Task<Result<Done>> HandleAsync(CampaignId id, int version, Deadlines deadlines, string? reason, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Done>>(
            async token =>
            {
                var campaign = await db.Campaigns.SingleAsync(c => c.Id == id, token);
                var before = Deadlines.Of(campaign);
                if (before == deadlines)
                {
                    return default(Done); // pressed twice, or nothing changed
                }

                if (campaign.Version != version)
                {
                    return new Problem("campaign.stale");
                }

                var now = clock.GetUtcNow();
                if (deadlines.ChangedFrom(before).Any(instant => instant <= now))
                {
                    return new Problem("campaign.deadline-past");
                }

                if (!campaign.Schedule(deadlines.Declaration, deadlines.Ranking, deadlines.Answer).TryGet(out _, out var problem))
                {
                    return problem;
                }

                await tell.HandleAsync(campaign, before, now, token);
                db.Audit.Add(new(now, by, id, "campaign.scheduled", id.ToString(), $"{before} to {deadlines}", reason));
                await db.SaveChangesAsync(token);
                return default(Done);
            },
            cancellationToken);

    /// <summary>From matching back to ranking, until a new deadline; nothing may be published.</summary>
    /// <returns>Problem <c>campaign.stale</c>, <c>campaign.step</c>, <c>campaign.reopen-reason</c>, <c>campaign.deadline-past</c>, <c>campaign.deadlines-order</c>.</returns>
    public Task<Result<Done>> ReopenRankingAsync(CampaignId id, int version, DateTimeOffset until, string? reason, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Done>>(
            async token =>
            {
                var campaign = await db.Campaigns.SingleAsync(c => c.Id == id, token);
                if (campaign.Version != version)
                {
                    return new Problem("campaign.stale");
                }

                var now = clock.GetUtcNow();
                if (string.IsNullOrWhiteSpace(reason))
                {
                    return Problem.On("reason", "campaign.reopen-reason");
                }

                if (until <= now)
                {
                    return new Problem("campaign.deadline-past");
                }

                if (campaign.State != CampaignState.Matching)
                {
                    return Problem.Of("campaign.step", campaign.State, campaign.State);
                }

                var before = Deadlines.Of(campaign);
                if (!campaign.Reopen().TryGet(out _, out var problem) || !campaign.Schedule(campaign.DeclarationDeadline, until, campaign.AnswerDeadline).TryGet(out _, out problem))
                {
                    db.ChangeTracker.Clear();
                    return problem;
                }

                await tell.HandleAsync(campaign, before, now, token);
                db.Audit.Add(new(now, by, id, "campaign.reopened", id.ToString(), $"Matching to Ranking, until {until:O}", reason.Trim()));
                await db.SaveChangesAsync(token);
                return default(Done);
            },
            cancellationToken);

    /// <summary>Lets the campaign go on at its deadline although the items open now are open then. A new kind of item still makes it wait.</summary>
    /// <returns>Problem <c>readiness.accept-reason</c>, <c>campaign.stale</c>.</returns>
    public Task<Result<Done>> AcceptOpenItemsAsync(CampaignId id, int version, string? reason, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Done>>(
            async token =>
            {
                if (string.IsNullOrWhiteSpace(reason))
                {
                    return Problem.On("reason", "readiness.accept-reason");
                }

                var campaign = await db.Campaigns.SingleAsync(c => c.Id == id, token);
                if (campaign.Version != version)
                {
                    return new Problem("campaign.stale");
                }

                var now = clock.GetUtcNow();
                var open = (await CampaignNumbers.ReadAsync(db, campaign, token)).Readiness(campaign, now).Where(item => item.Blocks).Select(item => item.Problem.Code).ToList();
                campaign.AcceptItems([.. open], reason.Trim());
                db.Audit.Add(new(now, by, id, "campaign.items-accepted", id.ToString(), $"{campaign.State}: {string.Join(", ", open)}", reason.Trim()));
                await db.SaveChangesAsync(token);
                return default(Done);
            },
            cancellationToken);
}

/// <summary>A campaign's three deadlines; null: not set.</summary>
public sealed record Deadlines(DateTimeOffset? Declaration, DateTimeOffset? Ranking, DateTimeOffset? Answer)
{
    public static Deadlines Of(Campaign campaign) => new(campaign.DeclarationDeadline, campaign.RankingDeadline, campaign.AnswerDeadline);

    public DateTimeOffset? Of(DeadlineKind kind) => kind switch
    {
        DeadlineKind.Declaration => Declaration,
        DeadlineKind.Ranking => Ranking,
        _ => Answer,
    };

    /// <summary>Those that are set and were not so before.</summary>
    public IEnumerable<DateTimeOffset> ChangedFrom(Deadlines before) =>
        new[] { (Declaration, before.Declaration), (Ranking, before.Ranking), (Answer, before.Answer) }.Where(pair => pair.Item1 is not null && pair.Item1 != pair.Item2).Select(pair => pair.Item1!.Value); // not null: just asked

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"[{Declaration:yyyy-MM-dd HH:mm'Z'}, {Ranking:yyyy-MM-dd HH:mm'Z'}, {Answer:yyyy-MM-dd HH:mm'Z'}]");
}
