using WutAmu.Placement.Domain.Campaigns;

namespace WutAmu.Placement.Domain.Tests.Campaigns;

public sealed class CampaignTests
{
    private static readonly DateTimeOffset Noon = new(2027, 1, 20, 11, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(CampaignState.Preparing, false)]
    [InlineData(CampaignState.Declaring, true)]
    [InlineData(CampaignState.Ranking, true)]
    [InlineData(CampaignState.Matching, false)]
    [InlineData(CampaignState.Published, false)]
    public void Only_declaring_and_ranking_end_by_a_deadline(CampaignState state, bool moves)
    {
        var campaign = Some(state, Noon, Noon, Noon.AddDays(9));

        campaign.MovesByItself(Noon.AddTicks(1)).Should().Be(moves);
        campaign.MovesByItself(Noon).Should().BeFalse("the deadline itself is included");
    }

    [Fact]
    public void A_deadline_that_was_never_set_moves_nothing() =>
        Some(CampaignState.Ranking, null, null, null).MovesByItself(DateTimeOffset.MaxValue).Should().BeFalse();

    [Fact]
    public void A_deadline_of_a_past_phase_stays_and_the_others_can_move()
    {
        var campaign = Some(CampaignState.Ranking, Noon, Noon.AddDays(1), null);

        Code(campaign.Schedule(Noon.AddHours(1), Noon.AddDays(1), null)).Should().Be("campaign.deadline-fixed");
        Code(campaign.Schedule(Noon, Noon.AddDays(2), Noon.AddDays(3))).Should().BeNull();
        campaign.RankingDeadline.Should().Be(Noon.AddDays(2));
    }

    [Fact]
    public void What_was_accepted_is_forgotten_with_the_step()
    {
        var campaign = Some(CampaignState.Declaring, null, null, null);
        campaign.AcceptItems(["readiness.places"], "two laboratories come later");

        campaign.MoveTo(CampaignState.Ranking);

        campaign.AcceptedItems.Should().BeEmpty();
        campaign.AcceptedReason.Should().BeNull();
    }

    private static Campaign Some(CampaignState state, DateTimeOffset? declaration, DateTimeOffset? ranking, DateTimeOffset? answer)
    {
        var campaign = new Campaign(CampaignId.New(Noon), Track.MasterInternship, "2026-2027", "serial", "seed");
        campaign.Schedule(declaration, ranking, answer);
        while (campaign.State < state)
        {
            campaign.MoveTo(campaign.State + 1);
        }

        return campaign;
    }

    private static string? Code(Result<Done> result) => result.TryGet(out _, out var problem) ? null : problem.Code;
}
