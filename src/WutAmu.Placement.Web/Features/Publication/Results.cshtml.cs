using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.RazorPages;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Publication;

/// <summary>After publication: a student's own result with the reason for each better choice; a head's own hosts with who comes. Nothing of anybody else.</summary>
public sealed class ResultsModel(PlacementDb db) : PageModel
{
    public Campaign Campaign { get; private set; } = null!; // set before the page is drawn

    public Domain.Placements.Publication? Publication { get; private set; }

    public Run? Run { get; private set; }

    /// <summary>Without its <c>keep-published:</c> prefix.</summary>
    public string Policy { get; private set; } = "";

    public bool IsStudent { get; private set; }

    public PlaceLine? Place { get; private set; }

    public IReadOnlyList<ChoiceLine> Better { get; private set; } = [];

    public IReadOnlyList<HostLines> Hosts { get; private set; } = [];

    public async Task<IActionResult> OnGetAsync(CampaignId campaign, CancellationToken cancellationToken)
    {
        if (await db.Campaigns.AsNoTracking().SingleOrDefaultAsync(c => c.Id == campaign, cancellationToken) is not { } found)
        {
            return NotFound();
        }

        Campaign = found;
        Publication = await db.Publications.AsNoTracking().SingleOrDefaultAsync(p => p.Campaign == campaign && p.RecalledAt == null, cancellationToken);
        if (Publication is not null)
        {
            Run = await db.Runs.AsNoTracking().SingleAsync(r => r.Id == Publication.Run, cancellationToken);
            Policy = PolicyName.TryParse(Run.Policy, out var policy) ? policy.Name : Run.Policy;
            var person = User.PersonId();
            await ReadStudentAsync(person, Publication.Id, Run, cancellationToken);
            await ReadHostsAsync(person, Publication.Id, cancellationToken);
        }

        return Page();
    }

    private async Task ReadStudentAsync(PersonId person, PublicationId publication, Run run, CancellationToken cancellationToken)
    {
        if (await db.Students.AsNoTracking().SingleOrDefaultAsync(s => s.Campaign == Campaign.Id && s.Person == person, cancellationToken) is not { } student)
        {
            return;
        }

        IsStudent = true;
        Place = await (
            from placement in db.Placements.Where(p => p.Publication == publication && p.Student == student.Id)
            join offer in db.Offers on placement.Offer equals offer.Id
            join host in db.Hosts on offer.Host equals host.Id
            select new PlaceLine(offer.Title, host.Name, host.Campus, placement.Rank, offer.RestrictedZone || host.RestrictedZone)).SingleOrDefaultAsync(cancellationToken);
        if (run.ResultJson is not { } json || !ResultJson.TryRead(json, out var result, out _) || !InstanceReader.TryRead(run.InstanceJson, out var instance, out _)
            || instance.Students.SingleOrDefault(s => s.Id == student.Code) is not { } listed)
        {
            return;
        }

        var titles = await db.Offers.AsNoTracking().Where(o => o.Campaign == Campaign.Id).ToDictionaryAsync(o => o.Code, o => o.Title, StringComparer.Ordinal, cancellationToken);
        var got = Place?.Rank ?? int.MaxValue;
        Better = [.. listed.Choices
            .Select((group, i) => (Rank: i + 1, Group: group))
            .Where(choice => choice.Rank < got)
            .SelectMany(choice => choice.Group.Select(offer => new ChoiceLine(choice.Rank, titles[offer], WhyNot.Reason(instance, result, listed, offer))))];
    }

    private async Task ReadHostsAsync(PersonId person, PublicationId publication, CancellationToken cancellationToken)
    {
        var headed = await (
            from host in db.Hosts.Where(h => h.Head == person && h.Track == Campaign.Track)
            join declaration in db.Declarations.Where(d => d.Campaign == Campaign.Id) on host.Id equals declaration.Host
            orderby host.Code, host.Id
            select new { host.Id, host.Name }).ToListAsync(cancellationToken);
        var hosts = new List<HostLines>();
        foreach (var host in headed)
        {
            var rows = await (
                from placement in db.Placements.Where(p => p.Publication == publication)
                join offer in db.Offers.Where(o => o.Host == host.Id) on placement.Offer equals offer.Id
                join student in db.Students on placement.Student equals student.Id
                join someone in db.People on student.Person equals someone.Id
                join programme in db.Programmes on student.Programme equals programme.Code
                orderby student.Code, student.Id
                select new ComingLine(someone.Name, someone.LatinName, someone.Email, programme.Name, offer.Title)).ToListAsync(cancellationToken);
            hosts.Add(new(host.Id, host.Name, rows));
        }

        Hosts = hosts;
    }

    public sealed record PlaceLine(LocalizedText Title, string Host, string Campus, int? Rank, bool Restricted);

    /// <param name="Reason">See <see cref="WhyNot"/>.</param>
    public sealed record ChoiceLine(int Rank, LocalizedText Title, string Reason);

    public sealed record HostLines(HostId Id, string Name, IReadOnlyList<ComingLine> Coming);

    public sealed record ComingLine(string Name, string? LatinName, EmailAddress Email, LocalizedText Programme, LocalizedText Offer);
}
