using System.Diagnostics;
using System.Text.Json;

namespace WutAmu.Placement.Web.Benchmarks;

/// <summary>The service as it is installed, in a process of its own.</summary>
internal sealed class ServiceProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(2);

    private readonly Process process;

    private ServiceProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
    }

    public Uri Address { get; }

    public static async Task<ServiceProcess> StartAsync(string folder)
    {
        var web = Path.Combine(Checkout.Root, "src", "WutAmu.Placement.Web");
        var program = Environment.GetEnvironmentVariable("PLACEMENT_PROGRAM") is { Length: > 0 } installed ? installed : Path.Combine(web, "bin", "Release", "net10.0", "WutAmu.Placement.Web.dll");
        var start = new ProcessStartInfo("dotnet", [program,
            "--urls=http://127.0.0.1:0", "--Logging:LogLevel:Default=Warning", "--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information"])
        {
            WorkingDirectory = web,
            RedirectStandardOutput = true,
        };
        // Development has the sign-in that needs no letter.
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Development";
        start.Environment["Storage__Folder"] = folder;
        var process = Process.Start(start)!; // no shell: it starts or throws
        var listening = new TaskCompletionSource<Uri>();
        process.OutputDataReceived += (_, line) =>
        {
            const string Words = "Now listening on: ";
            if (line.Data?.IndexOf(Words, StringComparison.Ordinal) is { } at and >= 0)
            {
                listening.TrySetResult(new(line.Data[(at + Words.Length)..].Trim()));
            }
            else if (line.Data is null)
            {
                listening.TrySetException(new InvalidOperationException("The service ended before it listened."));
            }
            else if (line.Data.StartsWith("fail", StringComparison.Ordinal) || line.Data.StartsWith("crit", StringComparison.Ordinal))
            {
                Console.Error.WriteLine(line.Data);
            }
        };
        process.BeginOutputReadLine();
        return new(process, await listening.Task.WaitAsync(StartLimit));
    }

    /// <summary>Time of all its threads on the processor so far; unlike the clock, other programs of the machine do not add to it.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            process.Refresh();
            return process.TotalProcessorTime;
        }
    }

    /// <summary>Writes and commits since its start, as its health page tells them.</summary>
    public async Task<(long Writes, long Commits)> WritesAsync()
    {
        using var web = new HttpClient { BaseAddress = Address };
        using var report = JsonDocument.Parse(await web.GetStringAsync("/health/ready"));
        var figures = report.RootElement.GetProperty("checks").GetProperty("database").GetProperty("figures");
        return (figures.GetProperty("writes").GetInt64(), figures.GetProperty("commits").GetInt64());
    }

    /// <summary>At once, as a crash would.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
        return ValueTask.CompletedTask;
    }
}
