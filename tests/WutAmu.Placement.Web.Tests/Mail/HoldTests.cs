using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Publication;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>Between the publication and its first letter.</summary>
public sealed class HoldTests
{
    [Fact]
    public async Task No_letter_leaves_within_the_hold_and_all_leave_after_it()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port);
        var campaign = await PublishedAsync(host);
        using var browser = await HostBrowser.SignInAsync(host, "coordinator@institute.example.org");

        host.Clock.Advance(TimeSpan.FromMinutes(10) - TimeSpan.FromSeconds(1));
        await host.SendAsync();
        var within = relay.Connections;
        await browser.OpenAsync("/Letters");
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.SendAsync();

        within.Should().Be(0);
        browser.Text.Should().Contain("leave from").And.Contain("Recall the publication before then");
        relay.Taken.Should().HaveCount(6);
        (await host.ReadAsync(db => db.Campaigns.SingleAsync(c => c.Id == campaign.Id))).State.Should().Be(Domain.Campaigns.CampaignState.Published);
    }

    [Fact]
    public async Task A_publication_recalled_within_the_hold_sends_nothing_ever()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port);
        var campaign = await PublishedAsync(host);

        (await host.DoAsync<RecallPublication, Result<Done>>(recall => recall.HandleAsync(campaign.Id, "wrong file", campaign.Coordinator, CancellationToken.None))).Value();
        host.Clock.Advance(TimeSpan.FromDays(1));
        await host.SendAsync();

        relay.Connections.Should().Be(0);
        (await host.LettersAsync()).Should().OnlyContain(letter => letter.State == LetterState.Recalled);
    }

    private static async Task<SmallCampaign> PublishedAsync(MatchingHost host)
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var run = await campaign.SolveAsync(await campaign.StartAsync());
        (await campaign.PublishAsync(run.Id)).Value();
        return campaign;
    }
}
