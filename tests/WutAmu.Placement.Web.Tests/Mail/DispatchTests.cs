using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>Who sends which letter and when: a service that is stopped or killed in the middle, two at once, one domain at a time, a code before all others.</summary>
public sealed class DispatchTests
{
    [Fact]
    public async Task A_service_stopped_before_the_hand_over_gives_the_letter_back_untried()
    {
        await using var relay = new ScriptedRelay(said => said is { Verb: "DATA", Connection: 1 } ? Act.Silence : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];
        using var stop = new CancellationTokenSource();

        var sending = host.SendAsync(stop.Token);
        await relay.HeardAsync("DATA");
        await stop.CancelAsync();
        var stopped = async () => await sending;
        await stopped.Should().ThrowAsync<OperationCanceledException>();
        var letter = await host.LetterAsync(id);
        await host.SendAsync();

        letter.Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.LeaseOwner == null && l.Attempts.Count == 0);
        relay.Taken.Should().ContainSingle("it leaves at the next start, once");
    }

    [Fact]
    public async Task A_service_stopped_after_the_hand_over_waits_for_the_answer()
    {
        var gate = new TaskCompletionSource();
        await using var relay = new ScriptedRelay(said => said.Verb == "." ? new("250 2.0.0 taken late", Gate: gate.Task) : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync(2))[0];
        using var stop = new CancellationTokenSource();

        var sending = host.SendAsync(stop.Token);
        await relay.HeardAsync(".");
        await stop.CancelAsync();
        gate.SetResult();
        var sent = await sending;

        sent.Should().Be(1, "the second letter is not begun any more");
        (await host.LetterAsync(id)).Should().Match<OutboxLetter>(l => l.State == LetterState.Accepted && l.ServerWords == "250 2.0.0 taken late");
    }

    [Fact]
    public async Task A_service_stopped_after_the_hand_over_waits_no_longer_than_a_shutdown_may_take()
    {
        await using var relay = new ScriptedRelay(said => said.Verb == "." ? Act.Silence : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];
        using var stop = new CancellationTokenSource();

        var sending = host.SendAsync(stop.Token);
        await relay.HeardAsync(".");
        await stop.CancelAsync();
        await host.AdvanceUntilAsync(SmtpSender.LastWait, sending);

        (await host.LetterAsync(id)).Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.MayHaveArrived && l.LeaseOwner == null);
    }

    [Fact]
    public async Task Two_dispatchers_racing_send_each_letter_once()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port);
        await host.QueueAsync(60);
        var (first, second) = (Dispatcher(host), Dispatcher(host));

        var counts = await Task.WhenAll(first.SendDueAsync(CancellationToken.None), second.SendDueAsync(CancellationToken.None));

        counts.Sum().Should().Be(60);
        relay.Taken.Select(taken => taken.Message.MessageId).Should().HaveCount(60).And.OnlyHaveUniqueItems();
        (await host.LettersAsync()).Should().OnlyContain(letter => letter.State == LetterState.Accepted && letter.Attempts.Count == 1);
    }

    [Fact]
    public async Task An_answer_that_comes_after_the_lease_was_taken_over_overwrites_nothing()
    {
        var gate = new TaskCompletionSource();
        await using var relay = new ScriptedRelay(said => said.Verb == "." ? new("250 2.0.0 at last", Gate: gate.Task) : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];
        var other = Guid.NewGuid();

        var sending = host.SendAsync();
        await relay.HeardAsync(".");
        await host.DoAsync<PlacementDb>(async db =>
        {
            var letter = await db.Outbox.FindAsync(id);
            letter!.Claim(other, host.Clock.GetUtcNow().AddDays(1), TimeSpan.FromMinutes(10)).Should().BeTrue(); // not null: queued above
            await db.SaveChangesAsync();
        });
        gate.SetResult();
        await sending;

        (await host.LetterAsync(id)).Should().Match<OutboxLetter>(l => l.State == LetterState.Sending && l.LeaseOwner == other);
        host.Services.GetRequiredService<RelayJournal>().All.Should().ContainSingle("what the server said is kept all the same").Which.Words.Should().Be("250 2.0.0 at last");
    }

    [Fact]
    public async Task A_letter_accepted_right_before_the_service_was_killed_is_not_sent_again()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];
        await host.DoAsync<PlacementDb>(async db =>
        {
            var letter = await db.Outbox.FindAsync(id);
            letter!.Claim(Guid.NewGuid(), host.Clock.GetUtcNow(), TimeSpan.FromMinutes(10)); // not null: queued above
            await db.SaveChangesAsync();
            host.Services.GetRequiredService<RelayJournal>().Append(new(letter.MessageId("institute.example.org"), id, letter.Kind, letter.Person, host.Clock.GetUtcNow(), true, false, "250 taken"));
        });
        host.Clock.Advance(TimeSpan.FromMinutes(11));

        await host.SendAsync();

        relay.Connections.Should().Be(0);
        (await host.LetterAsync(id)).Should().Match<OutboxLetter>(l => l.State == LetterState.Accepted && l.ServerWords == "250 taken");
    }

    [Fact]
    public async Task A_letter_of_a_killed_service_that_nobody_knows_about_is_sent_again_with_the_same_id()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];
        await host.DoAsync<PlacementDb>(async db =>
        {
            var letter = await db.Outbox.FindAsync(id);
            letter!.Claim(Guid.NewGuid(), host.Clock.GetUtcNow(), TimeSpan.FromMinutes(10)); // not null: queued above
            await db.SaveChangesAsync();
        });
        await host.SendAsync();
        var within = relay.Connections;
        host.Clock.Advance(TimeSpan.FromMinutes(11));

        await host.SendAsync();

        within.Should().Be(0, "the lease still runs");
        relay.Taken.Should().ContainSingle().Which.Message.MessageId.Should().Be($"{id.Value:N}@institute.example.org");
        (await host.LetterAsync(id)).Attempts.Select(a => a.Outcome).Should().Equal(AttemptOutcome.Unknown, AttemptOutcome.Accepted);
    }

    [Fact]
    public async Task Letters_to_one_domain_keep_their_distance_and_others_pass()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port, ("Mail:LettersPerMinuteAndDomain", "2"));
        await host.QueueAsync(4, i => i == 4 ? "p4@two.example.org" : $"p{i}@one.example.org");

        var counts = new List<int>();
        for (var look = 0; look < 3; look++)
        {
            counts.Add(await host.SendAsync());
            counts.Add(await host.SendAsync());
            host.Clock.Advance(TimeSpan.FromSeconds(30));
        }

        counts.Should().Equal(2, 0, 1, 0, 1, 0);
    }

    [Fact]
    public async Task A_sign_in_code_overtakes_and_is_not_sent_once_it_is_over()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port);
        await host.QueueAsync(3);
        var fresh = (await host.QueueAsync(kind: LetterKind.SignIn, until: host.Clock.GetUtcNow().AddMinutes(10)))[0];
        var stale = (await host.QueueAsync(kind: LetterKind.SignIn, until: host.Clock.GetUtcNow().AddMinutes(-1)))[0];

        await host.SendAsync();

        relay.Taken[0].Message.MessageId.Should().StartWith(fresh.Value.ToString("N"));
        relay.Taken.Should().HaveCount(4);
        (await host.LetterAsync(stale)).State.Should().Be(LetterState.Expired);
        (await host.LetterAsync(fresh)).TextBody.Should().BeEmpty("a code does not lie in the database once it has left");
    }

    private static LetterDispatcher Dispatcher(MatchingHost host) =>
        ActivatorUtilities.CreateInstance<LetterDispatcher>(host.Services, ActivatorUtilities.CreateInstance<SmtpSender>(host.Services));
}
