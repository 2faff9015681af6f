using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features;

/// <summary>Home: what the service is; for a student, their published result.</summary>
public sealed class IndexModel(PlacementDb db) : PageModel
{
    public IReadOnlyList<ResultLine> Results { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        if (User.Identity?.IsAuthenticated != true)
        {
            return;
        }

        var person = User.PersonId();
        var rows = await (
            from student in db.Students.Where(s => s.Person == person)
            join campaign in db.Campaigns on student.Campaign equals campaign.Id
            join publication in db.Publications.Where(p => p.RecalledAt == null) on campaign.Id equals publication.Campaign
            orderby campaign.AcademicYear descending, campaign.Id
            select new { campaign.Track, campaign.AcademicYear, Student = student.Id, Publication = publication.Id }).ToListAsync(cancellationToken);
        var results = new List<ResultLine>();
        foreach (var row in rows)
        {
            var place = await (
                from placement in db.Placements.Where(p => p.Publication == row.Publication && p.Student == row.Student)
                join offer in db.Offers on placement.Offer equals offer.Id
                join host in db.Hosts on offer.Host equals host.Id
                select new { offer.Title, host.Name, placement.Rank }).SingleOrDefaultAsync(cancellationToken);
            results.Add(new(row.Track, row.AcademicYear, place?.Title, place?.Name, place?.Rank));
        }

        Results = results;
    }

    /// <param name="Title">Null: without a place.</param>
    public sealed record ResultLine(Track Track, string Year, LocalizedText? Title, string? Host, int? Rank);
}
