using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>How much of what is kept about somebody, for people to read; the whole is in the file.</summary>
public sealed record HeldData(
    Person Person,
    IReadOnlyList<HeldData.Part> Parts,
    IReadOnlyList<HeldData.Headed> Hosts,
    int Letters,
    int LettersWaiting,
    int Sessions,
    int Accounts,
    int Acts)
{
    /// <summary>True if a sealed run holds the student's number and list.</summary>
    public bool IsSealed => Parts.Any(part => part.Runs > 0);

    /// <returns>Null: there is no such person.</returns>
    public static async Task<HeldData?> ReadAsync(PlacementDb db, PersonId id, CancellationToken cancellationToken)
    {
        if (await db.People.AsNoTracking().SingleOrDefaultAsync(p => p.Id == id, cancellationToken) is not { } person)
        {
            return null;
        }

        var parts = new List<Part>();
        var students = await (
            from student in db.Students.AsNoTracking().Where(s => s.Person == id)
            join campaign in db.Campaigns.AsNoTracking() on student.Campaign equals campaign.Id
            orderby campaign.AcademicYear, campaign.Id
            select new { Student = student, Campaign = campaign }).ToListAsync(cancellationToken);
        foreach (var one in students)
        {
            var ranking = await db.Rankings.AsNoTracking().SingleOrDefaultAsync(r => r.Campaign == one.Campaign.Id && r.Student == one.Student.Id, cancellationToken);
            parts.Add(new(
                one.Campaign.Id,
                one.Campaign.Track,
                one.Campaign.AcademicYear,
                one.Student.Code,
                one.Student.Programme,
                one.Student.WithdrawnAt,
                ranking?.Versions.Count ?? 0,
                ranking?.Notes.Count ?? 0,
                one.Student.Motivation is not null,
                await db.Placements.CountAsync(p => p.Student == one.Student.Id && db.Publications.Any(publication => publication.Id == p.Publication && publication.RecalledAt == null), cancellationToken),
                await db.Runs.CountAsync(r => r.Campaign == one.Campaign.Id, cancellationToken)));
        }

        return new(
            person,
            parts,
            await db.Hosts.AsNoTracking().Where(h => h.Head == id).OrderBy(h => h.Code).ThenBy(h => h.Id).Select(h => new Headed(h.Code, h.Name)).ToListAsync(cancellationToken),
            await db.Outbox.CountAsync(l => l.Person == id && l.State != LetterState.Queued, cancellationToken),
            await db.Outbox.CountAsync(l => l.Person == id && l.State == LetterState.Queued, cancellationToken),
            await db.Sessions.CountAsync(s => s.Person == id, cancellationToken),
            await db.ExternalAccounts.CountAsync(a => a.Person == id, cancellationToken),
            await db.Audit.CountAsync(a => a.By == id, cancellationToken));
    }

    /// <param name="Placements">Published and not recalled.</param>
    /// <param name="Runs">Of the campaign; each keeps its sealed input.</param>
    public sealed record Part(
        CampaignId Campaign, Track Track, string Year, string Code, string Programme, DateTimeOffset? WithdrawnAt, int Versions, int Notes, bool HasMotivation, int Placements, int Runs);

    public sealed record Headed(string Code, string Name);
}
