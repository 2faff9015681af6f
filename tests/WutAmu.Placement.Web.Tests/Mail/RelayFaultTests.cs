using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>What a mail server can do wrong, over real sockets, and what coordinators and recipients notice of it.</summary>
public sealed class RelayFaultTests
{
    [Fact]
    public async Task A_relay_that_is_down_keeps_every_letter_waiting_and_is_tried_again()
    {
        var port = FreePort();
        await using var host = MailHost.Of(port);
        await host.QueueAsync(3);

        await host.SendAsync();
        var down = await host.SendingAsync();
        var waiting = await host.LettersAsync();
        await using var relay = new ScriptedRelay(port: port);
        await host.SendAsync();
        var tooEarly = relay.Connections;
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        await host.SendAsync();

        down.Trouble.Should().NotBeNullOrEmpty("the page must say what is wrong");
        down.TroubleSince.Should().NotBeNull();
        waiting.Should().OnlyContain(letter => letter.State == LetterState.Queued && letter.Attempts.Count == 0, "no letter is to blame");
        tooEarly.Should().Be(0, "a server that is down is left alone for a while");
        relay.Taken.Should().HaveCount(3);
        (await host.LettersAsync()).Should().OnlyContain(letter => letter.State == LetterState.Accepted);
        (await host.SendingAsync()).Trouble.Should().BeNull("what is over must not be shown any more");
    }

