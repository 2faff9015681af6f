using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Plain;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>Somebody's own list in a campaign and what it is judged by, loaded to be changed. Nobody can load another's.</summary>
/// <param name="Listable">Of the offers asked for, those that admit the student and are not withdrawn; empty where the list names them all already.</param>
/// <param name="IsNew">True: the list is not in the database yet.</param>
public sealed record OwnRanking(Campaign Campaign, Student Student, Ranking Ranking, IReadOnlySet<OfferId> Listable, bool IsNew)
{
    // Compiled: the translation would cost more than the query.
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

    /// <summary>For a save, which comes with every move of every student.</summary>
    /// <returns>As <see cref="LoadAsync"/>.</returns>
    public static Result<OwnRanking> Find(PlainRows rows, CampaignId campaignId, PersonId person, RankedChoices choices, DateTimeOffset now)
    {
        if (rows.Find<Student>(nameof(Student.Campaign), campaignId, nameof(Student.Person), person) is not { } student || rows.Find<Campaign>(nameof(Campaign.Id), campaignId) is not { } campaign)
        {
            return new Problem("ranking.not-student");
        }

        if (student.WithdrawnAt is not null)
        {
            return new Problem("ranking.left");
        }

        var kept = rows.Find<Ranking>(nameof(Ranking.Campaign), campaignId, nameof(Ranking.Student), student.Id);
        var ranking = kept ?? new(RankingId.New(now), campaignId, student.Id);
        var listable = new HashSet<OfferId>();
        // A list that is too long is refused whatever it names: nobody looks up a thousand offers.
        if (choices.Count <= campaign.ChoiceLimit)
        {
            foreach (var offer in choices.Offers.Where(offer => !ranking.Names(offer)))
            {
                if (rows.Find<Offer>(nameof(Offer.Id), offer) is { Withdrawn: false } found && found.Campaign == campaignId && found.Admits(student.Programme))
                {
                    listable.Add(offer);
                }
            }
        }

        return new OwnRanking(campaign, student, ranking, listable, IsNew: kept is null);
    }

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

        var isNew = ranking is null;
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

        return new OwnRanking(campaign, student, ranking, listable, isNew);
    }

    private sealed record Part(Campaign Campaign, Student Student, Ranking? Ranking);

    private sealed record Admission(OfferId Offer, ImmutableArray<string>? Programmes);
}
