using System.Net;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Web.Features.Privacy;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Backups;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Audit;

/// <summary>Coordinators read the journal, find in it what they look for, and have it checked.</summary>
public sealed class JournalPageTests : IDisposable
{
    private const string Coordinator = "coordinator@institute.example.org";

    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task It_says_who_did_what_and_why_with_the_newest_first()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        await WriteAsync(new AuditEntry(host.Clock.GetUtcNow(), campaign.Coordinator, campaign.Id, "campaign.moved", campaign.Id.ToString(), "Declaring to Ranking", "because we can"));
        await WriteAsync(new AuditEntry(host.Clock.GetUtcNow(), null, null, "sending.resumed", "sending"));
        using var page = await SignInAsync();

        await page.OpenAsync("/Journal");

        var rows = Rows(page);
        rows[^1].Should().Contain("Campaign moved on").And.Contain("Master internships").And.Contain("Declaring to Ranking").And.Contain("because we can").And.Contain($"/People/{campaign.Coordinator}").And.Contain($"/Campaigns/{campaign.Id}");
        rows[^2].Should().Contain("Sending resumed").And.Contain("the service itself");
    }

    [Fact]
    public async Task It_is_found_by_campaign_person_and_act()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var other = await host.ReadAsync(db => db.People.Where(p => p.Name == "Head of A").Select(p => p.Id).SingleAsync());
        await WriteAsync(new AuditEntry(host.Clock.GetUtcNow(), campaign.Coordinator, campaign.Id, "run.started", "one"));
        await WriteAsync(new AuditEntry(host.Clock.GetUtcNow(), other, campaign.Id, "declaration.declared", "two"));
        await WriteAsync(new AuditEntry(host.Clock.GetUtcNow(), null, null, "sending.resumed", "three"));
        using var page = await SignInAsync();

        (await FoundAsync("campaign=" + campaign.Id)).Should().BeEquivalentTo("run.started", "declaration.declared");
        (await FoundAsync("by=" + other)).Should().Equal("declaration.declared");
        (await FoundAsync("by=service")).Should().Equal("sending.resumed");
        (await FoundAsync("act=run.started")).Should().Equal("run.started");
        (await FoundAsync($"campaign={campaign.Id}&by=service")).Should().BeEmpty();
        page.Text.Should().Contain("No entry matches.");

        async Task<List<string>> FoundAsync(string query)
        {
            await page.OpenAsync("/Journal?" + query);
            page.Status.Should().Be(HttpStatusCode.OK);
            var words = new Dictionary<string, string> { ["run.started"] = "Run started", ["declaration.declared"] = "Capacity declared", ["sending.resumed"] = "Sending resumed" };
            return [.. Rows(page).SelectMany(row => words.Where(act => row.Contains(act.Value, StringComparison.Ordinal)).Select(act => act.Key))];
        }
    }

    [Fact]
    public async Task Many_entries_are_turned_over_page_by_page_and_the_filter_stays()
    {
        await SmallCampaign.CreateAsync(host);
        await host.DoAsync<PlacementDb>(async db =>
        {
            db.Audit.AddRange(Enumerable.Range(1, 51).Select(i => new AuditEntry(host.Clock.GetUtcNow(), null, null, "test.many", $"{i}")));
            await db.SaveChangesAsync();
        });
        using var page = await SignInAsync();

        await page.OpenAsync("/Journal?act=test.many");
        var (first, next) = (Rows(page).Count, page.Html);
        await page.OpenAsync("/Journal?act=test.many&p=2");

        first.Should().Be(50);
        next.Should().Contain("?act=test.many&amp;p=2");
        Rows(page).Should().ContainSingle();
    }

    [Fact]
    public async Task A_whole_chain_is_said_to_be_whole_with_its_hash()
    {
        await SmallCampaign.CreateAsync(host);
        await WriteAsync(new AuditEntry(host.Clock.GetUtcNow(), null, null, "test.done", "x"));
        await host.BackUpAsync();
        using var page = await SignInAsync();

        await page.OpenAsync("/Journal?check=true");

        var last = await host.ReadAsync(db => db.Audit.AsNoTracking().OrderByDescending(a => a.Sequence).FirstAsync());
        page.Text.Should().Contain("The chain is whole").And.Contain($"Entries 1 to {last.Sequence} are as they were written. Backups that noted the same: 1.").And.Contain(last.Hash);
    }

    [Fact]
    public async Task A_changed_entry_is_named()
    {
        await SmallCampaign.CreateAsync(host);
        using var page = await SignInAsync(); // written in the journal, too
        await WriteAsync(new AuditEntry(host.Clock.GetUtcNow(), null, null, "test.done", "x", "2 students"));
        await host.DoAsync<PlacementDb>(db => db.Audit.Where(a => a.Action == "test.done").ExecuteUpdateAsync(set => set.SetProperty(a => a.Detail, "3 students")));
        var changed = await host.ReadAsync(db => db.Audit.Where(a => a.Action == "test.done").Select(a => a.Sequence).SingleAsync());

        await page.OpenAsync("/Journal?check=true");

        page.Text.Should().Contain("The chain is broken").And.Contain($"At entry {changed}: it is not what was written.").And.NotContain("The chain is whole");
    }

    [Fact]
    public async Task Somebody_erased_is_not_named_any_more_neither_as_actor_nor_in_a_reason()
    {
        var campaign = await SmallCampaign.CreateAsync(host);
        var student = await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Name == "Student s4"));
        await WriteAsync(new AuditEntry(host.Clock.GetUtcNow(), student.Id, campaign.Id, "ranking.submitted", "x"));
        await WriteAsync(new AuditEntry(host.Clock.GetUtcNow(), campaign.Coordinator, campaign.Id, "letter.resent", "x", null, "Student s4 asked on the telephone"));
        using var page = await SignInAsync();
        await page.OpenAsync("/Journal");
        page.Text.Should().Contain("Student s4 asked").And.Contain(">Student s4<", "the test must be able to see what it looks for");
        await campaign.ChangeAsync(async db => (await db.Campaigns.SingleAsync()).MoveTo(Domain.Campaigns.CampaignState.Published).Value());
        await campaign.ChangeAsync(async db => (await db.Campaigns.SingleAsync()).MoveTo(Domain.Campaigns.CampaignState.Closed).Value());

        (await host.DoAsync<ErasePerson, Result<Done>>(erase => erase.HandleAsync(student.Id, "asked", campaign.Coordinator, CancellationToken.None))).Value();
        await page.OpenAsync("/Journal?check=true");

        page.Text.Should().NotContain("Student s4").And.Contain("erased with the person it named").And.Contain("The chain is whole");
    }

    [Fact]
    public async Task A_reason_too_old_to_be_erased_is_kept_for_the_check_and_not_shown()
    {
        await SmallCampaign.CreateAsync(host);
        await host.DoAsync<PlacementDb>(async db =>
        {
            db.Audit.Add(new AuditEntry(host.Clock.GetUtcNow(), null, null, "test.old", "x", null, "somebody by name"));
            await db.SaveChangesAsync();
            await db.Audit.ExecuteUpdateAsync(set => set.SetProperty(a => a.ReasonHash, (string?)null).SetProperty(a => a.ReasonSalt, (string?)null));
        });
        using var page = await SignInAsync();

        await page.OpenAsync("/Journal");

        page.Text.Should().NotContain("somebody by name").And.Contain("too old to have been erasable");
    }

    [Fact]
    public async Task Nobody_but_coordinators_reads_it()
    {
        await SmallCampaign.CreateAsync(host);
        foreach (var address in new[] { "head-a@amu.example.org", "s1@wut.example.org" })
        {
            using var page = await HostBrowser.SignInAsync(host, address);
            await page.OpenAsync("/Journal?check=true");
            page.Status.Should().Be(HttpStatusCode.Forbidden);
        }
    }

    private Task<HostBrowser> SignInAsync() => HostBrowser.SignInAsync(host, Coordinator);

    private Task WriteAsync(AuditEntry entry) => host.DoAsync<PlacementDb>(async db =>
    {
        db.Add(entry);
        await db.SaveChangesAsync();
    });

    private static IReadOnlyList<string> Rows(HostBrowser page) =>
        page.Html.Contains("<tbody>", StringComparison.Ordinal) ? [.. page.Text[page.Text.IndexOf("<tbody>", StringComparison.Ordinal)..].Split("<tr>")[1..]] : [];
}
