using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using MimeKit;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>What a scripted relay does about one command. Without text it says nothing.</summary>
/// <param name="Gate">It waits for this before it does anything.</param>
internal sealed record Act(string? Text, bool HangUp = false, Task? Gate = null)
{
    public static Act Silence { get; } = new((string?)null);

    public static Act Vanish { get; } = new(null, HangUp: true);
}

/// <param name="Connection">From 1.</param>
/// <param name="Letter">Letters begun on this connection, this one included.</param>
/// <param name="Verb"><c>CONNECT</c>, <c>EHLO</c>, <c>STARTTLS</c>, <c>AUTH</c>, <c>MAIL</c>, <c>RCPT</c>, <c>DATA</c>, <c>.</c>, <c>RSET</c>, <c>QUIT</c>.</param>
internal sealed record Said(int Connection, int Letter, string Verb, string Line);

internal sealed record Taken(int Connection, IReadOnlyList<string> Recipients, MimeMessage Message);

/// <summary>An SMTP server on loopback that does what the test says at each command, and otherwise behaves. Keeps every letter whose end reached it, unless it refused it.</summary>
internal sealed class ScriptedRelay : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly Func<Said, Act?> script;
    private readonly X509Certificate2? certificate;
    private readonly CancellationTokenSource stop = new();
    private readonly ConcurrentQueue<Taken> taken = new();
    private readonly List<(string Verb, int Count, TaskCompletionSource Seen)> waiters = [];
    private readonly List<Said> said = [];
    private readonly Task accepting;
    private int connections;

    public ScriptedRelay(Func<Said, Act?>? script = null, X509Certificate2? certificate = null, int port = 0)
    {
        this.script = script ?? (_ => null);
        this.certificate = certificate;
        listener = new(IPAddress.Loopback, port);
        listener.Start();
        accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => connections;

    public IReadOnlyList<Taken> Taken => [.. taken];

    public IReadOnlyList<Said> Heard
    {
        get
        {
            lock (said)
            {
                return [.. said];
            }
        }
    }

    /// <summary>Ends when a command was heard for the <paramref name="count"/>-th time.</summary>
    public Task HeardAsync(string verb, int count = 1)
    {
        lock (said)
        {
            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            if (said.Count(s => s.Verb == verb) >= count)
            {
                seen.SetResult();
            }
            else
            {
                waiters.Add((verb, count, seen));
            }

            return seen.Task.WaitAsync(TimeSpan.FromMinutes(2));
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        listener.Stop();
        await accepting;
        stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        var conversations = new List<Task>();
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync(stop.Token);
                conversations.Add(ServeAsync(client, ++connections));
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            await Task.WhenAll(conversations);
        }
    }

    private async Task ServeAsync(TcpClient client, int connection)
    {
        using var _ = client;
        Stream stream = client.GetStream();
        var letter = 0;
        var recipients = new List<string>();
        var tls = false;
        try
        {
            if (!await AnswerAsync(stream, new(connection, 0, "CONNECT", ""), "220 relay.example.org ESMTP"))
            {
                return;
            }

            while (await ReadLineAsync(stream) is { } line)
            {
                var verb = line.Split(' ', ':')[0].ToUpperInvariant();
                letter += verb == "MAIL" ? 1 : 0;
                var command = new Said(connection, letter, verb, line);
                switch (verb)
                {
                    case "EHLO":
                        if (!await AnswerAsync(stream, command, certificate is null || tls ? "250-relay.example.org\r\n250-8BITMIME\r\n250 AUTH PLAIN" : "250-relay.example.org\r\n250-8BITMIME\r\n250 STARTTLS"))
                        {
                            return;
                        }

                        break;
                    case "STARTTLS":
                        if (!await AnswerAsync(stream, command, "220 go on"))
                        {
                            return;
                        }

                        var secure = new SslStream(stream);
                        stream = secure;
                        await secure.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = certificate }, stop.Token);
                        tls = true;
                        break;
                    case "MAIL":
                        recipients = [];
                        if (!await AnswerAsync(stream, command, "250 2.1.0 sender ok"))
                        {
                            return;
                        }

                        break;
                    case "RCPT":
                        if (await DoAsync(stream, command, "250 2.1.5 recipient ok") is not { } reply)
                        {
                            return;
                        }

                        if (reply.StartsWith('2'))
                        {
                            recipients.Add(line[(line.IndexOf('<', StringComparison.Ordinal) + 1)..line.IndexOf('>', StringComparison.Ordinal)]);
                        }

                        break;
                    case "DATA":
                        if (await DoAsync(stream, command, "354 go on") is not { } go)
                        {
                            return;
                        }

                        if (!go.StartsWith('3'))
                        {
                            break;
                        }

                        if (await ReadLetterAsync(stream) is not { } message)
                        {
                            return;
                        }

                        var end = new Said(connection, letter, ".", "");
                        var planned = script(end);
                        if (planned?.Text is null || planned.Text.StartsWith('2'))
                        {
                            taken.Enqueue(new(connection, [.. recipients], message));
                        }

                        if (!await AnswerAsync(stream, end, $"250 2.0.0 taken as {connection}-{letter}", planned))
                        {
                            return;
                        }

                        break;
                    case "QUIT":
                        await AnswerAsync(stream, command, "221 bye");
                        return;
                    default:
                        if (!await AnswerAsync(stream, command, verb == "AUTH" ? "235 welcome" : "250 ok"))
                        {
                            return;
                        }

                        break;
                }
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or SocketException or System.Security.Authentication.AuthenticationException)
        {
            // The other side left, or the test is over.
        }
        finally
        {
            await stream.DisposeAsync();
        }
    }

    private async Task<bool> AnswerAsync(Stream stream, Said command, string usual, Act? planned = null) => await DoAsync(stream, command, usual, planned) is not null;

    /// <returns>What was said, empty for nothing; null: hung up.</returns>
    private async Task<string?> DoAsync(Stream stream, Said command, string usual, Act? planned = null)
    {
        var act = planned ?? script(command) ?? new Act(usual);
        Note(command);
        if (act.Gate is { } gate)
        {
            await gate.WaitAsync(stop.Token);
        }

        if (act.Text is { } text)
        {
            await stream.WriteAsync(Encoding.UTF8.GetBytes(text + "\r\n"), stop.Token);
            await stream.FlushAsync(stop.Token);
        }

        return act.HangUp ? null : act.Text ?? "";
    }

    private void Note(Said command)
    {
        lock (said)
        {
            said.Add(command);
            foreach (var waiter in waiters.Where(w => said.Count(s => s.Verb == w.Verb) >= w.Count).ToList())
            {
                waiter.Seen.TrySetResult();
                waiters.Remove(waiter);
            }
        }
    }

    private async Task<string?> ReadLineAsync(Stream stream)
    {
        var line = new List<byte>();
        var one = new byte[1];
        while (await stream.ReadAsync(one, stop.Token) == 1)
        {
            if (one[0] == '\n')
            {
                return Encoding.UTF8.GetString([.. line]).TrimEnd('\r');
            }

            line.Add(one[0]);
        }

        return null;
    }

    private async Task<MimeMessage?> ReadLetterAsync(Stream stream)
    {
        using var text = new MemoryStream();
        while (await ReadLineAsync(stream) is { } line)
        {
            if (line == ".")
            {
                text.Position = 0;
                return await MimeMessage.LoadAsync(text, stop.Token);
            }

            text.Write(Encoding.UTF8.GetBytes((line.StartsWith('.') ? line[1..] : line) + "\r\n"));
        }

        return null;
    }
}
