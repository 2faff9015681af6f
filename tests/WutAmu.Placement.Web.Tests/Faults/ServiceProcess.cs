using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>The real service in a process of its own, on a free port of loopback, to be killed or stopped like any process.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private readonly Process process;
    private readonly ConcurrentQueue<string> said = new();
    private readonly TaskCompletionSource<Uri?> address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ServiceProcess(string storage, IReadOnlyDictionary<string, string> settings, IReadOnlyList<string> arguments, bool refusable = false)
    {
        // Inherited by what bash turns into: a write beyond a limit is refused instead of ending the process.
        var start = refusable ? new ProcessStartInfo("bash", ["-c", "trap '' XFSZ; exec dotnet \"$@\"", "service", Program, .. arguments]) : new ProcessStartInfo("dotnet", [Program, .. arguments]);
        start.RedirectStandardOutput = true;
        start.RedirectStandardError = true;
        start.WorkingDirectory = Path.Combine(Checkout.Root, "src", "WutAmu.Placement.Web");
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["ASPNETCORE_URLS"] = "http://127.0.0.1:0";
        start.Environment["Storage__Folder"] = storage;
        foreach (var (path, value) in settings)
        {
            start.Environment[path.Replace(":", "__", StringComparison.Ordinal)] = value;
        }

        process = Process.Start(start)!; // not null: UseShellExecute is off
        process.OutputDataReceived += (_, line) => Hear(line.Data);
        process.ErrorDataReceived += (_, line) => Hear(line.Data);
        process.EnableRaisingEvents = true;
        process.Exited += (_, _) => address.TrySetResult(null);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>The service's assembly, of the same build as the tests.</summary>
    public static string Program { get; } = Path.Combine(
        Checkout.Root, "src", "WutAmu.Placement.Web", "bin", typeof(ServiceProcess).Assembly.GetCustomAttribute<AssemblyConfigurationAttribute>()!.Configuration, "net10.0", "WutAmu.Placement.Web.dll"); // not null: every build has one

    public Uri Address { get; private set; } = new("http://127.0.0.1");

    public int Id => process.Id;

    public string Words => string.Join('\n', said);

    /// <summary>Starts the service and waits until it serves.</summary>
    /// <param name="refusable">Whether <see cref="LimitFiles"/> will be asked for.</param>
    public static async Task<ServiceProcess> StartAsync(string storage, IReadOnlyDictionary<string, string>? settings = null, bool refusable = false)
    {
        var service = new ServiceProcess(storage, settings ?? new Dictionary<string, string>(), [], refusable);
        service.Address = await service.address.Task.WaitAsync(Patience) ?? throw new InvalidOperationException($"The service ended with {await service.EndAsync()} before it served:\n{service.Words}");
        return service;
    }

    /// <summary>Starts the service and kills it so much later, wherever it is by then.</summary>
    public static async Task StartAndKillAsync(string storage, IReadOnlyDictionary<string, string> settings, TimeSpan later)
    {
        await using var service = new ServiceProcess(storage, settings, []);
        await Task.Delay(later);
        await service.KillAsync();
    }

    /// <summary>Runs the program to its end.</summary>
    public static async Task<(int ExitCode, string Words)> RunAsync(string storage, params string[] arguments)
    {
        await using var service = new ServiceProcess(storage, new Dictionary<string, string>(), arguments);
        return (await service.EndAsync(), service.Words);
    }

    /// <summary>Ends when the service has written these words.</summary>
    public async Task SaidAsync(string words)
    {
        using var patience = new CancellationTokenSource(Patience);
        while (!Words.Contains(words, StringComparison.Ordinal))
        {
            await Task.Delay(20, patience.Token);
        }
    }

    /// <summary>From now on no file of the service grows beyond that, as on a full disk; null: they grow again.</summary>
    public void LimitFiles(long? bytes)
    {
        var limit = bytes?.ToString(CultureInfo.InvariantCulture) ?? "unlimited";
        using var set = Process.Start("prlimit", ["--pid", Id.ToString(CultureInfo.InvariantCulture), $"--fsize={limit}:"]);
        set.WaitForExit();
        set.ExitCode.Should().Be(0);
    }

    /// <summary>SIGKILL: no line of the service runs any more.</summary>
    public Task KillAsync()
    {
        process.Kill();
        return EndAsync();
    }

    /// <summary>SIGTERM, as an operator's <c>systemctl stop</c> sends it.</summary>
    /// <returns>The exit code.</returns>
    public Task<int> StopAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", Id.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
        return EndAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            process.Kill(entireProcessTree: true);
        }

        await process.WaitForExitAsync();
        process.Dispose();
    }

    public async Task<int> EndAsync()
    {
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    private void Hear(string? line)
    {
        const string listening = "Now listening on: ";
        if (line is null)
        {
            return;
        }

        said.Enqueue(line);
        if (line.IndexOf(listening, StringComparison.Ordinal) is >= 0 and var at)
        {
            address.TrySetResult(new(line[(at + listening.Length)..].Trim()));
        }
    }
}
