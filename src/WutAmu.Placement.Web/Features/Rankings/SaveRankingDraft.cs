using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence.Plain;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>Keeps a student's list, notes and motivation as a draft; what was submitted stays in force.</summary>
public sealed class SaveRankingDraft(PlainDb db, TimeProvider clock)
{
    /// <param name="motivation">Read by heads who rank applicants; null, or in a campaign where heads do not rank: as it was.</param>
    /// <returns>The list's version and when its draft was saved; or a problem of <see cref="OwnRanking.Find"/>, of <see cref="Ranking.SaveDraft"/>, or <c>ranking.motivation-too-long</c>.</returns>
    public Task<Result<SavedDraft>> HandleAsync(
        CampaignId campaign, PersonId by, RankedChoices choices, IReadOnlyDictionary<OfferId, string> notes, string? motivation, RankingRequest request, CancellationToken cancellationToken) =>
        db.WriteAsync<Result<SavedDraft>>(
            rows =>
            {
                if (motivation?.Length > Student.MaxMotivationLength)
                {
                    return Problem.Of("ranking.motivation-too-long", Student.MaxMotivationLength);
                }

                var now = clock.GetUtcNow();
                if (!OwnRanking.Find(rows, campaign, by, choices, now).TryGet(out var own, out var problem))
                {
                    return problem;
                }

                var written = motivation is not null && own.Campaign.AsksHostsToRank ? motivation.ReplaceLineEndings("\n").Trim() : null;
                if (written == (own.Student.Motivation ?? ""))
                {
                    written = null;
                }

                var before = own.Ranking.Version;
                if (!own.Ranking.SaveDraft(choices, notes, request, own.Campaign, own.Listable, now, written).TryGet(out var version, out problem))
                {
                    return problem;
                }

                if (written is not null)
                {
                    own.Student.Motivate(written);
                    rows.Update(own.Student);
                }

                if (own.IsNew)
                {
                    rows.Insert(own.Ranking);
                }
                else if (own.Ranking.Version != before)
                {
                    rows.Update(own.Ranking);
                }

                return new SavedDraft(version, own.Ranking.DraftSavedAt ?? now);
            },
            cancellationToken);
}

public sealed record SavedDraft(int Version, DateTimeOffset At);
