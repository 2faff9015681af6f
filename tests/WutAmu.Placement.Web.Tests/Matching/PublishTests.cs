using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Tests.Matching;

public sealed class PublishTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task Publication_placements_letters_and_state_come_in_one_piece()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());

        var publication = (await campaign.PublishAsync(run.Id)).Value();

        var letters = await host.ReadAsync(db => db.Outbox.AsNoTracking().OrderBy(l => l.Key).ToListAsync());
        letters.Count(l => l.Kind == LetterKind.StudentResult).Should().Be(4, "the student without a place gets a letter too");
        letters.Count(l => l.Kind == LetterKind.HostResult).Should().Be(2);
        letters.Should().OnlyContain(l => l.State == LetterState.Queued && l.NextAttemptAt == host.Clock.GetUtcNow() + TimeSpan.FromMinutes(10), "no letter leaves within the hold");
        (await host.ReadAsync(db => db.Placements.CountAsync(p => p.Publication == publication))).Should().Be(3);
        (await host.ReadAsync(db => db.Campaigns.SingleAsync())).State.Should().Be(CampaignState.Published);
        (await host.ReadAsync(db => db.Audit.AsNoTracking().OrderBy(a => a.Sequence).Select(a => a.Action).ToListAsync())).Should().ContainInOrder("run.started", "run.verified", "run.published");
    }

    [Theory]
    [InlineData("s1@wut.example.org", "课题 A-2", "抽签")]
    [InlineData("s2@wut.example.org", "Sujet A-1", "tirage au sort")]
    [InlineData("s3@wut.example.org", "Topic B-1", "lottery")]
    [InlineData("s4@wut.example.org", "没有提交志愿表", "人工复核")]
    [InlineData("head-a@amu.example.org", "Student s2", "second programme")]
    [InlineData("head-b@amu.example.org", "Student s3", "second program")]
    public async Task Each_letter_says_the_result_and_the_rules_in_the_language_of_its_reader(string address, string result, string rules)
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());

        await campaign.PublishAsync(run.Id);

        var letters = await host.ReadAsync(db => db.Outbox.AsNoTracking().ToListAsync());
        var letter = letters.Single(l => l.To.Value == address);
        letter.TextBody.Should().Contain(result).And.Contain(rules).And.NotContain("\n\n\n");
        letter.Subject.Should().NotBeNullOrWhiteSpace();
    }

    [Fact]
    public async Task Publishing_twice_gives_one_publication()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());

        var outcomes = await Task.WhenAll(campaign.PublishAsync(run.Id), campaign.PublishAsync(run.Id));

        outcomes[0].Value().Should().Be(outcomes[1].Value());
        (await host.ReadAsync(db => db.Publications.CountAsync())).Should().Be(1);
        (await host.ReadAsync(db => db.Outbox.CountAsync())).Should().Be(6);
    }

    [Fact]
    public async Task Another_run_does_not_take_the_place_of_a_published_one()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var first = await campaign.SolveAsync(await campaign.StartAsync());
        var second = await campaign.SolveAsync(await campaign.StartAsync("greedy-maximum"));
        await campaign.PublishAsync(first.Id);

        var outcome = await campaign.PublishAsync(second.Id, "another policy");

        outcome.Problem().Should().Be("publish.already");
    }

    [Fact]
    public async Task Input_edited_after_the_run_asks_for_a_new_run()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await campaign.ChangeAsync(async db => (await db.Students.SingleAsync(s => s.Code == "s1")).Withdraw(host.Clock.GetUtcNow()));

        var outcome = await campaign.PublishAsync(run.Id);

        outcome.Problem().Should().Be("publish.input-edited");
        (await host.ReadAsync(db => db.Outbox.CountAsync())).Should().Be(0);
    }

    [Fact]
    public async Task A_policy_other_than_the_announced_one_needs_a_reason()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync("greedy-maximum"));

        var without = await campaign.PublishAsync(run.Id, " ");
        var with = await campaign.PublishAsync(run.Id, "decided by the board");

        without.Problem().Should().Be("publish.reason");
        with.Problem().Should().BeNull();
    }

    [Fact]
    public async Task A_failed_run_cannot_be_published()
    {
        var campaign = await SmallCampaign.CreateAsync(host, minimumOfB: 2);
        var run = await campaign.SolveAsync(await campaign.StartAsync());

        (await campaign.PublishAsync(run.Id)).Problem().Should().Be("publish.not-verified");
    }

    [Fact]
    public async Task Within_the_hold_a_publication_is_recalled_with_all_its_letters()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        var publication = (await campaign.PublishAsync(run.Id)).Value();
        host.Clock.Advance(TimeSpan.FromMinutes(9));

        var outcome = await RecallAsync(campaign);
        var again = await campaign.PublishAsync(run.Id);

        outcome.Problem().Should().BeNull();
        again.Value().Should().NotBe(publication, "a recalled run can be published again");
        var letters = await host.ReadAsync(db => db.Outbox.AsNoTracking().ToListAsync());
        letters.Count(l => l.State == LetterState.Recalled).Should().Be(6);
        letters.Count(l => l.State == LetterState.Queued).Should().Be(6);
    }

    [Fact]
    public async Task A_letter_withdrawn_by_hand_does_not_stand_in_the_way_of_a_recall()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await campaign.PublishAsync(run.Id);
        await host.DoAsync<PlacementDb, int>(async db =>
        {
            (await db.Outbox.OrderBy(l => l.Id).FirstAsync()).Recall(host.Clock.GetUtcNow()).Value();
            return await db.SaveChangesAsync();
        });

        (await RecallAsync(campaign)).Problem().Should().BeNull();
        (await host.ReadAsync(db => db.Outbox.AsNoTracking().ToListAsync())).Should().OnlyContain(letter => letter.State == LetterState.Recalled);
    }

    [Fact]
    public async Task After_the_hold_nothing_is_recalled()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        await campaign.PublishAsync(run.Id);
        host.Clock.Advance(TimeSpan.FromMinutes(10));

        (await RecallAsync(campaign)).Problem().Should().Be("publication.letters-left");
        (await host.ReadAsync(db => db.Campaigns.SingleAsync())).State.Should().Be(CampaignState.Published);
    }

    private Task<Result<Done>> RecallAsync(SmallCampaign campaign) =>
        host.DoAsync<RecallPublication, Result<Done>>(recall => recall.HandleAsync(campaign.Id, "wrong file imported", campaign.Coordinator, CancellationToken.None));
}
