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

    public DateTimeOffset? DraftSavedAt { get; private set; }

    /// <summary>Who saved the draft last; null: nobody yet.</summary>
    public PersonId? DraftSavedBy { get; private set; }

    /// <summary>In force; null: not declared.</summary>
    public DeclaredCapacity? Declared { get; private set; }

    /// <summary>Number of the version in force, from 1; 0: not declared.</summary>
    public int DeclaredNumber { get; private set; }

    public DateTimeOffset? DeclaredAt { get; private set; }

    public IReadOnlyList<DeclarationVersion> Versions => versions;

    public int Version { get; private set; }

    /// <summary>Keeps what was written so far, complete or not; what is in force stays in force.</summary>
    /// <returns>Problem <c>declaration.stale</c> if another window saved something else since; the same again (a press repeated) is done already.</returns>
    public Result<Done> SaveDraft(DeclaredCapacity draft, int version, PersonId by, DateTimeOffset now)
    {
        if (Draft is not null && draft.ShortHash() == Draft.ShortHash())
        {
            return default(Done);
        }

        if (version != Version)
        {
            return new Problem("declaration.stale");
        }

        Draft = draft;
        (DraftSavedAt, DraftSavedBy) = (now, by);
        Version++;
        return default(Done);
    }

    /// <summary>Drops the draft; what is in force stays.</summary>
    /// <returns>Problem <c>declaration.stale</c> if another window saved since.</returns>
    public Result<Done> DiscardDraft(int version)
    {
        if (version != Version)
        {
            return new Problem("declaration.stale");
        }

        Draft = null;
        (DraftSavedAt, DraftSavedBy) = (null, null);
        Version++;
        return default(Done);
    }

    /// <summary>Puts <paramref name="capacity"/> in force as a new version; every earlier one is kept.</summary>
    /// <returns>The version's number; or problem <c>declaration.stale</c>, or the first of <see cref="DeclaredCapacity.Problems"/>.</returns>
    public Result<int> Declare(DeclaredCapacity capacity, int version, PersonId by, DateTimeOffset now)
    {
        if (version != Version)
        {
            return new Problem("declaration.stale");
        }

        if (capacity.Problems() is [var problem, ..])
        {
            return problem;
        }

        DeclaredNumber++;
        Declared = capacity;
        DeclaredAt = now;
        Draft = null;
        (DraftSavedAt, DraftSavedBy) = (null, null);
        versions.Add(new(DeclaredNumber, now, by, capacity));
        Version++;
        return DeclaredNumber;
    }
}
