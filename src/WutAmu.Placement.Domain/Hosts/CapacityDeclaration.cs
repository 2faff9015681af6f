using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Domain.Hosts;

/// <summary>What a host declares for a campaign. "Not declared" (<see cref="Declared"/> null) is never zero and never last year's value.</summary>
public sealed class CapacityDeclaration
{
    private readonly List<DeclarationVersion> versions = [];

    private CapacityDeclaration()
    {
    }

    public CapacityDeclaration(DeclarationId id, CampaignId campaign, HostId host)
    {
        Id = id;
        Campaign = campaign;
        Host = host;
    }

    public DeclarationId Id { get; private set; }

    public CampaignId Campaign { get; private set; }

    public HostId Host { get; private set; }

    /// <summary>Being written, not in force; null when nothing is pending.</summary>
    public DeclaredCapacity? Draft { get; private set; }

    /// <summary>In force; null: not declared.</summary>
    public DeclaredCapacity? Declared { get; private set; }

    /// <summary>Number of the version in force, from 1; 0: not declared.</summary>
    public int DeclaredNumber { get; private set; }

    public DateTimeOffset? DeclaredAt { get; private set; }

    public IReadOnlyList<DeclarationVersion> Versions => versions;

    public int Version { get; private set; }

    /// <returns>Problem <c>declaration.stale</c> if another window saved since.</returns>
    public Result<Done> SaveDraft(DeclaredCapacity draft, int version)
    {
        if (version != Version)
        {
            return new Problem("declaration.stale");
        }

        Draft = draft;
        Version++;
        return default(Done);
    }

    /// <summary>Puts <paramref name="capacity"/> in force as a new version; every earlier one is kept.</summary>
    /// <returns>The version's number; or problem <c>declaration.stale</c>, <c>declaration.min-over-max</c>, <c>declaration.capacity-range</c>, <c>declaration.no-title</c>, <c>declaration.duplicate-offer</c>, <c>declaration.dates</c>.</returns>
    public Result<int> Declare(DeclaredCapacity capacity, int version, PersonId by, DateTimeOffset now)
    {
        if (version != Version)
        {
            return new Problem("declaration.stale");
        }

        if (Check(capacity) is { } problem)
        {
            return problem;
        }

        DeclaredNumber++;
        Declared = capacity;
        DeclaredAt = now;
        Draft = null;
        versions.Add(new(DeclaredNumber, now, by, capacity));
        Version++;
        return DeclaredNumber;
    }

    private static Problem? Check(DeclaredCapacity capacity)
    {
        const int most = 1000;
        if (capacity.Min is < 0 or > most || capacity.Max is < 0 or > most)
        {
            return Problem.Of("declaration.capacity-range", 0, most);
        }

        if (capacity.Min > capacity.Max)
        {
            return Problem.Of("declaration.min-over-max", capacity.Min, capacity.Max);
        }

        var codes = new HashSet<string>(StringComparer.Ordinal);
        foreach (var offer in capacity.Offers)
        {
            if (!codes.Add(offer.Code))
            {
                return Problem.Of("declaration.duplicate-offer", offer.Code);
            }

            if (offer.Min is < 0 or > most || offer.Max is < 0 or > most)
            {
                return Problem.Of("declaration.capacity-range", 0, most);
            }

            if (offer.Min > offer.Max)
            {
                return Problem.Of("declaration.min-over-max", offer.Min, offer.Max);
            }

            if (offer.Title.In(Language.English).Text.Length == 0)
            {
                return Problem.Of("declaration.no-title", offer.Code);
            }

            if (offer.StartsOn > offer.EndsOn)
            {
                return Problem.Of("declaration.dates", offer.Code);
            }
        }

        return null;
    }
}
