using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>The offers and supervisors of a campaign, as the declarations in force say. What a declaration leaves out is withdrawn, never deleted: lists that name it are kept.</summary>
public sealed class OfferBook
{
    private readonly PlacementDb db;
    private readonly CampaignId campaign;
    private readonly Dictionary<string, Offer> offers;
    private readonly Dictionary<string, Supervisor> supervisors;

    private OfferBook(PlacementDb db, CampaignId campaign, Dictionary<string, Offer> offers, Dictionary<string, Supervisor> supervisors)
    {
        this.db = db;
        this.campaign = campaign;
        this.offers = offers;
        this.supervisors = supervisors;
    }

    /// <summary>By code; grows as declarations are taken over.</summary>
    public IReadOnlyDictionary<string, Offer> Offers => offers;

    public static async Task<OfferBook> ReadAsync(PlacementDb db, CampaignId campaign, CancellationToken cancellationToken) => new(
        db,
        campaign,
        await db.Offers.Where(o => o.Campaign == campaign).ToDictionaryAsync(o => o.Code, StringComparer.Ordinal, cancellationToken),
        await db.Supervisors.Where(s => s.Campaign == campaign).ToDictionaryAsync(s => s.Code, StringComparer.Ordinal, cancellationToken));

    /// <returns>Problem <c>declaration.code-taken</c> if an offer carries the code of another host's; else null.</returns>
    public Problem? Refuses(DeclaredCapacity capacity, HostId host)
    {
        for (var i = 0; i < capacity.Offers.Length; i++)
        {
            if (offers.TryGetValue(capacity.Offers[i].Code, out var offer) && offer.Host != host)
            {
                return Problem.On($"Offers[{i}].Code", "declaration.code-taken", capacity.Offers[i].Code);
            }
        }

        return null;
    }

    /// <summary>Makes the host's offers what <paramref name="capacity"/> says.</summary>
    public void TakeOver(Domain.Hosts.Host host, DeclaredCapacity capacity, DateTimeOffset now)
    {
        foreach (var offer in offers.Values.Where(offer => offer.Host == host.Id && !offer.Withdrawn && capacity.Offers.All(d => d.Code != offer.Code)))
        {
            offer.Withdraw();
        }

        foreach (var declared in capacity.Offers)
        {
            if (!offers.TryGetValue(declared.Code, out var offer))
            {
                offer = new(OfferId.New(now), campaign, host.Id, declared.Code, declared.Title);
                offers[declared.Code] = offer;
                db.Offers.Add(offer);
            }

            offer.Update(declared, SupervisorOf(declared, host, now)?.Id);
        }
    }

    private Supervisor? SupervisorOf(DeclaredOffer offer, Domain.Hosts.Host host, DateTimeOffset now)
    {
        if (offer.Supervisor is not { } name)
        {
            return null;
        }

        var code = $"{host.Code}/{name}";
        if (!supervisors.TryGetValue(code, out var supervisor))
        {
            supervisor = new(SupervisorId.New(now), campaign, host.Id, code, name, offer.SupervisorMax);
            supervisors[code] = supervisor;
            db.Supervisors.Add(supervisor);
        }
        else if (supervisor.Max != offer.SupervisorMax)
        {
            supervisor.Change(name, offer.SupervisorMax);
        }

        return supervisor;
    }
}
