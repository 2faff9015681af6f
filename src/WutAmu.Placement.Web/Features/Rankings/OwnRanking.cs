using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>Somebody's own list in a campaign and what it is judged by, loaded to be changed. Nobody can load another's.</summary>
/// <param name="Listable">Of the offers asked for, those that admit the student and are not withdrawn; empty where the list names them all already.</param>
public sealed record OwnRanking(Campaign Campaign, Student Student, Ranking Ranking, IReadOnlySet<OfferId> Listable)
{
    // Compiled: a save comes with every move of every student, and the translation would cost more than the query.
    private static readonly Func<PlacementDb, CampaignId, PersonId, CancellationToken, Task<Part?>> PartOf = EF.CompileAsyncQuery(
        (PlacementDb db, CampaignId campaignId, PersonId person, CancellationToken _) => (
            from student in db.Students.Where(s => s.Campaign == campaignId && s.Person == person)
            join campaign in db.Campaigns on student.Campaign equals campaign.Id
            join one in db.Rankings on new { student.Campaign, Student = student.Id } equals new { one.Campaign, one.Student } into rankings
            from ranking in rankings.DefaultIfEmpty()
            select new Part(campaign, student, ranking)).SingleOrDefault());

    private static readonly Func<PlacementDb, CampaignId, IAsyncEnumerable<Admission>> AdmissionsOf = EF.CompileAsyncQuery(
        (PlacementDb db, CampaignId campaignId) =>
            db.Offers.Where(o => o.Campaign == campaignId && !o.Withdrawn).Select(o => new Admission(o.Id, o.Programmes)));

    /// <param name="offers">That are to be in the list; asked for in the database only where they are new to it, for most saves move what is there.</param>
    /// <returns>Problem <c>ranking.not-student</c>, or <c>ranking.left</c> for a student who left the campaign.</returns>
    public static async Task<Result<OwnRanking>> LoadAsync(PlacementDb db, CampaignId campaignId, PersonId person, IEnumerable<OfferId> offers, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (await PartOf(db, campaignId, person, cancellationToken) is not { } part)
        {
            return new Problem("ranking.not-student");
        }

        var (campaign, student, ranking) = part;
        if (student.WithdrawnAt is not null)
        {
            return new Problem("ranking.left");
        }

        if (ranking is null)
        {
            ranking = new(RankingId.New(now), campaignId, student.Id);
            db.Rankings.Add(ranking);
        }

        var listable = new HashSet<OfferId>();
        if (!offers.All(ranking.Names))
        {
            await foreach (var offer in AdmissionsOf(db, campaignId).WithCancellation(cancellationToken))
            {
                if (Offer.Admits(offer.Programmes, student.Programme))
                {
                    listable.Add(offer.Offer);
                }
            }
        }

        return new OwnRanking(campaign, student, ranking, listable);
    }

    private sealed record Part(Campaign Campaign, Student Student, Ranking? Ranking);

    private sealed record Admission(OfferId Offer, ImmutableArray<string>? Programmes);
}
