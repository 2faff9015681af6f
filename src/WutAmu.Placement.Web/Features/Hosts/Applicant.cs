using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>All that a head reads about somebody who applied: name, programme, motivation. Neither rank nor score nor what else they chose.</summary>
public sealed record Applicant(StudentId Student, string Name, string? LatinName, LocalizedText Programme, string? Motivation)
{
    /// <summary>Those whose list in force names an offer of the host, by name.</summary>
    public static async Task<IReadOnlyList<Applicant>> ReadAsync(PlacementDb db, CampaignId campaign, HostId host, CancellationToken cancellationToken)
    {
        var offers = (await db.Offers.AsNoTracking().Where(o => o.Campaign == campaign && o.Host == host && !o.Withdrawn).Select(o => o.Id).ToListAsync(cancellationToken)).ToHashSet();
        var applied = (await db.Rankings.AsNoTracking().Where(r => r.Campaign == campaign).ToListAsync(cancellationToken))
            .Where(ranking => ranking.Submitted?.Choices.Offers.Any(offers.Contains) == true)
            .Select(ranking => ranking.Student)
            .ToHashSet();
        var rows = await (
            from student in db.Students.AsNoTracking().Where(s => s.Campaign == campaign && s.WithdrawnAt == null)
            join person in db.People on student.Person equals person.Id
            join programme in db.Programmes on student.Programme equals programme.Code
            select new Applicant(student.Id, person.Name, person.LatinName, programme.Name, student.Motivation)).ToListAsync(cancellationToken);
        return [.. rows.Where(row => applied.Contains(row.Student)).OrderBy(row => row.LatinName ?? row.Name, StringComparer.Ordinal).ThenBy(row => row.Student.Value)];
    }
}
