using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Hosts;

/// <summary>What the host declared in the latest earlier campaign of the track, as a start for this one's form. Nothing is stored until somebody saves it.</summary>
public sealed record LastYear(string AcademicYear, DeclaredCapacity Capacity)
{
    /// <returns>Null if the host never declared before. Dates are moved by whole years to this campaign's.</returns>
    public static async Task<LastYear?> ReadAsync(PlacementDb db, Campaign campaign, HostId host, CancellationToken cancellationToken)
    {
        var years = await db.Campaigns.AsNoTracking().Where(c => c.Track == campaign.Track).ToDictionaryAsync(c => c.Id, c => c.AcademicYear, cancellationToken);
        var declared = await db.Declarations.AsNoTracking().Where(d => d.Host == host).ToListAsync(cancellationToken);
        var last = declared
            .Where(d => d.Declared is not null && years.TryGetValue(d.Campaign, out var year) && string.CompareOrdinal(year, campaign.AcademicYear) < 0)
            .MaxBy(d => years[d.Campaign], StringComparer.Ordinal);
        if (last?.Declared is not { } capacity)
        {
            return null;
        }

        var then = years[last.Campaign];
        var later = FirstYear(campaign.AcademicYear) - FirstYear(then);
        return new(then, capacity with { Offers = [.. capacity.Offers.Select(offer => offer with { StartsOn = offer.StartsOn?.AddYears(later), EndsOn = offer.EndsOn?.AddYears(later) })] });
    }

    private static int FirstYear(string academicYear) =>
        int.TryParse(academicYear.AsSpan(0, Math.Min(4, academicYear.Length)), System.Globalization.CultureInfo.InvariantCulture, out var year) ? year : 0;
}
