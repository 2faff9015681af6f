using System.Net;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Features.Letters;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>What a coordinator sees of the outbox, and what their buttons do.</summary>
public sealed class LettersPageTests
{
    private const string Coordinator = "coordinator@institute.example.org";

    [Theory]
    [InlineData("fr")]
    [InlineData("zh-Hans")]
    [InlineData("en")]
    public async Task Every_page_opens_in_the_readers_language_with_trouble_and_pause_on_it(string language)
    {
        await using var relay = new ScriptedRelay(said => said.Verb == "MAIL" ? new("550 5.7.1 sender <refused>") : null);
        await using var host = MailHost.Of(relay.Port);
        using var browser = await SignInAsync(host);
        browser.Speak(language);
        await browser.OpenAsync("/Letters");
        browser.Text.Should().Contain("class=\"empty\"");
        var id = (await host.QueueAsync(second: "second@two.example.org"))[0];
        await host.SendAsync();
        await browser.OpenAsync("/Letters");
        await browser.Fill("reason", "a mistake in a letter").PressAsync(handler: "Pause");
        await host.DoAsync<PlacementDb>(async db =>
        {
            (await db.Sending.SingleAsync()).PauseAfterRestore(host.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        });

        foreach (var path in new[] { "/Letters", $"/Letters/{id}", $"/Letters/{id}/Resend", "/Letters/Restored" })
        {
            await browser.OpenAsync(path);

            (browser.Path, browser.Status).Should().Be((path, HttpStatusCode.OK));
            browser.Text.Should().Contain($"<html lang=\"{language}\">").And.NotContain("<refused>&");
        }

        await browser.OpenAsync("/Letters");
        browser.Text.Should().Contain("550 5.7.1 sender <refused>", "the server's own words are shown");
    }

    [Fact]
    public async Task Filters_and_search_find_letters_and_say_when_there_is_none()
    {
        await using var relay = new ScriptedRelay(said => said.Line.Contains("p2@", StringComparison.Ordinal) ? new("550 unknown") : null);
        await using var host = MailHost.Of(relay.Port);
        await host.QueueAsync(60);
        await host.SendAsync();
        using var browser = await SignInAsync(host);

        await browser.OpenAsync("/Letters?state=Refused");
        var refused = browser.Text;
        await browser.OpenAsync("/Letters?q=P33%40one");
        var byAddress = browser.Text;
        await browser.OpenAsync("/Letters?q=Person+41");
        var byName = browser.Text;
        await browser.OpenAsync("/Letters?q=100%25");
        var none = browser.Text;
        await browser.OpenAsync("/Letters?kind=Reminder");
        var otherKind = browser.Text;
        await browser.OpenAsync("/Letters?state=Accepted&p=2");
        var second = browser.Text;

        refused.Should().Contain("Subject 2<").And.NotContain("Subject 3<");
        byAddress.Should().Contain("Subject 33<").And.NotContain("Subject 34<");
        byName.Should().Contain("Subject 41<").And.NotContain("Subject 40<");
        none.Should().Contain("No letter matches", "a percent sign is a character here, not a wildcard");
        otherKind.Should().Contain("No letter matches");
        second.Should().Contain("state=Accepted").And.Contain("Previous").And.NotContain("Subject 2<");
    }

    [Fact]
    public async Task A_pause_holds_every_letter_but_sign_in_codes_until_somebody_resumes()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port);
        using var browser = await SignInAsync(host);
        await host.QueueAsync(2);
        var code = (await host.QueueAsync(kind: LetterKind.SignIn))[0];

        await browser.OpenAsync("/Letters");
        await browser.Fill("reason", "").PressAsync(handler: "Pause");
        var refused = browser.Text;
        await browser.Fill("reason", "wrong date in the template").PressAsync(handler: "Pause");
        await host.SendAsync();
        var during = relay.Taken.Select(taken => taken.Message.MessageId).ToList();
        await browser.OpenAsync("/Letters");
        var banner = browser.Text;
        await browser.PressAsync(handler: "Resume");
        await host.SendAsync();

