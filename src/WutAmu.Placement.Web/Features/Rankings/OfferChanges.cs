using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Web.Features.Hosts;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>What hosts changed of listed offers since a list was submitted.</summary>
public sealed class OfferChanges(PlacementDb db, CapacityWords words)
{
    /// <returns>By offer, those alone that changed: the lines that say how.</returns>
    public async Task<IReadOnlyDictionary<OfferId, IReadOnlyList<ChangeLine>>> SinceAsync(CampaignId campaign, DateTimeOffset since, IReadOnlyCollection<OfferLine> listed, Language language, CancellationToken cancellationToken)
    {
        var hosts = listed.Select(offer => offer.Host.Id).ToHashSet();
        var declarations = await db.Declarations.AsNoTracking().Where(d => d.Campaign == campaign && hosts.Contains(d.Host)).OrderBy(d => d.Id).ToListAsync(cancellationToken);
        await words.LearnAsync(cancellationToken);
        var changed = new Dictionary<OfferId, IReadOnlyList<ChangeLine>>();
        foreach (var declaration in declarations)
        {
            if (declaration.Declared is not { } now || declaration.Versions.Where(v => v.DeclaredAt <= since).MaxBy(v => v.Number) is not { } before)
            {
                continue;
            }

            var diff = CapacityDiff.Between(before.Capacity, now);
            foreach (var offer in listed.Where(offer => offer.Host.Id == declaration.Host))
            {
                var lines = words.Lines(language, diff, [.. diff.Concerning(new HashSet<string>([offer.Code], StringComparer.Ordinal))]);
                if (lines.Count > 0)
                {
                    changed[offer.Id] = lines;
                }
            }
        }

        return changed;
    }
}
