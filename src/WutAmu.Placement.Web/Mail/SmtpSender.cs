using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using MimeKit;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Web.Mail;

/// <summary>
/// Sends over one reused connection. Used by one dispatcher, one letter at a time. A server that is done with a connection (421, 452, hung up while it idled) is
/// called again at once, one time.
/// </summary>
public sealed class SmtpSender(IOptions<MailOptions> options, TimeProvider clock) : ILetterSender, IAsyncDisposable
{
    /// <summary>On shutdown a letter that was handed over waits so long for its answer, and no longer.</summary>
    public static readonly TimeSpan LastWait = TimeSpan.FromSeconds(10);

    private readonly CertificateCheck certificate = new(options.Value);
    private SmtpConversation? connection;

    private MailOptions Settings => options.Value;

    public async Task<SendAnswer> SendAsync(OutboxLetter letter, CancellationToken cancellationToken)
    {
        using var message = LetterMessage.Of(letter, Settings);
        while (true)
        {
            SmtpConversation conversation;
            try
            {
                conversation = await ConnectAsync(cancellationToken);
            }
            catch (Exception e) when (IsOfTheConnection(e) && !cancellationToken.IsCancellationRequested)
            {
                Drop();
                return SendAnswer.Stopped(certificate.TakeRefusal() ?? Say(e));
            }

            var answer = await HandOverAsync(conversation, message, letter, cancellationToken);
            if (answer is not null)
            {
                return answer;
            }

            // The server was done with a connection that had carried letters before; a new one carries at most this one before it says so again.
        }
    }

    public Task RestAsync() => LeaveAsync();

    public async ValueTask DisposeAsync() => await LeaveAsync();

    private static bool IsOfTheConnection(Exception e) =>
        e is SmtpCommandException or SmtpProtocolException or IOException or SocketException or AuthenticationException or SslHandshakeException
            or ServiceNotConnectedException or ServiceNotAuthenticatedException or NotSupportedException or TimeoutException or OperationCanceledException;

    private static string Say(Exception e) => e switch
    {
        SmtpCommandException refusal => RecipientAnswer.Say((int)refusal.StatusCode, refusal.Message),
        OperationCanceledException => "no answer within the time limit",
        _ => SingleLine.Clean(e.Message),
    };

    private async Task<SmtpConversation> ConnectAsync(CancellationToken cancellationToken)
    {
        if (connection is { IsConnected: true } open && open.Letters < Settings.LettersPerConnection)
        {
            return open;
        }

        await LeaveAsync();
        // Limits of time are ours: MailKit has one for all steps, and the answer to a whole letter takes longer than a greeting.
        connection = new SmtpConversation
        {
            LocalDomain = Settings.Domain,
            Timeout = (int)TimeSpan.FromHours(1).TotalMilliseconds,
            // Like every .NET client by default: a revocation server that cannot be reached from here must not stop all letters.
            CheckCertificateRevocation = false,
            ServerCertificateValidationCallback = (_, presented, chain, errors) => certificate.Accepts(presented, chain, errors),
        };
        var security = Settings.Security switch
        {
            MailSecurity.StartTls => SecureSocketOptions.StartTls,
            MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.None,
        };
        await WithinAsync(token => ConnectAsync(connection, security, token), cancellationToken);
        if (Settings.User.Length > 0)
        {
            await WithinAsync(token => connection.AuthenticateAsync(Settings.User, Settings.Password, token), cancellationToken);
        }

        // With BDAT there is no "." whose passing could be seen.
        connection.Capabilities &= ~(SmtpCapabilities.Chunking | SmtpCapabilities.BinaryMime);
        return connection;
    }

