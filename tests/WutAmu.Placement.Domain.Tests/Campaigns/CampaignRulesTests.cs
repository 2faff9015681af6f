using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Tests.Campaigns;

public sealed class CampaignRulesTests
{
    private static readonly CampaignRules Fine = new(PolicyName.Serial, "seed", 20, 10, TiesAllowed: true, Overlap: false, HostsRank: false);

    public static TheoryData<CampaignRules, string?> Bounds => new()
    {
        { Fine, null },
        { Fine with { StudentLimit = 1, ChoiceLimit = 1 }, null },
        { Fine with { StudentLimit = CampaignRules.MaxStudents, ChoiceLimit = CampaignRules.MaxChoices, LotterySeed = new('s', CampaignRules.MaxSeedLength) }, null },
        { Fine with { Policy = "best" }, "rules.policy" },
        { Fine with { Policy = PolicyName.KeepPublishedPrefix + PolicyName.Serial }, "rules.policy" },
        { Fine with { LotterySeed = " " }, "rules.seed" },
        { Fine with { LotterySeed = new('s', CampaignRules.MaxSeedLength + 1) }, "rules.seed" },
        { Fine with { StudentLimit = 0 }, "rules.student-limit" },
        { Fine with { StudentLimit = CampaignRules.MaxStudents + 1 }, "rules.student-limit" },
        { Fine with { ChoiceLimit = 0 }, "rules.choice-limit" },
        { Fine with { ChoiceLimit = CampaignRules.MaxChoices + 1 }, "rules.choice-limit" },
    };

    [Theory]
    [MemberData(nameof(Bounds))]
    public void A_number_at_its_bound_is_fine_and_one_beyond_is_named(CampaignRules rules, string? problem) =>
        (rules.Problem()?.Code).Should().Be(problem);
}
