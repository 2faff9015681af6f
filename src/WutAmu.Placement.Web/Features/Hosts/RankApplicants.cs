using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>Keeps a head's order of applicants as a draft, or makes it what the next run reads.</summary>
public sealed class RankApplicants(PlacementDb db, TimeProvider clock)
{
    /// <returns>What is kept now; or problem <c>applicants.not-head</c> or one of <see cref="HostRanking.Submit"/>.</returns>
    public Task<Result<KeptOrder>> HandleAsync(CampaignId campaignId, HostId hostId, RankedApplicants list, bool submit, int version, PersonId by, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<KeptOrder>>(
            async token =>
            {
                var campaign = await db.Campaigns.AsNoTracking().SingleAsync(c => c.Id == campaignId, token);
                var host = await db.Hosts.AsNoTracking().SingleAsync(h => h.Id == hostId, token);
                if (host.Head != by)
                {
                    // A preference cannot be held for somebody else: unlike a capacity it is not a fact that can be told by phone.
                    return new Problem("applicants.not-head");
                }

                var applicants = (await Applicant.ReadAsync(db, campaignId, hostId, token)).Select(a => a.Student).ToHashSet();
                var now = clock.GetUtcNow();
                if (await db.HostRankings.SingleOrDefaultAsync(r => r.Campaign == campaignId && r.Host == hostId, token) is not { } ranking)
                {
                    ranking = new(HostRankingId.New(now), campaignId, hostId);
                    db.HostRankings.Add(ranking);
                }

                var number = 0;
                Problem? problem;
                if (submit)
                {
                    if (ranking.Submit(list, applicants, version, campaign, by, now).TryGet(out var submitted, out problem))
                    {
                        number = submitted.Number;
                        db.Audit.Add(new(now, by, campaignId, "applicants.ranked", ranking.Id.ToString(), $"host {hostId}, version {number}, {list.Groups.Sum(g => g.Length)} ranked, {list.Vetoed.Length} vetoed"));
                    }
                }
                else
                {
                    ranking.SaveDraft(list, applicants, version, campaign).TryGet(out _, out problem);
                }

                if (problem is not null)
                {
                    return problem;
                }

                await db.SaveChangesAsync(token);
                return new KeptOrder(ranking.Version, number);
            },
            cancellationToken);
}

/// <param name="Version">For the next save.</param>
/// <param name="Submitted">Number of the version submitted; 0: a draft.</param>
public sealed record KeptOrder(int Version, int Submitted);
