using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using MailKit.Net.Smtp;
using MailKit.Security;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.People;
using WutAmu.Placement.Web.Mail;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Mail.Benchmarks;

/// <summary>
/// The dispatcher, with its two commits and one journal line a letter, against bare loops that hand the same letters to the same server over one connection and
/// keep nothing: as the library connects, and with packets that leave at once, as ours do. All in one run, in turns; the median counts.
/// </summary>
internal static class Program
{
    private const int Letters = 150;
    private const int Rounds = 7;

    private static async Task<int> Main(string[] arguments)
    {
        if (arguments.Length > 1 || arguments.Any(argument => argument.StartsWith('-')))
        {
            await Console.Error.WriteLineAsync("usage: scripts/bench mail [FOLDER]   (FOLDER: the disk to measure, the temporary one unless told)");
            return 2;
        }

        var sink = new[] { Environment.GetEnvironmentVariable("SMTP_SINK_PATH"), "/usr/sbin/smtp-sink" }.FirstOrDefault(path => File.Exists(path));
        if (sink is null)
        {
            await Console.Error.WriteLineAsync("scripts/bench mail needs smtp-sink (Debian: postfix); it was not found.");
            return 1;
        }

        var folder = Directory.CreateDirectory(Path.Combine(arguments.Length == 1 ? arguments[0] : Path.GetTempPath(), $"mail-bench-{Environment.ProcessId}"));
        var port = FreePort();
        string[] user = Environment.UserName == "root" ? ["-u", "root"] : [];
        using var server = Process.Start(new ProcessStartInfo(sink, [.. user, $"inet:127.0.0.1:{port}", "64"]) { RedirectStandardError = true }) ?? throw new InvalidOperationException("smtp-sink did not start.");
        try
        {
            await ListensAsync(port);
            await RunAsync(folder.FullName, port);
            return 0;
        }
        finally
        {
            server.Kill();
            folder.Delete(recursive: true);
        }
    }

    private static async Task RunAsync(string folder, int port)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Storage:Folder"] = folder,
            ["Mail:Host"] = "127.0.0.1",
            ["Mail:Port"] = port.ToString(CultureInfo.InvariantCulture),
            ["Mail:Security"] = "None",
        }).Build();
        var services = new ServiceCollection();
        services.AddLogging().AddSingleton<IConfiguration>(configuration).AddSingleton(TimeProvider.System).AddSingleton<Texts>().AddPersistence(configuration).AddMail(configuration);
        await using var provider = services.BuildServiceProvider();
        await provider.MigrateAsync(CancellationToken.None);
        var dispatcher = provider.GetRequiredService<LetterDispatcher>();
        var options = provider.GetRequiredService<IOptions<MailOptions>>().Value;
        var (bare, atOnce, ours) = (new List<double>(), new List<double>(), new List<double>());
        for (var round = 0; round <= Rounds; round++)
        {
            var letters = await QueueAsync(provider);
            var loop = await TimeAsync(() => BareAsync(letters, options, noDelay: false));
            var quick = await TimeAsync(() => BareAsync(letters, options, noDelay: true));
            var sent = 0;
            var dispatched = await TimeAsync(async () => sent = await dispatcher.SendDueAsync(CancellationToken.None));
            if (sent != Letters || await AcceptedAsync(provider) != Letters * (round + 1))
            {
                throw new InvalidOperationException($"Of {Letters} letters {sent} were handled.");
            }

            // The first round compiles.
            if (round > 0)
            {
                bare.Add(Letters / loop);
                atOnce.Add(Letters / quick);
                ours.Add(Letters / dispatched);
            }
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Letters} letters, {Rounds} rounds, median"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  bare loop, one connection, keeps nothing   {Median(bare),8:0} letters/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  the same, packets at once                   {Median(atOnce),8:0} letters/s"));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  dispatcher, each letter durable             {Median(ours),8:0} letters/s   {Median(ours) / Median(bare):0.00} x the first, {Median(ours) / Median(atOnce):0.00} x the second"));
    }

    private static async Task BareAsync(IReadOnlyList<OutboxLetter> letters, MailOptions options, bool noDelay)
    {
        using var client = new SmtpClient { LocalDomain = options.Domain };
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = noDelay };
        await socket.ConnectAsync(options.Host, options.Port);
        await client.ConnectAsync(socket, options.Host, options.Port, SecureSocketOptions.None);
        foreach (var letter in letters)
        {
            using var message = LetterMessage.Of(letter, options);
            await client.SendAsync(message);
        }

        await client.DisconnectAsync(quit: true);
    }

    private static async Task<IReadOnlyList<OutboxLetter>> QueueAsync(ServiceProvider provider)
    {
        await using var scope = provider.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        var now = TimeProvider.System.GetUtcNow();
        var text = new LetterText("2026-2027 学年安排结果", string.Concat(Enumerable.Repeat("您的安排结果以及对每个志愿的说明。\n\n", 30)), string.Concat(Enumerable.Repeat("<p>您的安排结果以及对每个志愿的说明。</p>\n", 30)));
        var before = await db.Outbox.CountAsync();
        var letters = Enumerable.Range(before, Letters)
            .Select(i => new OutboxLetter(LetterId.New(now), LetterKind.StudentResult, null, new Person(PersonId.New(now), $"Student {i}", null, EmailAddress.Create($"s{i}@students.example.org"), Language.SimplifiedChinese, Roles.None), $"bench:{i}", text, now, now))
            .ToList();
        db.Outbox.AddRange(letters);
        await db.SaveChangesAsync();
        return letters;
    }

    private static async Task<int> AcceptedAsync(ServiceProvider provider)
    {
        await using var scope = provider.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<PlacementDb>().Outbox.CountAsync(letter => letter.State == LetterState.Accepted);
    }

    private static async Task<double> TimeAsync(Func<Task> work)
    {
        var start = Stopwatch.GetTimestamp();
        await work();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);

    private static async Task ListensAsync(int port)
    {
        for (var attempt = 0; ; attempt++)
        {
            try
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
                return;
            }
            catch (SocketException) when (attempt < 200)
            {
                await Task.Delay(50);
            }
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
