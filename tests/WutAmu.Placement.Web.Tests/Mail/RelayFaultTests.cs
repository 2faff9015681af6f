using System.Net;
using System.Net.Sockets;
using WutAmu.Placement.Domain.Letters;

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
        await host.AdvanceUntilAsync(TimeSpan.FromSeconds(31), sending);
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
        await host.AdvanceUntilAsync(TimeSpan.FromSeconds(299), null);
        var patient = sending.IsCompleted;
        await host.AdvanceUntilAsync(TimeSpan.FromSeconds(2), sending);

        patient.Should().BeFalse("a server may be reading the letter for minutes");
        (await host.LetterAsync(id)).Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.MayHaveArrived);
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

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
