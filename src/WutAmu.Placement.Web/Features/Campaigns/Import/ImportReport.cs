using WutAmu.Placement.Domain.Campaigns;

namespace WutAmu.Placement.Web.Features.Campaigns.Import;

/// <param name="Problems">If there is one, nothing was written.</param>
/// <param name="Changed">Rows created or changed; 0: the files say what was already there.</param>
/// <param name="Kept">Codes of the hosts and students who said something else themselves since: their own word stays.</param>
public sealed record ImportReport(CampaignId Campaign, IReadOnlyList<ImportProblem> Problems, int Changed, IReadOnlyList<string> Kept);
