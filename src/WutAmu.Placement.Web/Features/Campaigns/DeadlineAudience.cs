using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>Whom a deadline concerns: heads whose hosts have not declared, students who may rank, placed students.</summary>
public sealed class DeadlineAudience(PlacementDb db)
{
    /// <summary>False as long as nobody has been told of the deadline, or it does not matter any more.</summary>
    public static bool Hears(Campaign campaign, DeadlineKind kind) => kind switch
    {
        DeadlineKind.Declaration => campaign.State == CampaignState.Declaring || (campaign.State == CampaignState.Ranking && campaign.DeclaringOverlapsRanking),
        DeadlineKind.Ranking => campaign.State == CampaignState.Ranking,
        _ => campaign.State == CampaignState.Published,
    };

    /// <summary>Each person once, by id.</summary>
    public async Task<IReadOnlyList<Person>> OfAsync(CampaignId campaign, DeadlineKind kind, CancellationToken cancellationToken)
    {
        var people = kind switch
        {
            DeadlineKind.Declaration =>
                from declared in db.Declarations.Where(d => d.Campaign == campaign && d.Declared == null)
                join host in db.Hosts on declared.Host equals host.Id
                select host.Head,
            DeadlineKind.Ranking =>
                from student in db.Students.Where(s => s.Campaign == campaign && s.WithdrawnAt == null)
                select student.Person,
            _ =>
                from publication in db.Publications.Where(p => p.Campaign == campaign && p.RecalledAt == null)
                join placement in db.Placements on publication.Id equals placement.Publication
                join student in db.Students.Where(s => s.WithdrawnAt == null) on placement.Student equals student.Id
                select student.Person,
        };
        return await db.People.AsNoTracking().Where(p => p.ErasedAt == null && people.Contains(p.Id)).OrderBy(p => p.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Heads who have declared and to whom a letter brought the deadline for their calendar: when it is called off, it is so for them too. By id.</summary>
    public async Task<IReadOnlyList<Person>> HoldersAsync(CampaignId campaign, CancellationToken cancellationToken)
    {
        var mark = DeadlineCalendar.MarkOf(campaign, DeadlineKind.Declaration);
        LetterState[] lost = [LetterState.Recalled, LetterState.Expired, LetterState.Refused];
        var written = db.Outbox.Where(l => l.Campaign == campaign && !lost.Contains(l.State) && l.Calendar != null && l.Calendar.Contains(mark)).Select(l => l.Person);
        var heads =
            from declared in db.Declarations.Where(d => d.Campaign == campaign && d.Declared != null)
            join host in db.Hosts on declared.Host equals host.Id
            where written.Contains(host.Head)
            select host.Head;
        return await db.People.AsNoTracking().Where(p => p.ErasedAt == null && heads.Contains(p.Id)).OrderBy(p => p.Id).ToListAsync(cancellationToken);
    }

    /// <summary>Names of the hosts that somebody heads and that have not declared, by code.</summary>
    public Task<List<string>> UndeclaredAsync(CampaignId campaign, PersonId head, CancellationToken cancellationToken) => (
        from declared in db.Declarations.Where(d => d.Campaign == campaign && d.Declared == null)
        join host in db.Hosts.Where(h => h.Head == head) on declared.Host equals host.Id
        orderby host.Code, host.Id
        select host.Name).ToListAsync(cancellationToken);
}
