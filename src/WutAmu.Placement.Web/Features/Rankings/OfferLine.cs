using System.Collections.Immutable;
using System.Globalization;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>An offer as students read it.</summary>
/// <param name="Admits">True: open to the reader's programme.</param>
public sealed record OfferLine(Offer Offer, Domain.Hosts.Host Host, string? Supervisor, bool Admits)
{
    /// <summary>The order of codes: numbers in them as numbers, A-2 before A-10.</summary>
    public static StringComparer ByCode { get; } = StringComparer.Create(CultureInfo.InvariantCulture, CompareOptions.NumericOrdering);

    public OfferId Id => Offer.Id;

    public string Code => Offer.Code;

    public LocalizedText Title => Offer.Title;

    public bool Restricted => Offer.RestrictedZone || Host.RestrictedZone;

    public bool MayBeAdded => Admits && !Offer.Withdrawn;

    /// <summary>Of the offer, else of its host.</summary>
    public ImmutableArray<string> Languages => Offer.Languages.IsDefaultOrEmpty ? Host.Languages : Offer.Languages;

    /// <param name="programme">The reader's; null: every offer admits.</param>
    public static async Task<IReadOnlyDictionary<OfferId, OfferLine>> ReadAsync(PlacementDb db, CampaignId campaign, string? programme, CancellationToken cancellationToken)
    {
        var rows = await (
            from offer in db.Offers.AsNoTracking().Where(o => o.Campaign == campaign)
            join host in db.Hosts.AsNoTracking() on offer.Host equals host.Id
            join one in db.Supervisors.AsNoTracking() on offer.Supervisor equals (SupervisorId?)one.Id into supervisors
            from supervisor in supervisors.DefaultIfEmpty()
            orderby host.Code, offer.Code, offer.Id
            select new { Offer = offer, Host = host, Supervisor = supervisor == null ? null : supervisor.Name }).ToListAsync(cancellationToken);
        return rows.ToDictionary(row => row.Offer.Id, row => new OfferLine(row.Offer, row.Host, row.Supervisor, programme is null || row.Offer.Admits(programme)));
    }
}
