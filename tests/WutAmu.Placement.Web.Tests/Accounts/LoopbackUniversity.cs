using System.Diagnostics;
using System.Text.Json;

namespace WutAmu.Placement.Web.Tests.Accounts;

/// <summary>An OpenID Connect provider in a process of its own (<see cref="UniversityProgram"/>). It ends with the tests, also when they are killed: it reads their commands, and their end.</summary>
public sealed class LoopbackUniversity : IAsyncLifetime, IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private Process process = null!; // set by the start

    public string Address { get; private set; } = "";

    /// <summary>What the provider says from now on, and how it lies.</summary>
    internal UniversityAnswer Says { get; private set; } = new();

    public Task InitializeAsync() => StartAsync();

    public async Task StartAsync(int port = 0)
    {
        var start = new ProcessStartInfo("dotnet", [typeof(LoopbackUniversity).Assembly.Location, UniversityProgram.Name, $"{port}"]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        process = Process.Start(start)!; // not null: UseShellExecute is off
        Address = await HearAsync();
    }

    public void Tell(Dictionary<string, string> settings)
    {
        settings["University:Authority"] = Address;
        settings["University:ClientId"] = UniversityProgram.ClientId;
        settings["University:ClientSecret"] = UniversityProgram.ClientSecret;
        settings["University:Name"] = "Loopback University";
    }

    internal async Task SayAsync(UniversityAnswer answer)
    {
        Says = answer;
        await AskedAsync();
    }

    /// <summary>What the service asked for at its last visit.</summary>
    internal async Task<Dictionary<string, string>> AskedAsync()
    {
        await process.StandardInput.WriteLineAsync(JsonSerializer.Serialize(Says));
        await process.StandardInput.FlushAsync();
        return JsonSerializer.Deserialize<Dictionary<string, string>>(await HearAsync())!; // never null: it writes an object
    }

    /// <summary>Nobody listens there any more.</summary>
    public async Task KillAsync()
    {
        process.Kill();
        await process.WaitForExitAsync();
    }

    /// <summary>Closes its standard input, as the tests' own end does.</summary>
    /// <returns>Its exit code.</returns>
    public async Task<int> LeaveAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Patience);
        await process.WaitForExitAsync(patience.Token);
        return process.ExitCode;
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
        {
            await KillAsync();
        }

        process.Dispose();
    }

    private async Task<string> HearAsync() =>
        await process.StandardOutput.ReadLineAsync().WaitAsync(Patience) ?? throw new InvalidOperationException("The provider ended before it answered.");
}
