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
        var people = await Search(db.People.AsNoTracking()).OrderBy(p => p.ErasedAt != null).ThenBy(p => p.Name).ThenBy(p => p.Id).Skip((P - 1) * PageSize).Take(PageSize + 1).ToListAsync(cancellationToken);
        HasMore = people.Count > PageSize;
        var shown = people.Take(PageSize).ToList();
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

    private IQueryable<Person> Search(IQueryable<Person> people)
    {
        if (string.IsNullOrWhiteSpace(Q))
        {
            return people;
        }

        var words = Q.Trim();
        var pattern = "%" + words.Replace("\\", @"\\", StringComparison.Ordinal).Replace("%", @"\%", StringComparison.Ordinal).Replace("_", @"\_", StringComparison.Ordinal) + "%";
        // The casts name the columns behind the value objects.
        return people.Where(p =>
            EF.Functions.Like(p.Name, pattern, "\\") || EF.Functions.Like(p.LatinName!, pattern, "\\")
            || EF.Functions.Like((string)(object)p.Email, pattern, "\\") || EF.Functions.Like((string)(object)p.SecondEmail!, pattern, "\\")
            || db.Students.Any(s => s.Person == p.Id && s.Code == words));
    }

    /// <param name="Parts">Roles, hosts headed, numbers as a student.</param>
    public sealed record Line(PersonId Id, string Name, string? LatinName, EmailAddress Email, bool IsErased, IReadOnlyList<string> Parts);
}
