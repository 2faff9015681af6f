using WutAmu.Placement.Domain.Campaigns;

namespace WutAmu.Placement.Web.Features.Rankings;

/// <summary>What stands over each of a student's pages of one campaign: where they are, and the other pages.</summary>
/// <param name="HasTabs">False: a coordinator reads, who has no list.</param>
/// <param name="HasHistory">True: a list was submitted.</param>
public sealed record StudentHead(Campaign Campaign, bool HasTabs, bool HasHistory);
