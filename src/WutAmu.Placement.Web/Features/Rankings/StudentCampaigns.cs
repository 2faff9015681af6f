using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>On the home page of a student: what is open, until when, and what to do next. Nothing for others.</summary>
public sealed class StudentCampaigns(PlacementDb db, TimeProvider clock) : ViewComponent
{
    public async Task<IViewComponentResult> InvokeAsync()
    {
        var parts = User.Identity?.IsAuthenticated == true ? await ReadAsync(UserClaimsPrincipal.PersonId(), HttpContext.RequestAborted) : [];
        return parts.Count == 0 ? Content("") : View("/Features/Rankings/_StudentCampaigns.cshtml", parts);
    }

    private async Task<IReadOnlyList<StudentCampaign>> ReadAsync(PersonId person, CancellationToken cancellationToken)
    {
        var rows = await (
            from student in db.Students.AsNoTracking().Where(s => s.Person == person)
            join campaign in db.Campaigns.AsNoTracking() on student.Campaign equals campaign.Id
            orderby campaign.AcademicYear descending, campaign.Id
            select new { Student = student, Campaign = campaign }).ToListAsync(cancellationToken);
        var now = clock.GetUtcNow();
        var parts = new List<StudentCampaign>();
        foreach (var row in rows)
        {
            var ranking = await db.Rankings.AsNoTracking().SingleOrDefaultAsync(r => r.Campaign == row.Campaign.Id && r.Student == row.Student.Id, cancellationToken);
            var published = await db.Publications.AsNoTracking().AnyAsync(p => p.Campaign == row.Campaign.Id && p.RecalledAt == null, cancellationToken);
            var place = await (
                from placement in db.Placements.AsNoTracking().Where(p => p.Campaign == row.Campaign.Id && p.Student == row.Student.Id)
                join publication in db.Publications.Where(p => p.RecalledAt == null) on placement.Publication equals publication.Id
                join offer in db.Offers on placement.Offer equals offer.Id
                join host in db.Hosts on offer.Host equals host.Id
                select new PublishedPlace(offer.Title, host.Name, placement.Rank, placement.StudentAnswer)).SingleOrDefaultAsync(cancellationToken);
            parts.Add(new(row.Campaign, row.Student, ranking, published, place, now));
        }

        return parts;
    }
}

/// <param name="Place">Null: none, or nothing is published.</param>
public sealed record StudentCampaign(Campaign Campaign, Student Student, Ranking? Ranking, bool IsPublished, PublishedPlace? Place, DateTimeOffset Now)
{
    public bool MayRank => Student.WithdrawnAt is null && Campaign.AcceptsRankings(Now);

    public bool MustAnswer => Place?.Answer == Answer.Pending && Campaign.AcceptsAnswers(Now);

    /// <summary>What the student must act on before; null: nothing, or no such deadline.</summary>
    public DateTimeOffset? Deadline => MayRank ? Campaign.RankingDeadline : MustAnswer ? Campaign.AnswerDeadline : null;
}

/// <param name="Rank">From 1; null: not a choice of the student.</param>
public sealed record PublishedPlace(LocalizedText Title, string Host, int? Rank, Answer Answer);
