using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using MimeKit;

namespace WutAmu.Placement.Web.Tests.Mail;

/// <summary>A test that needs postfix's smtp-sink; skipped by name where there is none.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SmtpSinkFactAttribute : FactAttribute
{
    public SmtpSinkFactAttribute()
    {
        if (SmtpSink.Program is null)
        {
            Skip = "smtp-sink (of postfix) was not found.";
        }
    }
}

/// <summary>A real SMTP server on loopback that keeps every letter as a file.</summary>
internal sealed class SmtpSink : IAsyncDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("placement-sink-").FullName;
    private readonly Process process;

    private SmtpSink(int port, string[] faults)
    {
        Port = port;
        var start = new ProcessStartInfo(Program!) { RedirectStandardError = true, WorkingDirectory = folder }; // not null: the test is skipped without it
        if (Environment.UserName == "root")
        {
            start.ArgumentList.Add("-u");
            start.ArgumentList.Add("root");
        }

        foreach (var argument in (string[])[.. faults, "-d", Path.Combine(folder, "letter."), $"inet:127.0.0.1:{port}", "64"])
        {
            start.ArgumentList.Add(argument);
        }

        process = Process.Start(start)!; // not null: UseShellExecute is off
    }

    public static string? Program { get; } = ((string?[])[Environment.GetEnvironmentVariable("SMTP_SINK_PATH"), "/usr/sbin/smtp-sink"]).FirstOrDefault(path => !string.IsNullOrEmpty(path) && File.Exists(path));

    public int Port { get; }

    /// <param name="faults">Its own options, for example <c>-f RCPT</c>: refuses each recipient for good.</param>
    public static async Task<SmtpSink> StartAsync(params string[] faults)
    {
        var sink = new SmtpSink(FreePort(), faults);
        for (var attempt = 0; attempt < 200; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, sink.Port);
                return sink;
            }
            catch (SocketException)
            {
                await Task.Delay(50); // until it listens
            }
        }

        throw new InvalidOperationException($"smtp-sink does not listen on port {sink.Port}: {(sink.process.HasExited ? await sink.process.StandardError.ReadToEndAsync() : "still starting")}");
    }

    /// <summary>Every letter received so far.</summary>
    public async Task<List<MimeMessage>> LettersAsync()
    {
        var letters = new List<MimeMessage>();
        foreach (var file in Directory.EnumerateFiles(folder, "letter.*").Order(StringComparer.Ordinal))
        {
            // smtp-sink writes the envelope as headers of its own in front.
            letters.Add(await MimeMessage.LoadAsync(file));
        }

        return letters;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
        process.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
