using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Features.Letters;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Hosts;
using WutAmu.Placement.Web.Tests.Mail;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Deadlines;

/// <summary>Reminders that were written by day and kept waiting, by a pause or a mail server, until their reader's night. s3 of <see cref="HostCampaign"/> has not submitted; ranking ends on 14 December at 08:00 UTC.</summary>
public sealed class NightTests : IDisposable
{
    private readonly MatchingHost host = new();

    public void Dispose() => host.Dispose();

    [Fact]
    public async Task A_pause_that_ends_in_the_night_lets_a_reminder_wait_for_the_morning()
    {
        await WrittenAsync();
        await PauseAsync();
        host.Clock.SetUtcNow(new(2026, 12, 8, 2, 0, 0, TimeSpan.Zero)); // 03:00 in Marseille
        await ResumeAsync();
        await host.QueueAsync(); // what somebody waits for

        await host.SendAsync();
        var night = await ReminderAsync();
        host.Clock.SetUtcNow(new(2026, 12, 8, 6, 59, 59, TimeSpan.Zero));
        await host.SendAsync();
        var before = await ReminderAsync();
        host.Clock.SetUtcNow(new(2026, 12, 8, 7, 0, 0, TimeSpan.Zero)); // 08:00
        await host.SendAsync();

        night.Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.LeaseOwner == null && l.Attempts.Count == 0 && l.NextAttemptAt == new DateTimeOffset(2026, 12, 8, 7, 0, 0, TimeSpan.Zero));
        before.State.Should().Be(LetterState.Queued);
        (await ReminderAsync()).State.Should().Be(LetterState.Accepted);
        (await host.LettersAsync()).Single(l => l.Key.StartsWith("test:", StringComparison.Ordinal)).EndedAt.Should().Be(new DateTimeOffset(2026, 12, 8, 2, 0, 0, TimeSpan.Zero), "other letters leave at any hour");
    }

    [Fact]
    public async Task A_mail_server_that_is_back_in_the_night_gets_no_reminder_before_the_morning()
    {
        await using var relay = new ScriptedRelay(said => said is { Verb: "DATA", Connection: 1 } ? new("421 4.3.2 closing") : null);
        await using var mailed = MailHost.Of(relay.Port);
        await WrittenAsync(mailed, new(2026, 12, 7, 18, 59, 50, TimeSpan.Zero)); // ten seconds before 20:00 in Marseille

        await mailed.SendAsync(); // trouble: tried again in ten seconds
        mailed.Clock.Advance(TimeSpan.FromSeconds(10));
        await mailed.SendAsync();
        var night = await ReminderAsync(mailed);
        var taken = relay.Taken.Count;
        mailed.Clock.SetUtcNow(new(2026, 12, 8, 7, 0, 0, TimeSpan.Zero));
        await mailed.SendAsync();

        taken.Should().Be(0);
        night.Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.NextAttemptAt == new DateTimeOffset(2026, 12, 8, 7, 0, 0, TimeSpan.Zero));
        relay.Taken.Should().ContainSingle();
    }

    [Fact]
    public async Task The_night_is_the_one_of_where_the_reader_lives_now()
    {
        await WrittenAsync();
        await host.DoAsync<PlacementDb>(async db =>
        {
            var s3 = await db.Students.SingleAsync(s => s.Code == "s3");
            (await db.People.SingleAsync(p => p.Id == s3.Person)).LiveIn("Asia/Shanghai");
            await db.SaveChangesAsync();
        });
        host.Clock.SetUtcNow(new(2026, 12, 7, 13, 0, 0, TimeSpan.Zero)); // 14:00 in Marseille, 21:00 in Wuhan

        await host.SendAsync();

        (await ReminderAsync()).Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.NextAttemptAt == new DateTimeOffset(2026, 12, 8, 0, 0, 0, TimeSpan.Zero));
    }

    [Fact]
    public async Task The_last_reminder_leaves_in_the_night()
    {
        await HostCampaign.CreateAsync(host);
        host.Clock.SetUtcNow(new(2026, 12, 14, 3, 0, 0, TimeSpan.Zero)); // 04:00, five hours before
        await host.KeepDeadlinesAsync();

        await host.SendAsync();

        (await ReminderAsync()).Should().Match<OutboxLetter>(l => l.State == LetterState.Accepted && l.Key.Contains(":6h:"));
    }

    [Fact]
    public async Task A_reminder_overtaken_by_the_next_does_not_leave_beside_it()
    {
        await WrittenAsync();
        await PauseAsync();
        for (var day = 0; day < 6; day++)
        {
            host.Clock.Advance(TimeSpan.FromDays(1));
            await host.KeepDeadlinesAsync();
        }

        await ResumeAsync();
        await host.SendAsync();

        var reminders = (await host.LettersAsync()).Where(l => l.Kind == LetterKind.Reminder && l.Key.Contains(":Ranking:", StringComparison.Ordinal)).ToList();
        reminders.Select(l => (l.Key.Split(':')[^2], l.State)).Should().Equal(("168h", LetterState.Recalled), ("48h", LetterState.Accepted));
    }

    [Fact]
    public async Task A_coordinator_who_sends_it_again_at_night_knows_what_time_it_is()
    {
        await WrittenAsync();
        await host.SendAsync();
        host.Clock.SetUtcNow(new(2026, 12, 8, 2, 0, 0, TimeSpan.Zero));
        var id = (await ReminderAsync()).Id;
        await host.DoAsync<PlacementDb>(async db =>
        {
            (await db.Outbox.SingleAsync(l => l.Id == id)).Resend(null, host.Clock.GetUtcNow()).Value();
            await db.SaveChangesAsync();
        });

        await host.SendAsync();

        (await host.LetterAsync(id)).EndedAt.Should().Be(new DateTimeOffset(2026, 12, 8, 2, 0, 0, TimeSpan.Zero));
    }

    private Task WrittenAsync() => WrittenAsync(host, new(2026, 12, 7, 9, 0, 0, TimeSpan.Zero)); // 7 days before, 10:00 in Marseille

    private static async Task WrittenAsync(MatchingHost host, DateTimeOffset at)
    {
        await HostCampaign.CreateAsync(host);
        host.Clock.SetUtcNow(at);
        await host.KeepDeadlinesAsync();
        (await ReminderAsync(host)).Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.Key.Contains(":168h:"));
    }

    private Task<OutboxLetter> ReminderAsync() => ReminderAsync(host);

    private static async Task<OutboxLetter> ReminderAsync(MatchingHost host) => (await host.LettersAsync()).Single(l => l.Kind == LetterKind.Reminder);

    private async Task PauseAsync() => (await host.DoAsync<PauseSending, Domain.Result<Domain.Done>>(async pause => await pause.HandleAsync("looking", await host.CoordinatorAsync(), CancellationToken.None))).Value();

    private async Task ResumeAsync() => (await host.DoAsync<ResumeSending, Domain.Result<Domain.Done>>(async resume => await resume.HandleAsync(await host.CoordinatorAsync(), CancellationToken.None))).Value();
}