    [Theory]
    [InlineData("CONNECT")]
    [InlineData("EHLO")]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData("DATA")]
    public async Task A_relay_that_stops_talking_is_left_after_the_time_limit_and_the_letter_waits(string verb)
    {
        await using var relay = new ScriptedRelay(said => said.Verb == verb && said.Connection == 1 ? Act.Silence : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];

        var sending = host.SendAsync();
        await relay.HeardAsync(verb);
        await AdvanceUntilAsync(host, TimeSpan.FromSeconds(31), sending);
        var state = await host.SendingAsync();
        var letter = await host.LetterAsync(id);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.SendAsync();

        state.Trouble.Should().Contain("time limit");
        letter.Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.Attempts.Count == 0 && l.LeaseOwner == null);
        relay.Taken.Should().ContainSingle();
        (await host.LetterAsync(id)).State.Should().Be(LetterState.Accepted);
    }

    [Theory]
    [InlineData("RCPT", "421 4.7.0 not this one")]
    [InlineData("RCPT", null)]
    [InlineData(".", "421 4.7.0 not this one")]
    [InlineData("DATA", null)]
    public async Task A_letter_that_makes_the_relay_hang_up_does_not_keep_the_others(string verb, string? words)
    {
        var lastRecipient = "";
        await using var relay = new ScriptedRelay(said =>
        {
            lastRecipient = said.Verb == "RCPT" ? said.Line : lastRecipient;
            return said.Verb == verb && lastRecipient.Contains("p1@", StringComparison.Ordinal) ? new(words, HangUp: true) : null;
        });
        await using var host = MailHost.Of(relay.Port);
        var ids = await host.QueueAsync(5);

        for (var minute = 0; minute < 3; minute++)
        {
            await host.SendAsync();
            host.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var letters = await host.LettersAsync();
        letters.Where(letter => !letter.To.Value.StartsWith("p1@", StringComparison.Ordinal)).Should().HaveCount(ids.Count - 1).And.OnlyContain(letter => letter.State == LetterState.Accepted);
        letters.Single(letter => letter.To.Value.StartsWith("p1@", StringComparison.Ordinal)).Should().Match<OutboxLetter>(letter => letter.State == LetterState.Queued && letter.AttemptCount > 0, "it is tried again, later and later");
    }

    [Fact]
    public async Task An_address_that_is_refused_ends_that_letter_with_the_servers_words()
    {
        await using var relay = new ScriptedRelay(said => said.Line.Contains("p2@", StringComparison.Ordinal) ? new("550 5.1.1 no such mailbox here") : null);
        await using var host = MailHost.Of(relay.Port);
        await host.QueueAsync(3);

        await host.SendAsync();

        var letters = await host.LettersAsync();
        letters.Select(letter => letter.State).Should().Equal(LetterState.Accepted, LetterState.Refused, LetterState.Accepted);
        letters[1].ServerWords.Should().Be("550 5.1.1 no such mailbox here");
        letters[1].NextAttemptAt.Should().BeNull("a refusal is final");
        letters[0].ServerWords.Should().Be("250 2.0.0 taken as 1-1");
        relay.Connections.Should().Be(1, "one bad address is no reason to call again");
        (await host.SendingAsync()).Trouble.Should().BeNull();
    }

    [Fact]
    public async Task One_bad_address_in_150_leaves_149_letters_received_once_each()
    {
        await using var relay = new ScriptedRelay(said => said.Line.Contains("p77@", StringComparison.Ordinal) ? new("550 5.1.1 unknown") : null);
        await using var host = MailHost.Of(relay.Port);
        await host.QueueAsync(150);

        await host.SendAsync();

        relay.Taken.Select(taken => taken.Recipients.Single()).Should().OnlyHaveUniqueItems().And.HaveCount(149);
        relay.Taken.Select(taken => taken.Message.MessageId).Should().OnlyHaveUniqueItems();
        var letters = await host.LettersAsync();
        letters.Count(letter => letter.State == LetterState.Accepted).Should().Be(149);
        letters.Should().ContainSingle(letter => letter.State == LetterState.Refused).Which.To.Value.Should().Be("p77@one.example.org");
    }

    [Theory]
    [InlineData("MAIL", "550 5.7.1 sender refused")]
    [InlineData("MAIL", "550 Connection frequency limited")]
    [InlineData("MAIL", "451 4.3.2 try later")]
    [InlineData("HELO", "550 5.7.1 we do not know you")]
    [InlineData("CONNECT", "554 5.3.2 no service here")]
    [InlineData("CONNECT", "421 4.3.2 too busy")]
    [InlineData("RCPT", "421 4.3.2 shutting down")]
    [InlineData(".", "421 4.3.2 shutting down")]
    public async Task A_refusal_of_the_sender_or_the_connection_is_no_recipients_fault(string verb, string words)
    {
        var refusing = true;
        await using var relay = new ScriptedRelay(said => refusing && (said.Verb == verb || (verb == "HELO" && said.Verb == "EHLO")) ? new(words) : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];

        await host.SendAsync();
        var state = await host.SendingAsync();
        var letter = await host.LetterAsync(id);
        refusing = false;
        host.Clock.Advance(TimeSpan.FromSeconds(10));
        await host.SendAsync();

        state.Trouble.Should().Contain(words[4..]);
        letter.Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.Attempts.Count == 0, "it must not be marked refused");
        relay.Taken.Should().ContainSingle();
    }

    [Fact]
    public async Task A_password_that_is_refused_keeps_the_letters_and_is_said()
    {
        await using var relay = new ScriptedRelay(said => said.Verb == "AUTH" ? new("535 5.7.8 bad credentials") : null);
        await using var host = MailHost.Of(relay.Port, ("Mail:User", "placement"), ("Mail:Password", "wrong"));
        var id = (await host.QueueAsync())[0];

        await host.SendAsync();

        (await host.SendingAsync()).Trouble.Should().Contain("bad credentials").And.NotContain("wrong");
        (await host.LetterAsync(id)).State.Should().Be(LetterState.Queued);
        relay.Heard.Should().NotContain(said => said.Verb == "MAIL");
    }

    [Fact]
    public async Task A_connection_dropped_at_the_final_dot_is_unknown_and_repeated_once_with_the_same_id()
    {
        await using var relay = new ScriptedRelay(said => said is { Verb: ".", Connection: 1 } ? Act.Vanish : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];

        await host.SendAsync();
        var unknown = await host.LetterAsync(id);
        host.Clock.Advance(TimeSpan.FromSeconds(59));
        await host.SendAsync();
        var early = relay.Taken.Count;
        host.Clock.Advance(TimeSpan.FromSeconds(1));
        await host.SendAsync();

        unknown.State.Should().Be(LetterState.Queued);
        unknown.MayHaveArrived.Should().BeTrue("the page must say that it may have arrived");
        unknown.ServerWords.Should().StartWith("handed over; no answer");
        unknown.NextAttemptAt.Should().Be(unknown.Attempts[0].At + TimeSpan.FromMinutes(1));
        early.Should().Be(1);
        relay.Taken.Select(taken => taken.Message.MessageId).Should().HaveCount(2).And.AllBe(unknown.MessageId("institute.example.org"), "the receiver can tell the double by its id");
        (await host.LetterAsync(id)).State.Should().Be(LetterState.Accepted);
    }

    [Fact]
    public async Task A_relay_that_always_drops_at_the_dot_gets_two_copies_and_then_a_person_decides()
    {
        await using var relay = new ScriptedRelay(said => said.Verb == "." ? Act.Vanish : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];

        for (var day = 0; day < 5; day++)
        {
            await host.SendAsync();
            host.Clock.Advance(TimeSpan.FromHours(10));
        }

        relay.Taken.Should().HaveCount(2);
        (await host.LetterAsync(id)).State.Should().Be(LetterState.GivenUp);
    }

    [Fact]
    public async Task A_relay_that_never_answers_the_dot_is_left_after_ten_time_limits()
    {
        await using var relay = new ScriptedRelay(said => said.Verb == "." ? Act.Silence : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];

        var sending = host.SendAsync();
        await relay.HeardAsync(".");
        await AdvanceUntilAsync(host, TimeSpan.FromSeconds(299), null);
        var patient = sending.IsCompleted;
        await AdvanceUntilAsync(host, TimeSpan.FromSeconds(2), sending);

        patient.Should().BeFalse("a server may be reading the letter for minutes");
        (await host.LetterAsync(id)).Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.MayHaveArrived);
    }

    [Fact]
    public async Task A_refusal_right_before_the_relay_hangs_up_is_still_heard()
    {
        await using var relay = new ScriptedRelay(said => said.Verb == "." ? new("554 5.7.1 looks like spam", HangUp: true) : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];

        await host.SendAsync();

        (await host.LetterAsync(id)).Should().Match<OutboxLetter>(l => l.State == LetterState.Refused && l.ServerWords == "554 5.7.1 looks like spam");
    }

    [Fact]
    public async Task A_421_in_the_middle_is_answered_by_a_new_connection_and_nothing_is_sent_twice()
    {
        await using var relay = new ScriptedRelay(said => said is { Connection: 1, Letter: 3, Verb: "MAIL" } ? new("421 4.4.2 enough for now", HangUp: true) : null);
        await using var host = MailHost.Of(relay.Port);
        await host.QueueAsync(5);

        await host.SendAsync();

        relay.Taken.Select(taken => taken.Message.MessageId).Should().HaveCount(5).And.OnlyHaveUniqueItems();
        relay.Connections.Should().Be(2);
        (await host.LettersAsync()).Should().OnlyContain(letter => letter.State == LetterState.Accepted && letter.Attempts.Count == 1);
    }

    [Theory]
    [InlineData("MAIL")]
    [InlineData("RCPT")]
    [InlineData(".")]
    public async Task A_452_after_100_letters_on_a_connection_is_answered_by_a_new_connection(string verb)
    {
        await using var relay = new ScriptedRelay(said => said.Letter > 100 && said.Verb == verb ? new("452 4.5.3 too many letters on this connection") : null);
        await using var host = MailHost.Of(relay.Port, ("Mail:LettersPerConnection", "10000"));
        await host.QueueAsync(250);

        await host.SendAsync();

        relay.Taken.Select(taken => taken.Message.MessageId).Should().HaveCount(250).And.OnlyHaveUniqueItems();
        relay.Connections.Should().Be(3);
        (await host.LettersAsync()).Should().OnlyContain(letter => letter.State == LetterState.Accepted && letter.Attempts.Count == 1);
    }

    [Fact]
    public async Task A_connection_carries_no_more_letters_than_the_setting_says_and_is_let_go_at_the_end()
    {
        await using var relay = new ScriptedRelay();
        await using var host = MailHost.Of(relay.Port, ("Mail:LettersPerConnection", "10"));
        await host.QueueAsync(25);

        await host.SendAsync();
        await relay.HeardAsync("QUIT", 3);

        relay.Connections.Should().Be(3);
        relay.Taken.GroupBy(taken => taken.Connection).Select(group => group.Count()).Should().Equal(10, 10, 5);
    }

    [Fact]
    public async Task A_connection_that_the_relay_closed_while_it_idled_costs_no_attempt()
    {
        await using var relay = new ScriptedRelay(said => said is { Connection: 1, Letter: 2, Verb: "MAIL" } ? Act.Vanish : null);
        await using var host = MailHost.Of(relay.Port);
        await host.QueueAsync(2);

        await host.SendAsync();

        relay.Taken.Should().HaveCount(2);
        (await host.LettersAsync()).Should().OnlyContain(letter => letter.Attempts.Count == 1);
        (await host.SendingAsync()).Trouble.Should().BeNull();
    }

    [Fact]
    public async Task A_temporary_failure_is_retried_after_1_5_15_and_60_minutes_and_given_up_after_48_hours_with_the_servers_words()
    {
        await using var relay = new ScriptedRelay(said => said.Verb == "RCPT" ? new("450 4.2.1 mailbox busy") : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];

        while ((await host.LetterAsync(id)).State == LetterState.Queued)
        {
            await host.SendAsync();
            host.Clock.Advance(TimeSpan.FromMinutes(1));
        }

        var letter = await host.LetterAsync(id);
        letter.State.Should().Be(LetterState.GivenUp);
        letter.ServerWords.Should().Be("450 4.2.1 mailbox busy");
        letter.Attempts.Zip(letter.Attempts.Skip(1), (a, b) => (b.At - a.At).TotalMinutes).Take(5).Should().Equal(1, 5, 15, 60, 240);
        (letter.EndedAt - letter.Attempts[0].At).Should().BeLessThanOrEqualTo(TimeSpan.FromHours(48)).And.BeGreaterThan(TimeSpan.FromHours(43));
        relay.Taken.Should().BeEmpty();
    }

    [Fact]
    public async Task Frequency_limited_counts_as_temporary_twice_and_then_as_refused()
    {
        await using var relay = new ScriptedRelay(said => said.Verb == "RCPT" ? new("550 Mailbox: connection frequency limited") : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];
        var states = new List<LetterState>();

        for (var attempt = 0; attempt < 3; attempt++)
        {
            await host.SendAsync();
            states.Add((await host.LetterAsync(id)).State);
            host.Clock.Advance(TimeSpan.FromMinutes(20));
        }

        states.Should().Equal(LetterState.Queued, LetterState.Queued, LetterState.Refused);
    }

    [Fact]
    public async Task One_refused_address_of_two_is_recorded_as_what_it_is()
    {
        await using var relay = new ScriptedRelay(said => said.Line.Contains("old@", StringComparison.Ordinal) ? new("550 5.1.1 gone") : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync(second: "old@two.example.org"))[0];

        await host.SendAsync();

        var letter = await host.LetterAsync(id);
        letter.State.Should().Be(LetterState.Accepted);
        letter.IsPartial.Should().BeTrue();
        (letter.ToState, letter.CopyState).Should().Be((RecipientState.Accepted, RecipientState.Refused));
        letter.Attempts.Should().ContainSingle(a => a.To.Value == "old@two.example.org").Which.Words.Should().Be("550 5.1.1 gone");
        var taken = relay.Taken.Should().ContainSingle().Subject;
        taken.Recipients.Should().Equal("p1@one.example.org");
        taken.Message.To.Mailboxes.Select(box => box.Address).Should().Equal("p1@one.example.org", "old@two.example.org");
    }

    [Fact]
    public async Task Only_the_address_that_waits_is_tried_again()
    {
        await using var relay = new ScriptedRelay(said => said.Connection == 1 && said.Line.Contains("busy@", StringComparison.Ordinal) ? new("451 4.7.1 greylisted") : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync(second: "busy@two.example.org"))[0];

        await host.SendAsync();
        var between = await host.LetterAsync(id);
        host.Clock.Advance(TimeSpan.FromMinutes(1));
        await host.SendAsync();

        between.State.Should().Be(LetterState.Queued);
        relay.Taken.Select(taken => taken.Recipients.Single()).Should().Equal("p1@one.example.org", "busy@two.example.org");
        (await host.LetterAsync(id)).Should().Match<OutboxLetter>(l => l.State == LetterState.Accepted && !l.IsPartial);
    }

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
        await AdvanceUntilAsync(host, SmtpSender.LastWait, sending);

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

    /// <summary>The time limit is set as the client reads, a moment after the server has spoken: time goes on until it has bitten.</summary>
    private static async Task AdvanceUntilAsync(MatchingHost host, TimeSpan step, Task? end)
    {
        host.Clock.Advance(step);
        while (end is { IsCompleted: false })
        {
            await Task.WhenAny(end, Task.Delay(20));
            host.Clock.Advance(TimeSpan.FromSeconds(1));
        }

        if (end is not null)
        {
            await end;
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
