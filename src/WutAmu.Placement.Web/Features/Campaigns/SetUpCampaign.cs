using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>Creates a campaign, and changes its rules until students rank.</summary>
public sealed class SetUpCampaign(PlacementDb db, TimeProvider clock)
{
    /// <param name="academicYear">As typed: 2026-2027, also with a slash or a dash.</param>
    /// <returns>The new campaign; or problem <c>campaign.year</c>, <c>campaign.exists</c>, or one of <see cref="CampaignRules.Problem"/>.</returns>
    public async Task<Result<CampaignId>> CreateAsync(Track track, string? academicYear, CampaignRules rules, PersonId by, CancellationToken cancellationToken)
    {
        var year = (academicYear ?? "").Trim().Replace('/', '-').Replace('–', '-');
        if (year.Split('-') is not [{ Length: 4 } first, { Length: 4 } second]
            || !int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var from)
            || !int.TryParse(second, NumberStyles.None, CultureInfo.InvariantCulture, out var until)
            || until != from + 1)
        {
            return Problem.On("Year", "campaign.year");
        }

        return rules.Problem() is { } wrong ? wrong : await db.WriteAsync<Result<CampaignId>>(
            async token =>
            {
                if (await db.Campaigns.AnyAsync(c => c.Track == track && c.AcademicYear == year, token))
                {
                    return Problem.On("Year", "campaign.exists", track, year);
                }

                var now = clock.GetUtcNow();
                var campaign = new Campaign(CampaignId.New(now), track, year, rules.Policy, rules.LotterySeed);
                if (!Set(campaign, rules).TryGet(out _, out var problem))
                {
                    return problem;
                }

                db.Campaigns.Add(campaign);
                db.Audit.Add(new(now, by, campaign.Id, "campaign.created", campaign.Id.ToString(), $"{track} {year}: {Say(rules)}"));
                await db.SaveChangesAsync(token);
                return campaign.Id;
            },
            cancellationToken);
    }

    /// <param name="version">Of the campaign that the coordinator saw.</param>
    /// <returns>Problem <c>campaign.stale</c>, <c>campaign.rules-fixed</c>, <c>campaign.deadlines-order</c>, or one of <see cref="CampaignRules.Problem"/>.</returns>
    public async Task<Result<Done>> ChangeRulesAsync(CampaignId id, int version, CampaignRules rules, PersonId by, CancellationToken cancellationToken) =>
        rules.Problem() is { } wrong ? wrong : await db.WriteAsync<Result<Done>>(
            async token =>
            {
                var campaign = await db.Campaigns.SingleAsync(c => c.Id == id, token);
                var before = CampaignRules.Of(campaign);
                if (before == rules)
                {
                    return default(Done); // pressed twice, or nothing changed
                }

                if (campaign.Version != version)
                {
                    return new Problem("campaign.stale");
                }

                // The order that the deadlines must have depends on the overlap.
                if (!Set(campaign, rules).TryGet(out _, out var problem)
                    || !campaign.Schedule(campaign.DeclarationDeadline, campaign.RankingDeadline, campaign.AnswerDeadline).TryGet(out _, out problem))
                {
                    db.ChangeTracker.Clear();
                    return problem;
                }

                db.Audit.Add(new(clock.GetUtcNow(), by, id, "campaign.rules", id.ToString(), $"{Say(before)} to {Say(rules)}"));
                await db.SaveChangesAsync(token);
                return default(Done);
            },
            cancellationToken);

    /// <summary>Sets how long letters are held; in any step, for it is announced to nobody.</summary>
    /// <param name="version">Of the campaign that the coordinator saw.</param>
    /// <returns>Problem <c>campaign.stale</c> or <c>rules.hold</c>.</returns>
    public Task<Result<Done>> HoldLettersAsync(CampaignId id, int version, TimeSpan hold, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Done>>(
            async token =>
            {
                var campaign = await db.Campaigns.SingleAsync(c => c.Id == id, token);
                var before = campaign.LetterHold;
                if (before == hold)
                {
                    return default(Done); // pressed twice, or nothing changed
                }

                if (campaign.Version != version)
                {
                    return new Problem("campaign.stale");
                }

                if (!campaign.HoldLettersFor(hold).TryGet(out _, out var problem))
                {
                    return problem;
                }

                db.Audit.Add(new(clock.GetUtcNow(), by, id, "campaign.hold", id.ToString(), string.Create(CultureInfo.InvariantCulture, $"{before.TotalMinutes} to {hold.TotalMinutes} minutes")));
                await db.SaveChangesAsync(token);
                return default(Done);
            },
            cancellationToken);

    private static Result<Done> Set(Campaign campaign, CampaignRules rules) =>
        campaign.SetRules(rules.Policy, rules.LotterySeed.Trim(), rules.StudentLimit, rules.ChoiceLimit, rules.TiesAllowed, rules.Overlap, rules.HostsRank);

    private static string Say(CampaignRules rules) => string.Create(
        CultureInfo.InvariantCulture,
        $"[{rules.Policy}, seed {rules.LotterySeed}, {rules.StudentLimit} students, {rules.ChoiceLimit} choices{(rules.TiesAllowed ? ", ties" : "")}{(rules.Overlap ? ", overlap" : "")}{(rules.HostsRank ? ", hosts rank" : "")}]");
}
