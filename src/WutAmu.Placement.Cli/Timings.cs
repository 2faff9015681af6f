using System.Diagnostics;
using System.Globalization;

namespace WutAmu.Placement.Cli;

/// <summary>How long each stage of a command took, by the clock and in processor time of all threads, and its peak of memory: told on standard error with <c>--timings</c>.</summary>
internal sealed class Timings
{
    private readonly bool wanted;
    private long since = Stopwatch.GetTimestamp();
    private TimeSpan processor;

    public Timings(bool wanted)
    {
        this.wanted = wanted;
        if (wanted)
        {
            using var process = Process.GetCurrentProcess();
            processor = Environment.CpuUsage.TotalTime;
            Tell("start", TimeProvider.System.GetLocalNow().DateTime - process.StartTime, processor);
        }
    }

    /// <summary>A stage is over; what comes now is the next.</summary>
    public void Ended(string stage)
    {
        if (wanted)
        {
            var now = Environment.CpuUsage.TotalTime;
            Tell(stage, Stopwatch.GetElapsedTime(since), now - processor);
            (since, processor) = (Stopwatch.GetTimestamp(), now);
        }
    }

    /// <summary>A part of a stage that is to be told of at its end.</summary>
    public void Within(string part, TimeSpan clock)
    {
        if (wanted)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"timing: within {part} {clock.TotalSeconds:0.0000} s"));
        }
    }

    /// <summary>Everything is done: the most memory the process ever held, as the kernel counts it (0 where it does not), and its processor time from the start.</summary>
    public void Done()
    {
        if (wanted)
        {
            using var process = Process.GetCurrentProcess();
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"timing: peak {process.PeakWorkingSet64 / 1e6:0.0} MB, processor {Environment.CpuUsage.TotalTime.TotalSeconds:0.0000} s"));
        }
    }

    private static void Tell(string stage, TimeSpan clock, TimeSpan processor) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"timing: {stage} {clock.TotalSeconds:0.0000} s, processor {processor.TotalSeconds:0.0000} s"));
}
