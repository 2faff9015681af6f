using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>The same faults from a mail server that is not ours.</summary>
public sealed class SinkFaultTests
{
    [SmtpSinkFact]
    public async Task A_refused_recipient_is_final()
    {
        var letter = await SendAsync("-f", "RCPT");

        letter.Letter.State.Should().Be(LetterState.Refused);
        letter.Letter.ServerWords.Should().StartWith("5");
    }

    [SmtpSinkFact]
    public async Task A_recipient_refused_for_now_is_tried_again()
    {
        var letter = await SendAsync("-r", "RCPT");

        letter.Letter.State.Should().Be(LetterState.Queued);
        letter.Letter.ServerWords.Should().StartWith("4");
        letter.Letter.Attempts.Should().ContainSingle();
        letter.Sending.Trouble.Should().BeNull();
    }

    [SmtpSinkFact]
    public async Task A_letter_refused_as_a_whole_is_final()
    {
        var letter = await SendAsync("-f", ".");

        letter.Letter.State.Should().Be(LetterState.Refused);
    }

    [SmtpSinkFact]
    public async Task A_connection_dropped_at_the_dot_may_have_taken_the_letter()
    {
        var letter = await SendAsync("-q", ".");

        letter.Letter.Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.MayHaveArrived);
    }

    [SmtpSinkFact]
    public async Task A_connection_dropped_before_the_letter_is_trouble_and_costs_no_attempt()
    {
        var letter = await SendAsync("-q", "RCPT");

        letter.Letter.Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.Attempts.Count == 0);
        letter.Sending.Trouble.Should().NotBeNull();
    }

    [SmtpSinkFact]
    public async Task A_421_is_trouble_with_its_words()
    {
        var letter = await SendAsync("-Q", "MAIL");

        letter.Letter.Should().Match<OutboxLetter>(l => l.State == LetterState.Queued && l.Attempts.Count == 0);
        letter.Sending.Trouble.Should().StartWith("421");
    }

    [SmtpSinkFact]
    public async Task A_slow_server_still_gets_its_letter_once()
    {
        await using var sink = await SmtpSink.StartAsync("-w", "1");
        await using var host = MailHost.Of(sink.Port);
        var id = (await host.QueueAsync())[0];

        await host.SendAsync();

        (await sink.LettersAsync()).Should().ContainSingle();
        (await host.LetterAsync(id)).State.Should().Be(LetterState.Accepted);
    }

    private static async Task<(OutboxLetter Letter, SendingState Sending)> SendAsync(params string[] faults)
    {
        await using var sink = await SmtpSink.StartAsync(faults);
        await using var host = MailHost.Of(sink.Port);
        var id = (await host.QueueAsync())[0];
        await host.SendAsync();
        return (await host.LetterAsync(id), await host.SendingAsync());
    }
}
