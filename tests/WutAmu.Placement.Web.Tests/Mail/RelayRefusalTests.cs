using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>What a mail server refuses, for now or for good, and whose fault it is.</summary>
public sealed class RelayRefusalTests
{
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
    public async Task A_refusal_right_before_the_relay_hangs_up_is_still_heard()
    {
        await using var relay = new ScriptedRelay(said => said.Verb == "." ? new("554 5.7.1 looks like spam", HangUp: true) : null);
        await using var host = MailHost.Of(relay.Port);
        var id = (await host.QueueAsync())[0];

        await host.SendAsync();

        (await host.LetterAsync(id)).Should().Match<OutboxLetter>(l => l.State == LetterState.Refused && l.ServerWords == "554 5.7.1 looks like spam");
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
}
