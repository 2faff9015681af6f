using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>Where the collection stands.</summary>
/// <param name="Places">Sum over declared hosts of the lesser of their total and their offers' places.</param>
/// <param name="NotDeclared">Hosts of the campaign that have not declared.</param>
public sealed record CampaignNumbers(int Students, int Submitted, int Hosts, int Places, int NotDeclared)
{
    /// <summary>Students to whose present address the last letter was refused or given up.</summary>
    public int Unreachable { get; private init; }

    /// <summary>Placed students who have not answered; 0 unless published.</summary>
    public int Unanswered { get; private init; }

    public static async Task<CampaignNumbers> ReadAsync(PlacementDb db, Campaign campaign, CancellationToken cancellationToken)
    {
        var students = await db.Students.CountAsync(s => s.Campaign == campaign.Id && s.WithdrawnAt == null, cancellationToken);
        var submitted = await (from ranking in db.Rankings.Where(r => r.Campaign == campaign.Id && r.Versions.Any())
                               join student in db.Students.Where(s => s.WithdrawnAt == null) on ranking.Student equals student.Id
                               select ranking.Id).CountAsync(cancellationToken);
        var declarations = await db.Declarations.AsNoTracking().Where(d => d.Campaign == campaign.Id).ToListAsync(cancellationToken);
        var places = declarations.Sum(d => d.Declared is { } declared ? Math.Min(declared.Max ?? int.MaxValue, declared.Offers.Sum(offer => offer.Max)) : 0);
        var unreachable = await (from student in db.Students.Where(s => s.Campaign == campaign.Id && s.WithdrawnAt == null)
                                 join person in db.People on student.Person equals person.Id
                                 let last = db.Outbox.Where(l => l.Person == person.Id && l.To == person.Email && l.EndedAt != null && l.State != LetterState.Recalled).OrderByDescending(l => l.EndedAt).ThenBy(l => l.Id).Select(l => (LetterState?)l.State).FirstOrDefault()
                                 where last == LetterState.Refused || last == LetterState.GivenUp
                                 select student.Id).CountAsync(cancellationToken);
        var unanswered = campaign.State != CampaignState.Published ? 0 : await (
            from publication in db.Publications.Where(p => p.Campaign == campaign.Id && p.RecalledAt == null)
            join placement in db.Placements.Where(p => p.StudentAnswer == Answer.Pending) on publication.Id equals placement.Publication
            select placement.Id).CountAsync(cancellationToken);
        return new(students, submitted, declarations.Count(d => d.Declared is not null), places, declarations.Count(d => d.Declared is null)) { Unreachable = unreachable, Unanswered = unanswered };
    }

    /// <summary>What a coordinator should know before going on. What is settled by the deadline itself, such as a list that was never submitted, does not block once it has passed.</summary>
    public IReadOnlyList<ReadinessItem> Readiness(Campaign campaign, DateTimeOffset now)
    {
        var items = new List<ReadinessItem>();
        if (campaign.State is CampaignState.Declaring or CampaignState.Ranking or CampaignState.Matching)
        {
            Add(NotDeclared > 0, blocks: true, Problem.Of("readiness.not-declared", NotDeclared));
            Add(Students == 0, blocks: true, new("readiness.no-students"));
            Add(Places < Students, blocks: true, Problem.Of("readiness.places", Places, Students));
            Add(Unreachable > 0, blocks: true, Problem.Of("readiness.unreachable", Unreachable));
        }

        if (campaign.State == CampaignState.Ranking)
        {
            var over = campaign.RankingDeadline < now;
            Add(Students > 0 && Submitted == 0, blocks: true, new("readiness.nobody-submitted"));
            Add(Submitted > 0 && Submitted < Students, blocks: !over, Problem.Of("readiness.not-submitted", Students - Submitted));
        }

        if (campaign.State is CampaignState.Declaring or CampaignState.Ranking)
        {
            Add(campaign.DeadlineOf(campaign.State == CampaignState.Declaring ? DeadlineKind.Declaration : DeadlineKind.Ranking) is null, blocks: false, new("readiness.no-deadline"));
        }

        Add(Unanswered > 0, blocks: campaign.AcceptsAnswers(now), Problem.Of("readiness.unanswered", Unanswered));
        return items;

        void Add(bool open, bool blocks, Problem problem)
        {
            if (open)
            {
                items.Add(new(problem, blocks));
            }
        }
    }
}
