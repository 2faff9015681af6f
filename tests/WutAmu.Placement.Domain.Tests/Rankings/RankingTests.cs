using System.Collections.Immutable;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Domain.Rankings;

namespace WutAmu.Placement.Domain.Tests.Rankings;

public sealed class RankingTests
{
    private static readonly DateTimeOffset Noon = new(2026, 11, 24, 11, 0, 0, TimeSpan.Zero);
    private static readonly OfferId A = OfferId.New(Noon);
    private static readonly OfferId B = OfferId.New(Noon);
    private static readonly OfferId C = OfferId.New(Noon);
    private static readonly Dictionary<OfferId, string> NoNotes = [];

    private readonly Campaign campaign = Open();
    private readonly Ranking ranking = new(RankingId.New(Noon), CampaignId.New(Noon), StudentId.New(Noon));

    [Fact]
    public void The_deadline_itself_is_in_time_and_the_tick_after_is_not()
    {
        Save([[A]], Noon).Should().BeNull();
        Save([[A], [B]], Noon.AddTicks(1)).Should().Be("ranking.closed");

        ranking.Draft.Offers.Should().Equal(A);
    }

    [Fact]
    public void The_submitted_list_stays_in_force_while_the_draft_changes()
    {
        Save([[A], [B]]);
        Submit();

        Save([[B], [A]]);

        ranking.Submitted!.Choices.Offers.Should().Equal(A, B);
        ranking.HasUnsubmittedChanges.Should().BeTrue();
    }

    [Fact]
    public void A_save_from_an_older_version_is_stale_and_changes_nothing()
    {
        Save([[A]]);

        Save([[B]], version: 0).Should().Be("ranking.stale");

        ranking.Draft.Offers.Should().Equal(A);
    }

    [Fact]
    public void What_says_the_stored_list_again_is_no_conflict_and_no_new_version()
    {
        Save([[A]]);

        Save([[A]], version: 0).Should().BeNull();

        (ranking.Version, ranking.Past.Count).Should().Be((1, 1));
    }

    [Fact]
    public void A_repeated_request_is_carried_out_once_and_answers_as_before()
    {
        var request = new RankingRequest(Guid.NewGuid(), 0);
        var first = Request([[A]], request);
        Save([[A], [B]]);

        var again = Request([[A]], request);

        (first, again).Should().Be((1, 1), "a client that then saves from version 1 learns that version 2 exists");
        ranking.Draft.Offers.Should().Equal(A, B);
    }

    [Fact]
    public void A_key_that_comes_with_another_list_is_another_request()
    {
        var request = new RankingRequest(Guid.NewGuid(), 0);
        Request([[A]], request);

        ranking.SaveDraft(new([[B]]), NoNotes, request, campaign, Listable, Noon).TryGet(out _, out var problem).Should().BeFalse();

        problem!.Code.Should().Be("ranking.stale", "a page taken from the browser's history must not be told that its press was carried out");
    }

    [Fact]
    public void A_submission_pressed_twice_is_one_version()
    {
        Save([[A]]);
        var request = new RankingRequest(Guid.NewGuid(), ranking.Version);

        ranking.Submit(request, false, campaign, Noon).TryGet(out var first, out _);
        ranking.Submit(request, false, campaign, Noon.AddDays(1)).TryGet(out var second, out _);

        second.Should().BeSameAs(first, "the answer to what was accepted in time is the same after the deadline");
        ranking.Versions.Should().ContainSingle();
    }

    [Fact]
    public void The_same_list_submitted_again_stays_the_same_version_unless_any_other_offer_will_do()
    {
        Save([[A]]);
        Submit();

        Submit().Should().BeNull();
        Submit(anyOther: true).Should().BeNull();

        ranking.Versions.Select(version => version.AnyOther).Should().Equal(false, true);
    }

    [Fact]
    public void Nothing_can_be_submitted_from_an_empty_draft_or_an_older_page()
    {
        Submit().Should().Be("ranking.empty");
        Save([[A]]);
        Submit(version: 0).Should().Be("ranking.stale");

        ranking.Versions.Should().BeEmpty();
    }

    [Fact]
    public void Rules_of_the_campaign_are_kept()
    {
        var strict = Open(ties: false, limit: 2);
        Refused(strict, [[A, B]]).Should().Be("ranking.ties");
        Refused(strict, [[A], [B], [C]]).Should().Be("ranking.too-long");
        Refused(strict, [[A], [A]]).Should().Be("ranking.duplicate");
        Refused(strict, [[OfferId.New(Noon)]]).Should().Be("ranking.not-open");
    }

