using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Privacy;

/// <summary>Everybody whom the service knows, to find one of them.</summary>
[Authorize(Policies.Coordinator)]
public sealed class PeopleModel(PlacementDb db, Speech speech) : PageModel
{
    private const int PageSize = 50;

    /// <summary>Part of a name or an address, or a student's number.</summary>
    [BindProperty(SupportsGet = true)]
    public string? Q { get; set; }

    /// <summary>Page, from 1.</summary>
    [BindProperty(SupportsGet = true)]
    public int P { get; set; } = 1;

    public bool HasMore { get; private set; }

    public IReadOnlyList<Line> Lines { get; private set; } = [];

    public async Task OnGetAsync(CancellationToken cancellationToken)
    {
        P = Math.Clamp(P, 1, 10_000);
        // Found and sorted here: the database knows neither accents nor pinyin, and an institute has some thousand people at most.
        var people = (await SearchAsync(cancellationToken)).OrderBy(p => p.ErasedAt is not null).ThenBy(p => speech.SortedBy(p.Name, p.LatinName), speech.Order).ThenBy(p => p.Id.Value).ToList();
        var shown = people.Skip((P - 1) * PageSize).Take(PageSize).ToList();
        HasMore = people.Count > P * PageSize;
        var ids = shown.Select(p => p.Id).ToList();
        var students = (await (
            from student in db.Students.Where(s => ids.Contains(s.Person))
            join campaign in db.Campaigns on student.Campaign equals campaign.Id
            orderby campaign.AcademicYear, student.Id
            select new { student.Person, student.Code, campaign.AcademicYear }).ToListAsync(cancellationToken)).ToLookup(s => s.Person, s => $"{s.Code} · {s.AcademicYear}");
        var hosts = (await db.Hosts.Where(h => ids.Contains(h.Head)).OrderBy(h => h.Code).Select(h => new { h.Head, h.Code }).ToListAsync(cancellationToken)).ToLookup(h => h.Head, h => h.Code);
        Lines =
        [
            .. shown.Select(p => new Line(p.Id, p.Name, p.LatinName, p.Email, p.ErasedAt is not null,
                [.. Enum.GetValues<Roles>().Where(role => role != Roles.None && p.Roles.HasFlag(role)).Select(role => speech.Of(role)), .. hosts[p.Id], .. students[p.Id]])),
        ];
    }

    private async Task<IEnumerable<Person>> SearchAsync(CancellationToken cancellationToken)
    {
        var everybody = await db.People.AsNoTracking().OrderBy(p => p.Id).ToListAsync(cancellationToken);
        if (string.IsNullOrWhiteSpace(Q))
        {
            return everybody;
        }

        var words = Q.Trim();
        var numbered = (await db.Students.Where(s => s.Code == words).OrderBy(s => s.Id).Select(s => s.Person).ToListAsync(cancellationToken)).ToHashSet();
        return everybody.Where(p => numbered.Contains(p.Id) || ((string?[])[p.Name, p.LatinName, p.Email.Value, p.SecondEmail?.Value]).Any(text => Words.Contains(text, words)));
    }

    /// <param name="Parts">Roles, hosts headed, numbers as a student.</param>
    public sealed record Line(PersonId Id, string Name, string? LatinName, EmailAddress Email, bool IsErased, IReadOnlyList<string> Parts);
}
