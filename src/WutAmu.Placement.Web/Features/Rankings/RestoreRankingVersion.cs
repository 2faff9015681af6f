using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>Makes an earlier submitted list the draft again. The draft it replaces can be taken back; what is in force stays so.</summary>
public sealed class RestoreRankingVersion(PlacementDb db, TimeProvider clock)
{
    /// <returns>Problem <c>ranking.no-version</c>, one of <see cref="OwnRanking.LoadAsync"/> or of <see cref="Ranking.SaveDraft"/>.</returns>
    public Task<Result<Done>> HandleAsync(CampaignId campaign, PersonId by, int number, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<Done>>(
            async token =>
            {
                var now = clock.GetUtcNow();
                if (!(await OwnRanking.LoadAsync(db, campaign, by, [], now, token)).TryGet(out var own, out var problem))
                {
                    return problem;
                }

                var ranking = own.Ranking;
                if (ranking.Versions.SingleOrDefault(v => v.Number == number) is not { } version)
                {
                    return new Problem("ranking.no-version");
                }

                if (!ranking.SaveDraft(version.Choices, new Dictionary<OfferId, string>(), new(Guid.CreateVersion7(now), ranking.Version), own.Campaign, own.Listable, now).TryGet(out _, out problem))
                {
                    return problem;
                }

                db.Audit.Add(new(now, by, campaign, "ranking.restored", ranking.Id.ToString(), $"version {number} is the draft again"));
                await db.SaveChangesAsync(token);
                return default(Done);
            },
            cancellationToken);
}