    private async Task ConnectAsync(SmtpConversation conversation, SecureSocketOptions security, CancellationToken cancellationToken)
    {
        // The end of a letter is a small packet of its own: held back until the server acknowledges the one before, it costs 40 ms a letter.
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(Settings.Host, Settings.Port, cancellationToken);
            await conversation.ConnectAsync(socket, Settings.Host, Settings.Port, security, cancellationToken);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private async Task WithinAsync(Func<CancellationToken, Task> step, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Settings.Step, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        await step(either.Token);
    }

    /// <returns>Null: this connection is done, the letter was not taken, and a new connection may do.</returns>
    private async Task<SendAnswer?> HandOverAsync(SmtpConversation conversation, MimeMessage message, OutboxLetter letter, CancellationToken cancellationToken)
    {
        var isFresh = conversation.Letters == 0;
        conversation.Begin();
        using var limit = new CancellationTokenSource(Settings.Step, clock);
        conversation.Step = () => limit.CancelAfter(Settings.Step);
        await using var stop = cancellationToken.Register(() =>
        {
            if (conversation.HandedOver)
            {
                limit.CancelAfter(LastWait);
            }
            else
            {
                limit.Cancel();
            }
        });
        conversation.Ended = () => limit.CancelAfter(cancellationToken.IsCancellationRequested ? LastWait : Settings.FinalAnswer);
        try
        {
            var recipients = letter.Waiting.Select(to => new MailboxAddress(letter.ToName, to.Value));
            var words = await conversation.SendAsync(FormatOptions.Default, message, new MailboxAddress("", Settings.From), recipients, limit.Token, conversation);
            return SendAnswer.Of(Answers(letter, conversation, 250, words));
        }
        catch (Exception e) when (IsOfTheConnection(e))
        {
            return Judge(e, conversation, letter, isFresh, cancellationToken);
        }
        finally
        {
            conversation.Step = conversation.Ended = null;
        }
    }

    /// <summary>What a failure means, from what the server said before it.</summary>
    /// <returns>As <see cref="HandOverAsync"/>.</returns>
    private SendAnswer? Judge(Exception e, SmtpConversation conversation, OutboxLetter letter, bool isFresh, CancellationToken cancellationToken)
    {
        var keep = e is SmtpCommandException && conversation.IsConnected;
        var final = conversation.FinalReply ?? (e is SmtpCommandException { ErrorCode: SmtpErrorCode.MessageNotAccepted or SmtpErrorCode.UnexpectedStatusCode } said ? ((int)said.StatusCode, said.Message) : null);
        var nobodyTaken = conversation.Recipients.Count == letter.Waiting.Count && conversation.Recipients.TrueForAll(r => (int)r.Reply.StatusCode >= 400);
        SendAnswer? answer;
        int? code;
        if (conversation.SenderRefusal is { } sender)
        {
            code = (int)sender.StatusCode;
            var words = RecipientAnswer.Say(code.Value, sender.Response);
            // 552 at MAIL FROM is about the size that was announced: the letter's fault, not the sender's.
            answer = code == 552 ? SendAnswer.Of(letter.Waiting.Select(to => new RecipientAnswer(to, AttemptOutcome.Refused, words))) : SendAnswer.Stopped(words);
        }
        else if (nobodyTaken)
        {
            code = conversation.Recipients.Select(r => (int?)r.Reply.StatusCode).FirstOrDefault(c => c is 421 or 452);
            answer = code == 421 ? SendAnswer.StoppedAt(letter, RecipientAnswer.Say(421, conversation.Recipients[0].Reply.Response)) : SendAnswer.Of(Answers(letter, conversation, 0, ""));
        }
        else if (final is { } reply && reply.Item1 >= 400)
        {
            code = reply.Item1;
            answer = code == 421 ? SendAnswer.StoppedAt(letter, RecipientAnswer.Say(421, reply.Item2)) : SendAnswer.Of(Answers(letter, conversation, reply.Item1, reply.Item2));
        }
        else if (conversation.HandedOver)
        {
            Drop();
            var words = cancellationToken.IsCancellationRequested ? "handed over; the service stopped before the answer came" : $"handed over; no answer: {Say(e)}";
            return SendAnswer.Of(Answers(letter, conversation, 0, words, AttemptOutcome.Unknown));
        }
        else
        {
            Drop();
            cancellationToken.ThrowIfCancellationRequested();
            return isFresh ? SendAnswer.StoppedAt(letter, Say(e)) : null;
        }

        if (!keep || code is 421 or 452)
        {
            Drop();
        }

        return code is 421 or 452 && !isFresh ? null : answer;
    }

    /// <summary>The refusals of single addresses, and for the addresses that were taken what was said about the whole letter.</summary>
    private static IEnumerable<RecipientAnswer> Answers(OutboxLetter letter, SmtpConversation conversation, int code, string words, AttemptOutcome? outcome = null)
    {
        foreach (var to in letter.Waiting)
        {
            var reply = conversation.Recipients.Find(r => r.Address == to.Value).Reply;
            yield return reply is not null && (int)reply.StatusCode >= 400 ? RecipientAnswer.Of(to, (int)reply.StatusCode, reply.Response)
                : outcome is { } known ? new(to, known, words)
                : RecipientAnswer.Of(to, code, words);
        }
    }

    private async Task LeaveAsync()
    {
        if (connection is { IsConnected: true } open)
        {
            try
            {
                using var limit = new CancellationTokenSource(Settings.Step, clock);
                await open.DisconnectAsync(quit: true, limit.Token);
            }
            catch (Exception e) when (IsOfTheConnection(e))
            {
                // The server left first; there is nobody to say goodbye to.
            }
        }

        Drop();
    }

    private void Drop()
    {
        connection?.Dispose();
        connection = null;
    }
}
