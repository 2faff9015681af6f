using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Campaigns;

/// <summary>What is announced to students before they rank, and fixed from then on.</summary>
/// <param name="Policy">A name of <see cref="PolicyName.Catalogue"/>.</param>
/// <param name="LotterySeed">Decides ties; 1 to <see cref="MaxSeedLength"/> characters.</param>
/// <param name="StudentLimit">Most students, 1 to <see cref="MaxStudents"/>.</param>
/// <param name="ChoiceLimit">Most offers that a student may rank, 1 to <see cref="MaxChoices"/>.</param>
/// <param name="Overlap">True: hosts may still declare while students rank.</param>
/// <param name="HostsRank">True: heads rank those who applied, whatever the policy.</param>
public sealed record CampaignRules(string Policy, string LotterySeed, int StudentLimit, int ChoiceLimit, bool TiesAllowed, bool Overlap, bool HostsRank)
{
    public const int MaxSeedLength = 200;

    public const int MaxStudents = 2000;

    public const int MaxChoices = 100;

    public static CampaignRules Of(Campaign campaign)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        return new(campaign.Policy, campaign.LotterySeed, campaign.StudentLimit, campaign.ChoiceLimit, campaign.TiesAllowed, campaign.DeclaringOverlapsRanking, campaign.HostsRank);
    }

    /// <returns>The first thing that is wrong: <c>rules.policy</c>, <c>rules.seed</c>, <c>rules.student-limit</c>, <c>rules.choice-limit</c>; null: nothing.</returns>
    public Problem? Problem() =>
        !PolicyName.Catalogue.Any(known => known.Name == Policy) ? Domain.Problem.On(nameof(Policy), "rules.policy")
        : string.IsNullOrWhiteSpace(LotterySeed) || LotterySeed.Length > MaxSeedLength ? Domain.Problem.On(nameof(LotterySeed), "rules.seed", MaxSeedLength)
        : StudentLimit is < 1 or > MaxStudents ? Domain.Problem.On(nameof(StudentLimit), "rules.student-limit", MaxStudents)
        : ChoiceLimit is < 1 or > MaxChoices ? Domain.Problem.On(nameof(ChoiceLimit), "rules.choice-limit", MaxChoices)
        : null;
}
