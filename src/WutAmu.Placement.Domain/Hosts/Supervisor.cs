using WutAmu.Placement.Domain.Campaigns;

namespace WutAmu.Placement.Domain.Hosts;

/// <summary>Who supervises offers of a host in a campaign.</summary>
public sealed class Supervisor
{
    private Supervisor()
    {
        Code = Name = "";
    }

    public Supervisor(SupervisorId id, CampaignId campaign, HostId host, string code, string name, int? max)
    {
        Id = id;
        Campaign = campaign;
        Host = host;
        Code = code;
        Name = name;
        Max = max;
    }

    public SupervisorId Id { get; private set; }

    public CampaignId Campaign { get; private set; }

    public HostId Host { get; private set; }

    /// <summary>Unique in the campaign; the id in the sealed instance.</summary>
    public string Code { get; private set; }

    public string Name { get; private set; }

    /// <summary>Most students over all their offers; null is no limit.</summary>
    public int? Max { get; private set; }

    public int Version { get; private set; }

    public void Change(string name, int? max)
    {
        Name = name;
        Max = max;
        Version++;
    }
}
