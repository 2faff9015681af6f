using System.Diagnostics;
using System.Globalization;

namespace WutAmu.Placement.Benchmarks;

/// <summary>One process of the tool, from its start to its end by the clock.</summary>
/// <param name="AfterReading">From the tool's word that the file is read to the end of the process. Null: it was not asked for its times.</param>
/// <param name="Processor">Of all threads, by the tool's word at its end. Null: it was not asked.</param>
/// <param name="PeakInMegabytes">Most memory it held, as the kernel counts it. Null: it was not asked, or the system does not tell.</param>
/// <param name="Failure">Its last word where it did not end with exit 0; null: it did.</param>
internal sealed record ToolFigures(double Seconds, double? AfterReading, double? Processor, double? PeakInMegabytes, string? Failure);

/// <summary>The command-line tool as its users start it: a new process each time, compiling at run time included.</summary>
internal sealed class Tool(string folder)
{
    /// <summary>Argument of this program that makes it return at once: the floor of a process.</summary>
    public const string Nothing = "--nothing";

    private const string Stage = "timing: ";

    private static readonly string Program = Path.Combine(Checkout.Root, "src", "WutAmu.Placement.Cli", "bin", "Release", "tool", "placement.dll");

    private readonly string output = Path.Combine(folder, "result.json");

    public static bool IsBuilt => File.Exists(Program);

    public static ToolFigures Floor() => Run([typeof(Tool).Assembly.Location, Nothing]);

    /// <param name="timed">True: with the tool's own times, which cost it some milliseconds.</param>
    public ToolFigures Solve(string file, string policy, bool lottery, bool report, bool timed)
    {
        List<string> command = [Program, "solve", file, "--out", output, "--policy", policy];
        foreach (var (wanted, option) in new[] { (!lottery, "--no-lottery"), (report, "--report"), (timed, "--timings") })
        {
            if (wanted)
            {
                command.Add(option);
            }
        }

        return Run(command);
    }

    private static ToolFigures Run(IEnumerable<string> command)
    {
        var start = Stopwatch.GetTimestamp();
        using var process = Process.Start(new ProcessStartInfo("dotnet", command) { RedirectStandardError = true })!; // not null: dotnet runs this
        long? read = null;
        double? peak = null;
        double? processor = null;
        var last = "";
        while (process.StandardError.ReadLine() is { } line)
        {
            last = line;
            if (line.StartsWith(Stage + "read ", StringComparison.Ordinal))
            {
                read = Stopwatch.GetTimestamp();
            }
            else if (line.StartsWith(Stage + "peak ", StringComparison.Ordinal))
            {
                // "timing: peak 53.1 MB, processor 0.1234 s"
                var words = line.Split(' ');
                peak = double.Parse(words[2], CultureInfo.InvariantCulture);
                processor = double.Parse(words[5], CultureInfo.InvariantCulture);
            }
        }

        process.WaitForExit();
        var end = Stopwatch.GetTimestamp();
        return new(
            Stopwatch.GetElapsedTime(start, end).TotalSeconds,
            read is { } since ? Stopwatch.GetElapsedTime(since, end).TotalSeconds : null,
            processor,
            peak > 0 ? peak : null,
            process.ExitCode == 0 ? null : $"exit {process.ExitCode}: {last}");
    }
}
