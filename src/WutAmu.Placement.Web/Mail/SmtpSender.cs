using System.Net.Sockets;
using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Web.Mail;

/// <summary>Sends over one reused connection. Used by the dispatcher alone, one letter at a time.</summary>
public sealed class SmtpSender(IOptions<MailOptions> options) : ILetterSender, IAsyncDisposable
{
    private SmtpClient? client;
    private int sentOnConnection;

    public async Task<SendAnswer> SendAsync(OutboxLetter letter, CancellationToken cancellationToken)
    {
        try
        {
            var connection = await ConnectAsync(cancellationToken);
            sentOnConnection++;
            var words = await connection.SendAsync(LetterMessage.Of(letter, options.Value), cancellationToken);
            return new(SendOutcome.Accepted, words);
        }
        catch (SmtpCommandException e)
        {
            var temporary = (int)e.StatusCode is >= 400 and < 500;
            if (temporary)
            {
                await DropAsync();
            }

            return new(temporary ? SendOutcome.Temporary : SendOutcome.Refused, $"{(int)e.StatusCode} {e.Message}");
        }
        catch (AuthenticationException e)
        {
            await DropAsync();
            return new(SendOutcome.Temporary, e.Message);
        }
        catch (Exception e) when (e is SmtpProtocolException or IOException or SocketException or SslHandshakeException or ServiceNotConnectedException or TimeoutException)
        {
            // The connection went away: whether the server has the letter is not known. It is tried again with the same Message-ID.
            await DropAsync();
            return new(SendOutcome.Temporary, e.Message);
        }
    }

    public async ValueTask DisposeAsync() => await DropAsync();

    private async Task<SmtpClient> ConnectAsync(CancellationToken cancellationToken)
    {
        if (client is { IsConnected: true } open && sentOnConnection < options.Value.LettersPerConnection)
        {
            return open;
        }

        await DropAsync();
        var settings = options.Value;
        var fresh = new SmtpClient { LocalDomain = settings.Domain, Timeout = settings.TimeoutInSeconds * 1000 };
        client = fresh;
        var security = settings.Security switch
        {
            MailSecurity.StartTls => SecureSocketOptions.StartTls,
            MailSecurity.Tls => SecureSocketOptions.SslOnConnect,
            _ => SecureSocketOptions.None,
        };
        await fresh.ConnectAsync(settings.Host, settings.Port, security, cancellationToken);
        if (settings.User.Length > 0)
        {
            await fresh.AuthenticateAsync(settings.User, settings.Password, cancellationToken);
        }

        sentOnConnection = 0;
        return fresh;
    }

    private async Task DropAsync()
    {
        if (client is null)
        {
            return;
        }

        if (client.IsConnected)
        {
            try
            {
                await client.DisconnectAsync(quit: true, CancellationToken.None);
            }
            catch (Exception e) when (e is IOException or SmtpProtocolException or SocketException)
            {
                // The server left first; there is nobody to say goodbye to.
            }
        }

        client.Dispose();
        client = null;
    }
}
