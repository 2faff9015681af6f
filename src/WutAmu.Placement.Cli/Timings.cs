using System.Diagnostics;
using System.Globalization;

namespace WutAmu.Placement.Cli;

/// <summary>How long each stage of a command took by the clock, told on standard error with <c>--timings</c>.</summary>
internal sealed class Timings
{
    private readonly bool wanted;
    private long since = Stopwatch.GetTimestamp();

    public Timings(bool wanted)
    {
        this.wanted = wanted;
        if (wanted)
        {
            using var process = Process.GetCurrentProcess();
            Tell("start", TimeProvider.System.GetLocalNow().DateTime - process.StartTime);
        }
    }

    /// <summary>A stage is over; what comes now is the next.</summary>
    public void Ended(string stage)
    {
        if (wanted)
        {
            Tell(stage, Stopwatch.GetElapsedTime(since));
            since = Stopwatch.GetTimestamp();
        }
    }

    private static void Tell(string stage, TimeSpan time) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"timing: {stage} {time.TotalSeconds:0.0000} s"));
}