        refused.Should().Contain("Give a reason");
        during.Should().ContainSingle().Which.Should().StartWith(code.Value.ToString("N"));
        banner.Should().Contain("Sending is paused").And.Contain("wrong date in the template").And.Contain("By Coordinator").And.Contain("ready to leave: 2");
        relay.Taken.Should().HaveCount(3);
        (await ActionsAsync(host)).Should().Equal("sending.paused", "sending.resumed");
    }

    [Fact]
    public async Task Trying_the_server_now_while_somebody_else_writes_of_it_is_no_conflict()
    {
        await using var host = MailHost.Of(1);
        await host.DoAsync<PlacementDb>(async db =>
        {
            (await db.Sending.SingleAsync()).Stumble("421 closing", host.Clock.GetUtcNow());
            await db.SaveChangesAsync();
        });
        Task[] tries;
        using (await host.Services.GetRequiredService<WriteGate>().EnterAsync(CancellationToken.None))
        {
            tries = [.. Enumerable.Range(0, 2).Select(_ => host.DoAsync<ResumeSending>(resume => resume.TryNowAsync(CancellationToken.None)))];
            tries.Should().OnlyContain(one => !one.IsCompleted, "the gate is taken");
        }

        await Task.WhenAll(tries);

        (await host.SendingAsync()).TryAgainAt.Should().Be(host.Clock.GetUtcNow());
    }

    [Fact]
    public async Task A_refused_letter_is_sent_again_to_another_address_which_is_kept_if_asked()
    {
        await using var relay = new ScriptedRelay(said => said.Line.Contains("p1@", StringComparison.Ordinal) ? new("550 unknown") : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync(2))[0];
        await host.SendAsync();
        using var browser = await SignInAsync(host);

        await browser.OpenAsync($"/Letters/{id}/Resend");
        await browser.Fill("address", "a@example.org\r\nBcc: b@example.org").PressAsync();
        var hostile = (browser.Status, browser.Text);
        await browser.Fill("address", "p2@one.example.org").Fill("keep", "true").PressAsync();
        var taken = (browser.Status, browser.Text);
        await browser.Fill("address", "new@one.example.org").Fill("keep", "true").Fill("reason", "they wrote to us").PressAsync();
        var accepted = browser.Path;
        await host.SendAsync();

        hostile.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        hostile.Text.Should().Contain("is not an e-mail address");
        taken.Status.Should().Be(HttpStatusCode.UnprocessableEntity);
        taken.Text.Should().Contain("belongs to somebody else");
        accepted.Should().Be($"/Letters/{id}");
        relay.Taken[^1].Recipients.Should().Equal("new@one.example.org");
        var letter = await host.LetterAsync(id);
        letter.Attempts.Select(a => (a.To.Value, a.Outcome)).Should().Equal(("p1@one.example.org", AttemptOutcome.Refused), ("new@one.example.org", AttemptOutcome.Accepted));
        (await host.ReadAsync(db => db.People.AsNoTracking().SingleAsync(p => p.Id == letter.Person))).Email.Value.Should().Be("new@one.example.org");
        var audit = await host.ReadAsync(db => db.Audit.AsNoTracking().OrderBy(a => a.Sequence).ToListAsync());
        audit.Should().ContainSingle().Which.Should().Match<Domain.Audit.AuditEntry>(a => a.Action == "letter.resent" && a.Reason == "they wrote to us" && !a.Detail!.Contains('@'));
    }

    [Fact]
    public async Task A_waiting_letter_is_withdrawn_with_a_reason_and_never_leaves()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];
        using var browser = await SignInAsync(host);

        await browser.OpenAsync($"/Letters/{id}");
        await browser.PressAsync(handler: "Withdraw");
        var without = browser.Text;
        await browser.OpenAsync($"/Letters/{id}");
        await browser.Fill("reason", "written twice").PressAsync(handler: "Withdraw");
        await host.SendAsync();

        without.Should().Contain("Give a reason");
        (await host.LetterAsync(id)).State.Should().Be(LetterState.Recalled);
        relay.Connections.Should().Be(0);
        (await ActionsAsync(host)).Should().Equal("letter.withdrawn");
    }

    [Fact]
    public async Task A_sign_in_code_is_shown_to_nobody()
    {
        await using var host = MailHost.Of(1);
        var id = (await host.QueueAsync(kind: LetterKind.SignIn))[0];
        using var browser = await SignInAsync(host);

        await browser.OpenAsync($"/Letters/{id}");

        browser.Text.Should().Contain("shown to nobody else").And.NotContain("<pre");
    }

    [Fact]
    public async Task After_a_restore_nothing_leaves_and_the_page_says_what_the_server_had_accepted()
    {
        await using var relay = new ScriptedRelay();
        var folder = Directory.CreateTempSubdirectory("placement-restore-").FullName;
        List<LetterId> ids;
        await using (var before = MailHost.Of(relay.Port, ("Storage:Folder", folder)))
        {
            ids = await before.QueueAsync(3);
            // The copy is taken while the letters wait; then two of them leave, and one more that the copy will not know.
            await before.DoAsync<PlacementDb>(db => db.Database.ExecuteSqlRawAsync("VACUUM INTO {0}", Path.Combine(folder, "backup.db")));
            await before.DoAsync<PlacementDb>(async db =>
            {
                (await db.Outbox.SingleAsync(l => l.Id == ids[2])).Recall(before.Clock.GetUtcNow());
                await db.SaveChangesAsync();
            });
            await before.QueueAsync(1, _ => "later@one.example.org");
            await before.SendAsync();
        }

        Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
        foreach (var old in Directory.EnumerateFiles(folder, "placement.db*"))
        {
            File.Delete(old);
        }

        File.Move(Path.Combine(folder, "backup.db"), Path.Combine(folder, "placement.db"));
        await File.WriteAllTextAsync(Path.Combine(folder, "restored"), "");
        await using var after = MailHost.Of(relay.Port, ("Storage:Folder", folder));
        using var browser = await SignInAsync(after);

        var sentWhilePaused = await after.SendAsync();
        await browser.OpenAsync("/Letters");
        var letters = browser.Text;
        await browser.OpenAsync("/Letters/Restored");
        var page = browser.Text;
        await browser.Fill("letter", ids[0].ToString()).PressAsync(handler: "Mark");
        await browser.OpenAsync("/Letters/Restored");
        await browser.PressAsync(handler: "Resume");
        await after.SendAsync();

        File.Exists(Path.Combine(folder, "restored")).Should().BeFalse("the next start is an ordinary one");
        sentWhilePaused.Should().Be(0);
        letters.Should().Contain("restored from a backup");
        page.Should().Contain("taken as 1-1").And.Contain("taken as 1-3", "the letter that the backup does not know").And.Contain("Not in the journal");
        relay.Taken.GroupBy(taken => taken.Message.MessageId).Should().OnlyContain(same => same.Count() == 1, "nothing was sent twice");
        relay.Taken.Should().HaveCount(4, "the letter that the journal does not know left when sending was resumed");
        (await after.LetterAsync(ids[0])).Should().Match<OutboxLetter>(l => l.State == LetterState.Accepted && l.ServerWords == "250 2.0.0 taken as 1-1");
        (await after.LetterAsync(ids[1])).State.Should().Be(LetterState.Accepted, "the journal holds it back even unmarked");
        (await ActionsAsync(after)).Should().Equal("sending.paused", "letters.marked-accepted", "sending.resumed");
    }

    [Fact]
    public async Task A_torn_line_of_the_journal_loses_that_line_alone()
    {
        await using var host = MailHost.Of(1);
        using var client = host.CreateClient();
        var file = host.Services.GetRequiredService<Microsoft.Extensions.Options.IOptions<StorageOptions>>().Value.RelayJournalFile;
        var journal = host.Services.GetRequiredService<RelayJournal>();
        journal.Append(Entry("first"));
        await File.AppendAllTextAsync(file, "{\"messageId\":\"torn");

        using var again = ActivatorUtilities.CreateInstance<RelayJournal>(host.Services);
        again.Append(Entry("second"));
        using var third = ActivatorUtilities.CreateInstance<RelayJournal>(host.Services);

        third.All.Select(entry => entry.MessageId).Should().Equal("first", "second");

        JournalEntry Entry(string id) => new(id, LetterId.New(host.Clock.GetUtcNow()), LetterKind.Notice, PersonId.New(host.Clock.GetUtcNow()), host.Clock.GetUtcNow(), true, false, "250 ok");
    }

    private static Task<List<string>> ActionsAsync(MatchingHost host) => host.ReadAsync(db => db.Audit.AsNoTracking().OrderBy(a => a.Sequence).Select(a => a.Action).ToListAsync());

    private static async Task<HostBrowser> SignInAsync(MatchingHost host)
    {
        await host.DoAsync<PlacementDb>(async db =>
        {
            db.Add(new Person(PersonId.New(host.Clock.GetUtcNow()), "Coordinator", null, EmailAddress.Create(Coordinator), Language.English, Roles.Coordinator));
            await db.SaveChangesAsync();
        });
        return await HostBrowser.SignInAsync(host, Coordinator);
    }
}
