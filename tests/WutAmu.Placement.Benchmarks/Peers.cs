using System.Diagnostics;
using System.Globalization;

namespace WutAmu.Placement.Benchmarks;

/// <summary>What a peer measured of itself on the same instance.</summary>
internal sealed record PeerFigures(double BuildInSeconds, double SolveInSeconds, int Placed, long Cost)
{
    public double TotalInSeconds => BuildInSeconds + SolveInSeconds;
}

/// <summary>Other people's solvers, each optional: LEMON's network simplex (a driver compiled here), scipy's sparse matching, CBC through PuLP.</summary>
internal sealed class Peers(string folder, string scripts)
{
    public const string NetworkSimplex = "LEMON network simplex";
    public const string SparseMatching = "scipy sparse matching";
    public const string IntegerProgramme = "CBC through PuLP";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(15);
    private string? lemon;
    private string? lemonMissing;

    public (PeerFigures? Figures, string? Absent) Lemon(string instance)
    {
        if (lemon is null && lemonMissing is null)
        {
            var program = Path.Combine(folder, "lemon");
            var (code, _, error) = Run("g++", ["-O2", "-std=c++17", "-o", program, Path.Combine(scripts, "lemon.cpp")]);
            (lemon, lemonMissing) = code == 0 ? (program, (string?)null) : (null, $"liblemon-dev or g++ is missing ({FirstLine(error)})");
        }

        return lemon is null ? (null, lemonMissing) : Read(Run(lemon, [instance]));
    }

    public (PeerFigures? Figures, string? Absent) Scipy(string instance) => Read(Run(Python, [Path.Combine(scripts, "scipy_peer.py"), instance]));

    public (PeerFigures? Figures, string? Absent) Cbc(string instance) => Read(Run(Python, [Path.Combine(scripts, "cbc_peer.py"), instance]));

    // The distribution's own Python has the distribution's packages.
    private static string Python => File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3";

    public static (int Code, string Output, string Error) Run(string program, IEnumerable<string> arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }) ?? throw new InvalidOperationException($"{program} did not start.");
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            if (!process.WaitForExit(Limit))
            {
                process.Kill(entireProcessTree: true);
                return (-1, "", $"stopped after {Limit.TotalMinutes} minutes");
            }

            return (process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            return (-1, "", e.Message);
        }
    }

    private static (PeerFigures? Figures, string? Absent) Read((int Code, string Output, string Error) run)
    {
        if (run.Code != 0)
        {
            return (null, FirstLine(run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).LastOrDefault() ?? "failed"));
        }

        var words = run.Output.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        return (new(
            double.Parse(words[0], CultureInfo.InvariantCulture),
            double.Parse(words[1], CultureInfo.InvariantCulture),
            int.Parse(words[2], CultureInfo.InvariantCulture),
            long.Parse(words[3], CultureInfo.InvariantCulture)), null);
    }

    private static string FirstLine(string text) => text.Split('\n')[0] is var line && line.Length > 120 ? line[..120] : text.Split('\n')[0];
}
