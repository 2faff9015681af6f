using WutAmu.Placement.Domain.Campaigns;

namespace WutAmu.Placement.Web.Features.Campaigns;

/// <summary>A campaign's rules as typed.</summary>
public sealed class RulesForm
{
    public string? Policy { get; set; }

    public string? LotterySeed { get; set; }

    /// <summary>Null: the institute's number for the track.</summary>
    public int? StudentLimit { get; set; }

    public int? ChoiceLimit { get; set; }

    public bool TiesAllowed { get; set; }

    public bool Overlap { get; set; }

    public bool HostsRank { get; set; }

    public static RulesForm Of(CampaignRules rules) => new()
    {
        Policy = rules.Policy,
        LotterySeed = rules.LotterySeed,
        StudentLimit = rules.StudentLimit,
        ChoiceLimit = rules.ChoiceLimit,
        TiesAllowed = rules.TiesAllowed,
        Overlap = rules.Overlap,
        HostsRank = rules.HostsRank,
    };

    public CampaignRules Read(Track track) =>
        new(Policy ?? "", (LotterySeed ?? "").Trim(), StudentLimit ?? Campaign.DefaultLimit(track), ChoiceLimit ?? 0, TiesAllowed, Overlap, HostsRank);
}
