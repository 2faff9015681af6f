using System.Collections.Immutable;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Reads everything a run depends on into one instance: the students who take part, the hosts that declared, their offers, the lists in force.</summary>
public sealed class SealInstance(PlacementDb db)
{
    /// <param name="keepPublished">True: the placements published last go in, so that the policy can keep them.</param>
    public async Task<Instance> ReadAsync(Campaign campaign, bool keepPublished, CancellationToken cancellationToken)
    {
        var campaignId = campaign.Id;
        var students = await db.Students.AsNoTracking().Where(s => s.Campaign == campaignId && s.WithdrawnAt == null).ToListAsync(cancellationToken);
        var rankings = await db.Rankings.AsNoTracking().Where(r => r.Campaign == campaignId).ToDictionaryAsync(r => r.Student, cancellationToken);
        var offers = await db.Offers.AsNoTracking().Where(o => o.Campaign == campaignId).ToListAsync(cancellationToken);
        var supervisors = await db.Supervisors.AsNoTracking().Where(s => s.Campaign == campaignId).ToListAsync(cancellationToken);
        var declared = await db.Declarations.AsNoTracking().Where(d => d.Campaign == campaignId).ToDictionaryAsync(d => d.Host, d => d.Declared, cancellationToken);
        var hosts = await db.Hosts.AsNoTracking().Where(h => h.Track == campaign.Track).ToDictionaryAsync(h => h.Id, cancellationToken);

        var lists = students.ToDictionary(s => s.Id, s => rankings.GetValueOrDefault(s.Id)?.Submitted?.Choices ?? RankedChoices.Empty);
        var ranked = lists.Values.SelectMany(list => list.Offers).ToHashSet();
        // An offer that is gone but stands in a list stays, without a place: the choices below it keep the rank the student gave them.
        var open = offers.Where(o => !o.Withdrawn && declared.GetValueOrDefault(o.Host) is not null).Select(o => o.Id).ToHashSet();
        var taken = offers.Where(o => open.Contains(o.Id) || ranked.Contains(o.Id)).ToList();
        var code = taken.ToDictionary(o => o.Id, o => o.Code);
        var supervisorCode = supervisors.ToDictionary(s => s.Id, s => s.Code);
        var present = taken.Select(o => o.Host).Concat(declared.Where(d => d.Value is not null).Select(d => d.Key)).ToHashSet();

        var published = ImmutableArray<StudentOffer>.Empty;
        if (keepPublished)
        {
            var studentCode = students.ToDictionary(s => s.Id, s => s.Code);
            var inForce = await db.Publications.AsNoTracking().SingleOrDefaultAsync(p => p.Campaign == campaignId && p.RecalledAt == null, cancellationToken);
            var placements = inForce is null ? [] : await db.Placements.AsNoTracking().Where(p => p.Publication == inForce.Id).ToListAsync(cancellationToken);
            published = [.. placements.Where(p => studentCode.ContainsKey(p.Student) && code.ContainsKey(p.Offer)).Select(p => new StudentOffer(studentCode[p.Student], code[p.Offer]))];
        }

        var (orders, forbidden) = await ReadHostRankingsAsync(campaign, students, taken, code, cancellationToken);
        return new()
        {
            Campaign = $"{campaign.Track} {campaign.AcademicYear}",
            LotterySeed = campaign.LotterySeed,
            Students = [.. students.Select(s => new InstanceStudent(s.Code, s.Programme, s.Score, Groups(lists[s.Id], code), ImmutableSortedDictionary<string, long>.Empty, s.UnrankedAcceptable))],
            Hosts = [.. present.Select(id => declared.GetValueOrDefault(id) is { } capacity
                ? new InstanceHost(hosts[id].Code, capacity.Min, capacity.Max, capacity.Opening, orders.TryGetValue(id, out var order) ? order : null)
                : new InstanceHost(hosts[id].Code, 0, 0, Opening.Always, null))],
            Supervisors = [.. supervisors.Where(s => present.Contains(s.Host)).Select(s => new InstanceSupervisor(s.Code, hosts[s.Host].Code, 0, s.Max))],
            Offers = [.. taken.Select(o => new InstanceOffer(
                o.Code,
                hosts[o.Host].Code,
                o.Supervisor is { } supervisor ? supervisorCode[supervisor] : null,
                open.Contains(o.Id) ? o.Min : 0,
                open.Contains(o.Id) ? o.Max : 0,
                open.Contains(o.Id) ? o.Opening : Opening.Always,
                o.Programmes,
                null))],
            Forbidden = forbidden,
            Published = published,
        };
    }

    // The orders of applicants in force, and each veto as a pair forbidden at every offer of the host. Both only where the campaign asks its hosts.
    private async Task<(Dictionary<HostId, ImmutableArray<ImmutableArray<string>>> Orders, ImmutableArray<StudentOffer> Forbidden)> ReadHostRankingsAsync(
        Campaign campaign, List<Student> students, List<Offer> taken, Dictionary<OfferId, string> code, CancellationToken cancellationToken)
    {
        var orders = new Dictionary<HostId, ImmutableArray<ImmutableArray<string>>>();
        var forbidden = ImmutableArray.CreateBuilder<StudentOffer>();
        if (!campaign.AsksHostsToRank)
        {
            return (orders, []);
        }

        var campaignId = campaign.Id;
        var present = students.ToDictionary(s => s.Id, s => s.Code);
        foreach (var ranking in await db.HostRankings.AsNoTracking().Where(r => r.Campaign == campaignId).OrderBy(r => r.Id).ToListAsync(cancellationToken))
        {
            if (ranking.Submitted?.Applicants is not { } applicants)
            {
                continue;
            }

            var groups = applicants.Groups.Select(group => group.Where(present.ContainsKey).Select(student => present[student]).ToImmutableArray()).Where(group => !group.IsEmpty).ToImmutableArray();
            if (!groups.IsEmpty)
            {
                orders[ranking.Host] = groups;
            }

            forbidden.AddRange(
                from veto in applicants.Vetoed
                where present.ContainsKey(veto.Student)
                from offer in taken
                where offer.Host == ranking.Host
                select new StudentOffer(present[veto.Student], code[offer.Id]));
        }

        return (orders, forbidden.ToImmutable());
    }

    private static ImmutableArray<ImmutableArray<string>> Groups(RankedChoices choices, Dictionary<OfferId, string> code) =>
        [.. choices.Groups.Select(group => group.Select(offer => code[offer]).ToImmutableArray())];
}
