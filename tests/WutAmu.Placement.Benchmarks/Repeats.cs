using System.Diagnostics;

namespace WutAmu.Placement.Benchmarks;

/// <summary>How often a thing is measured: often where it is short, once where one run takes over ten seconds. The figure is the median.</summary>
internal sealed class Repeats(int size)
{
    private const double Long = 10;

    public int InProcess => size <= 1_000 ? 9 : size <= 10_000 ? 5 : 3;

    public int OfProcesses => size <= 1_000 ? 5 : 3;

    public override string ToString() => $"medians of {InProcess} in the process and {OfProcesses} of processes, of 1 where one takes over {Long:F0} s";

    /// <summary>Processor time of all threads, so that other work on the machine does not count.</summary>
    /// <returns>Seconds.</returns>
    public double Processor(Action run) => Median(InProcess, () =>
    {
        GC.Collect();
        var processor = Environment.CpuUsage.TotalTime;
        run();
        return (Environment.CpuUsage.TotalTime - processor).TotalSeconds;
    });

    /// <returns>The run in the middle by its seconds.</returns>
    public static T Middle<T>(int times, Func<T> run, Func<T, double> secondsOf)
    {
        var runs = new List<T>();
        var clock = Stopwatch.StartNew();
        do
        {
            runs.Add(run());
        }
        while (runs.Count < times && clock.Elapsed.TotalSeconds < Long * runs.Count);

        return runs.OrderBy(secondsOf).ElementAt(runs.Count / 2);
    }

    private static double Median(int times, Func<double> run) => Middle(times, run, seconds => seconds);
}
