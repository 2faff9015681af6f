using System.Collections.Immutable;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Hosts;

/// <summary>An internship topic, or seats in a course year, as the declaration in force says.</summary>
public sealed class Offer
{
    private Offer()
    {
        Code = "";
        Title = null!; // set by EF Core
    }

    public Offer(OfferId id, CampaignId campaign, HostId host, string code, LocalizedText title)
    {
        Id = id;
        Campaign = campaign;
        Host = host;
        Code = code;
        Title = title;
    }

    public OfferId Id { get; private set; }

    public CampaignId Campaign { get; private set; }

    public HostId Host { get; private set; }

    /// <summary>Unique in the campaign, for example <c>LISM-1</c>; the id in the sealed instance.</summary>
    public string Code { get; private set; }

    public LocalizedText Title { get; private set; }

    public LocalizedText? Description { get; private set; }

    public SupervisorId? Supervisor { get; private set; }

    public int Min { get; private set; }

    public int Max { get; private set; } = 1;

    public Opening Opening { get; private set; }

    /// <summary>Admitted programme codes; null: all.</summary>
    public ImmutableArray<string>? Programmes { get; private set; }

    public DateOnly? StartsOn { get; private set; }

    public DateOnly? EndsOn { get; private set; }

    public ImmutableArray<string> Languages { get; private set; } = [];

    public bool RestrictedZone { get; private set; }

    /// <summary>True: a later declaration left it out. Rankings that name it are kept; the run ignores it.</summary>
    public bool Withdrawn { get; private set; }

    public int Version { get; private set; }

    public bool Admits(string programme) => Admits(Programmes, programme);

    /// <param name="programmes">Admitted programme codes; null: all.</param>
    public static bool Admits(ImmutableArray<string>? programmes, string programme) => programmes is not { } named || named.Contains(programme, StringComparer.Ordinal);

    /// <summary>Takes over what the host declared.</summary>
    public void Update(DeclaredOffer declared, SupervisorId? supervisor)
    {
        Title = declared.Title;
        Description = declared.Description;
        Supervisor = supervisor;
        Min = declared.Min;
        Max = declared.Max;
        Opening = declared.Opening;
        Programmes = declared.Programmes;
        StartsOn = declared.StartsOn;
        EndsOn = declared.EndsOn;
        Languages = declared.Languages;
        RestrictedZone = declared.RestrictedZone;
        Withdrawn = false;
        Version++;
    }

    public void Withdraw()
    {
        Withdrawn = true;
        Version++;
    }
}
