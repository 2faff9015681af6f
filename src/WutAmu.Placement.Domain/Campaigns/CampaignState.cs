namespace WutAmu.Placement.Domain.Campaigns;

/// <summary>Life of a campaign, in order.</summary>
public enum CampaignState
{
    Preparing,
    Declaring,
    Ranking,
    Matching,
    Published,
    Closed,
}
