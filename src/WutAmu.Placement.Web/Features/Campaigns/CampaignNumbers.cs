using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>Where the collection stands.</summary>
/// <param name="Places">Sum over declared hosts of the lesser of their total and their offers' places.</param>
/// <param name="NotDeclared">Hosts of the campaign that have not declared.</param>
public sealed record CampaignNumbers(int Students, int Submitted, int Hosts, int Places, int NotDeclared)
{
    public static async Task<CampaignNumbers> ReadAsync(PlacementDb db, Campaign campaign, CancellationToken cancellationToken)
    {
        var students = await db.Students.CountAsync(s => s.Campaign == campaign.Id && s.WithdrawnAt == null, cancellationToken);
        var submitted = await (from ranking in db.Rankings.Where(r => r.Campaign == campaign.Id && r.Versions.Any())
                               join student in db.Students.Where(s => s.WithdrawnAt == null) on ranking.Student equals student.Id
                               select ranking.Id).CountAsync(cancellationToken);
        var declarations = await db.Declarations.AsNoTracking().Where(d => d.Campaign == campaign.Id).ToListAsync(cancellationToken);
        var places = declarations.Sum(d => d.Declared is { } declared ? Math.Min(declared.Max ?? int.MaxValue, declared.Offers.Sum(offer => offer.Max)) : 0);
        return new(students, submitted, declarations.Count(d => d.Declared is not null), places, declarations.Count(d => d.Declared is null));
    }

    /// <summary>What a coordinator should know before going on; they may go on knowingly, with a reason.</summary>
    public IReadOnlyList<Problem> Readiness(Campaign campaign)
    {
        var problems = new List<Problem>();
        if (NotDeclared > 0)
        {
            problems.Add(Problem.Of("readiness.not-declared", NotDeclared));
        }

        if (Places < Students)
        {
            problems.Add(Problem.Of("readiness.places", Places, Students));
        }

        if (campaign.State == CampaignState.Ranking && Submitted < Students)
        {
            problems.Add(Problem.Of("readiness.not-submitted", Students - Submitted));
        }

        return problems;
    }
}
