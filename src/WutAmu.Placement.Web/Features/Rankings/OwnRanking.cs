using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>Somebody's own list in a campaign and what it is judged by, loaded to be changed. Nobody can load another's.</summary>
/// <param name="Listable">Offers that admit the student and are not withdrawn.</param>
public sealed record OwnRanking(Campaign Campaign, Student Student, Ranking Ranking, IReadOnlySet<OfferId> Listable)
{
    /// <returns>Problem <c>ranking.not-student</c>, or <c>ranking.left</c> for a student who left the campaign.</returns>
    public static async Task<Result<OwnRanking>> LoadAsync(PlacementDb db, CampaignId campaignId, PersonId person, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var campaign = await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == campaignId, cancellationToken);
        var student = await db.Students.SingleOrDefaultAsync(s => s.Campaign == campaignId && s.Person == person, cancellationToken);
        if (campaign is null || student is null)
        {
            return new Problem("ranking.not-student");
        }

        if (student.WithdrawnAt is not null)
        {
            return new Problem("ranking.left");
        }

        if (await db.Rankings.SingleOrDefaultAsync(r => r.Campaign == campaignId && r.Student == student.Id, cancellationToken) is not { } ranking)
        {
            ranking = new(RankingId.New(now), campaignId, student.Id);
            db.Rankings.Add(ranking);
        }

        var offers = await db.Offers.AsNoTracking().Where(o => o.Campaign == campaignId && !o.Withdrawn).ToListAsync(cancellationToken);
        return new OwnRanking(campaign, student, ranking, offers.Where(o => o.Admits(student.Programme)).Select(o => o.Id).ToHashSet());
    }
}
