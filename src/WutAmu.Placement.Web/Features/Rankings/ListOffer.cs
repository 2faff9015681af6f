using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>Puts an offer at the end of one's draft, or takes it out, from wherever it is read.</summary>
public sealed class ListOffer(PlacementDb db, TimeProvider clock)
{
    /// <param name="listed">False: takes it out.</param>
    /// <returns>How many offers the draft names; or a problem of <see cref="OwnRanking.LoadAsync"/> or <see cref="Ranking.SaveDraft"/>.</returns>
    public Task<Result<int>> HandleAsync(CampaignId campaign, PersonId by, OfferId offer, bool listed, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<int>>(
            async token =>
            {
                var now = clock.GetUtcNow();
                if (!(await OwnRanking.LoadAsync(db, campaign, by, [offer], now, token)).TryGet(out var own, out var problem))
                {
                    return problem;
                }

                var ranking = own.Ranking;
                var choices = listed ? ranking.Draft.Add(offer) : ranking.Draft.Remove(offer);
                if (!ranking.SaveDraft(choices, new Dictionary<OfferId, string>(), new(Guid.CreateVersion7(now), ranking.Version), own.Campaign, own.Listable, now).TryGet(out _, out problem))
                {
                    return problem;
                }

                await db.SaveChangesAsync(token);
                return ranking.Draft.Count;
            },
            cancellationToken);
}