    [Fact]
    public void An_offer_that_is_listed_may_stay_when_it_can_no_longer_be_added()
    {
        Save([[A], [B]]);

        ranking.SaveDraft(new([[B], [A]]), NoNotes, Now(), campaign, new HashSet<OfferId>(), Noon).TryGet(out _, out var problem);

        problem.Should().BeNull();
        ranking.Draft.Offers.Should().Equal(B, A);
    }

    [Fact]
    public void Drafts_are_taken_back_one_by_one_and_come_again_until_something_else_is_saved()
    {
        Save([[A]]);
        Save([[A], [B]]);
        Save([[B], [A]]);

        Save(ranking.Past[^1].Groups);
        var once = ranking.Draft;
        Save(ranking.Past[^1].Groups);
        var twice = ranking.Draft;
        Save(ranking.Future[^1].Groups);
        var again = ranking.Draft;
        Save([[C]]);

        once.Offers.Should().Equal(A, B);
        twice.Offers.Should().Equal(A);
        again.Offers.Should().Equal(A, B);
        ranking.Future.Should().BeEmpty("a new move ends what could be done again");
        ranking.Past[^1].Offers.Should().Equal(A, B);
    }

    [Fact]
    public void Notes_are_kept_by_offer_and_only_those_named_change()
    {
        Request([[A], [B]], Now(), new() { [A] = "read the paper", [B] = "ask" });

        Request([[A], [B]], Now(), new() { [B] = " " });

        (ranking.NoteOn(A), ranking.NoteOn(B)).Should().Be(("read the paper", null));
    }

    [Fact]
    public void A_note_that_is_too_long_keeps_the_list_as_it_was()
    {
        var refused = ranking.SaveDraft(new([[A]]), new Dictionary<OfferId, string> { [A] = new('x', Ranking.MaxNoteLength + 1) }, Now(), campaign, Listable, Noon).TryGet(out _, out var problem);

        (refused, problem!.Code, ranking.Draft.Count).Should().Be((false, "ranking.note-too-long", 0));
    }

    [Fact]
    public void What_a_form_changes_besides_the_list_is_judged_by_the_lists_version_and_raises_it()
    {
        Save([[A]]);

        Besides("motivation", version: 0).Should().Be("ranking.stale", "a window that shows an older list shows an older motivation");
        Besides("motivation", version: 1).Should().BeNull();

        (ranking.Version, ranking.Past.Count, ranking.Draft.Count).Should().Be((2, 1, 1));
        Save([[B]], version: 1).Should().Be("ranking.stale");
    }

    private string? Besides(string text, int version)
    {
        ranking.SaveDraft(ranking.Draft, NoNotes, new(Guid.NewGuid(), version), campaign, Listable, Noon, text).TryGet(out _, out var problem);
        return problem?.Code;
    }

    private static IReadOnlySet<OfferId> Listable => new HashSet<OfferId> { A, B, C };

    private static Campaign Open(bool ties = true, int limit = 10)
    {
        var campaign = new Campaign(CampaignId.New(Noon), Track.MasterInternship, "2026-2027", "serial", "seed");
        campaign.SetRules("serial", "seed", 20, limit, ties, overlap: false, hostsRank: false);
        campaign.Schedule(null, Noon, null);
        campaign.MoveTo(CampaignState.Declaring);
        campaign.MoveTo(CampaignState.Ranking);
        return campaign;
    }

    private static string? Refused(Campaign campaign, ImmutableArray<ImmutableArray<OfferId>> groups)
    {
        new Ranking(RankingId.New(Noon), campaign.Id, StudentId.New(Noon)).SaveDraft(new(groups), NoNotes, new(Guid.NewGuid(), 0), campaign, Listable, Noon).TryGet(out _, out var problem);
        return problem?.Code;
    }

    private RankingRequest Now() => new(Guid.NewGuid(), ranking.Version);

    private int Request(ImmutableArray<ImmutableArray<OfferId>> groups, RankingRequest request, Dictionary<OfferId, string>? notes = null)
    {
        ranking.SaveDraft(new(groups), notes ?? NoNotes, request, campaign, Listable, Noon).TryGet(out var version, out var problem);
        problem.Should().BeNull();
        return version;
    }

    private string? Save(ImmutableArray<ImmutableArray<OfferId>> groups, DateTimeOffset? now = null, int? version = null)
    {
        ranking.SaveDraft(new(groups), NoNotes, new(Guid.NewGuid(), version ?? ranking.Version), campaign, Listable, now ?? Noon).TryGet(out _, out var problem);
        return problem?.Code;
    }

    private string? Submit(bool anyOther = false, int? version = null)
    {
        ranking.Submit(new(Guid.NewGuid(), version ?? ranking.Version), anyOther, campaign, Noon).TryGet(out _, out var problem);
        return problem?.Code;
    }
}
