using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.Rankings;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Rankings;

/// <summary>The earlier drafts and the requests carried out, as short text; and as the JSON they were kept in before.</summary>
public sealed class HistoryColumnTests
{
    private static readonly OfferId[] Offers = [.. Enumerable.Range(0, 12).Select(_ => new OfferId(Guid.NewGuid()))];

    [Fact]
    public void Drafts_come_back_as_they_were_ties_order_and_empty_ones_too()
    {
        IReadOnlyList<RankedChoices> drafts = [RankedChoices.Empty, new([[Offers[0]], [Offers[11], Offers[1]]]), new([[Offers[1], Offers[11], Offers[0]]]), RankedChoices.Empty];

        var read = ChoicesColumn.ReadDrafts(ChoicesColumn.Write(drafts));

        read.Select(draft => draft.ToText()).Should().Equal(drafts.Select(draft => draft.ToText()));
        ChoicesColumn.ReadDrafts(ChoicesColumn.Write((IReadOnlyList<RankedChoices>)[])).Should().BeEmpty();
    }

    [Fact]
    public void Requests_come_back_as_they_were()
    {
        IReadOnlyList<AppliedRequest> requests = [new(Guid.NewGuid(), "0123456789abcdef", 7, 0), new(Guid.NewGuid(), "fedcba9876543210", 12345, 3)];

        ChoicesColumn.ReadRequests(ChoicesColumn.Write(requests)).Should().Equal(requests);
        ChoicesColumn.ReadRequests(ChoicesColumn.Write((IReadOnlyList<AppliedRequest>)[])).Should().BeEmpty();
    }

    [Fact]
    public void A_whole_history_fits_with_its_row_on_one_page_of_the_database()
    {
        var drafts = Enumerable.Range(0, Ranking.Remembered).Select(i => new RankedChoices([.. Offers.Skip(i % 3).Take(10).Select(offer => System.Collections.Immutable.ImmutableArray.Create(offer))])).ToList();
        var requests = Enumerable.Range(0, Ranking.Remembered).Select(i => new AppliedRequest(Guid.NewGuid(), "0123456789abcdef", 1000 + i, 0)).ToList();

        (ChoicesColumn.Write(drafts).Length + ChoicesColumn.Write(requests).Length).Should().BeLessThan(3000, "a page has 4096 bytes, and what does not fit is written as pages of its own with every save");
    }

    [Fact]
    public async Task What_was_kept_as_JSON_before_is_read_and_undo_and_a_repeated_request_still_work()
    {
        using var host = new MatchingHost();
        var campaign = await RankingCampaign.CreateAsync(host);
        using var student = await HostBrowser.SignInAsync(host, "s1@wut.example.org");
        student.Speak("en");
        await student.OpenAsync(campaign.Page);
        await student.Fill("Form.List", campaign.Ids("A-1 A-2")).PressAsync("save");
        var (one, two, key) = (campaign.Offers["A-1"].Value, campaign.Offers["A-2"].Value, Guid.NewGuid());
        await host.DoAsync<PlacementDb>(db => db.Database.ExecuteSqlAsync(
            $"UPDATE Rankings SET Past = {$$"""[{"groups":[]},{"groups":[["{{two}}"],["{{one}}"]]}]"""}, Future = {"[]"}, Applied = {$$"""[{"key":"{{key}}","content":"c","version":1,"submitted":0}]"""}"));

        var before = await campaign.RankingAsync("s1");
        await student.OpenAsync(campaign.Page);
        await student.PressAsync("undo");

        before!.Applied.Should().Equal(new AppliedRequest(key, "c", 1, 0));
        (await campaign.DraftAsync("s1")).Should().Be("A-2 A-1");
        var after = await campaign.RankingAsync("s1");
        (after!.Past.Count, after.Future.Count, after.Applied.Count).Should().Be((1, 1, 2));
        (await host.ReadAsync(db => db.Database.SqlQuery<string>($"SELECT Past || Future || Applied AS Value FROM Rankings").SingleAsync())).Should().NotContain("{");
    }
}
