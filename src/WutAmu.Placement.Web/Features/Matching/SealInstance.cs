using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Reads a campaign's inputs in force as one instance: students who take part, hosts that declared, their offers, the lists submitted.</summary>
public sealed class SealInstance(PlacementDb db)
{
    public async Task<Instance> ReadAsync(Campaign campaign, CancellationToken cancellationToken)
    {
        var declarations = await db.Declarations.AsNoTracking().Where(d => d.Campaign == campaign.Id && d.DeclaredNumber > 0).ToDictionaryAsync(d => d.Host, cancellationToken);
        var hosts = (await db.Hosts.AsNoTracking().Where(h => h.Track == campaign.Track).ToListAsync(cancellationToken)).Where(h => declarations.ContainsKey(h.Id)).ToDictionary(h => h.Id);
        var offers = (await db.Offers.AsNoTracking().Where(o => o.Campaign == campaign.Id && !o.Withdrawn).ToListAsync(cancellationToken)).Where(o => hosts.ContainsKey(o.Host)).ToDictionary(o => o.Id);
        var supervisors = await db.Supervisors.AsNoTracking().Where(s => s.Campaign == campaign.Id).ToDictionaryAsync(s => s.Id, cancellationToken);
        var students = await db.Students.AsNoTracking().Where(s => s.Campaign == campaign.Id && s.WithdrawnAt == null).ToListAsync(cancellationToken);
        var rankings = await db.Rankings.AsNoTracking().Where(r => r.Campaign == campaign.Id).ToDictionaryAsync(r => r.Student, cancellationToken);
        return new()
        {
            Campaign = $"{campaign.Track} {campaign.AcademicYear}",
            LotterySeed = campaign.LotterySeed,
            Students = [.. students.OrderBy(s => s.Code, StringComparer.Ordinal).Select(student => new InstanceStudent(
                student.Code,
                student.Programme,
                student.Score,
                rankings.TryGetValue(student.Id, out var ranking) && ranking.Submitted is { } submitted
                    // A withdrawn offer keeps its rank empty where others share the group; a group that is empty altogether goes.
                    ? [.. submitted.Choices.Groups.Select(group => group.Where(offers.ContainsKey).Select(offer => offers[offer].Code).Order(StringComparer.Ordinal).ToArray()).Where(group => group.Length > 0).Select(group => System.Collections.Immutable.ImmutableArray.Create(group))]
                    : [],
                System.Collections.Immutable.ImmutableSortedDictionary<string, long>.Empty,
                student.UnrankedAcceptable))],
            Hosts = [.. hosts.Values.OrderBy(h => h.Code, StringComparer.Ordinal).Select(host =>
                declarations[host.Id].Declared is { } declared
                    ? new InstanceHost(host.Code, declared.Min, declared.Max, declared.Opening, null)
                    : throw new InvalidOperationException($"Host {host.Id} is declared without a capacity."))],
            Supervisors = [.. supervisors.Values.Where(s => hosts.ContainsKey(s.Host)).OrderBy(s => s.Code, StringComparer.Ordinal).Select(s => new InstanceSupervisor(s.Code, hosts[s.Host].Code, 0, s.Max))],
            Offers = [.. offers.Values.OrderBy(o => o.Code, StringComparer.Ordinal).Select(offer => new InstanceOffer(
                offer.Code,
                hosts[offer.Host].Code,
                offer.Supervisor is { } supervisor ? supervisors[supervisor].Code : null,
                offer.Min,
                offer.Max,
                offer.Opening,
                offer.Programmes,
                null))],
        };
    }
}
