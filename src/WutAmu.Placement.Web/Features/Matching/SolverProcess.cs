using System.Diagnostics;
using System.Globalization;
using System.Text;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Runs <c>placement solve --report</c> as a child process: a native crash or lack of memory takes the child down, not the site.</summary>
public sealed class SolverProcess(IOptions<SolverOptions> options, TimeProvider clock)
{
    private const int WordsKept = 16_000;
    private const int LongestLine = 2_000;

    // Settings of the service may hold secrets; the child gets what starting needs.
    private static readonly string[] Inherited = ["PATH", "HOME", "DOTNET_ROOT", "DOTNET_HOST_PATH", "TMPDIR", "TEMP", "TMP", "SystemRoot", "USERPROFILE", "LD_LIBRARY_PATH"];

    /// <param name="started">Receives the child's process id.</param>
    /// <param name="progress">Called for each line of progress, without its prefix.</param>
    /// <param name="kill">Ends the child at once.</param>
    public async Task<SolverAnswer> SolveAsync(ReadOnlyMemory<byte> instance, string policy, Action<int> started, Action<string> progress, CancellationToken kill)
    {
        var settings = options.Value;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(settings.TimeLimitInSeconds + 30), clock);
        using var tooMuch = new CancellationTokenSource();
        using var end = CancellationTokenSource.CreateLinkedTokenSource(kill, limit.Token, tooMuch.Token);
        using var process = Start(settings, policy);
        started(process.Id);
        await using var killing = end.Token.Register(() => Kill(process));

        var words = ReadWordsAsync(process.StandardError, progress);
        var output = ReadOutputAsync(process.StandardOutput.BaseStream, settings.OutputLimitInMegabytes * 1_000_000L, tooMuch);
        await WriteInputAsync(process, instance);
        var bytes = await output;
        var said = await words;
        await process.WaitForExitAsync(CancellationToken.None);

        return new(
            tooMuch.IsCancellationRequested ? SolverEnd.TooMuchOutput
                : kill.IsCancellationRequested ? SolverEnd.Killed
                : limit.IsCancellationRequested ? SolverEnd.TimedOut
                : SolverEnd.Exited,
            process.ExitCode,
            bytes,
            said);
    }

    private static Process Start(SolverOptions settings, string policy)
    {
        var start = new ProcessStartInfo(Runtime())
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardErrorEncoding = Encoding.UTF8,
            UseShellExecute = false,
            CreateNoWindow = true,
            WorkingDirectory = Path.GetTempPath(),
        };
        var environment = Inherited.Select(name => (name, Value: Environment.GetEnvironmentVariable(name))).Where(variable => variable.Value is not null).ToList();
        start.Environment.Clear();
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        start.Environment["DOTNET_GCHeapHardLimit"] = (settings.HeapLimitInMegabytes * 1_048_576L).ToString("X", CultureInfo.InvariantCulture);
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        foreach (var argument in (ReadOnlySpan<string>)[settings.ToolPath, "solve", "-", "--policy", policy, "--time-limit", settings.TimeLimitInSeconds.ToString(CultureInfo.InvariantCulture), "--report"])
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start) ?? throw new InvalidOperationException("The solver's process did not start.");
    }

    // The runtime that runs us; a published service may be started by its own executable instead.
    private static string Runtime() =>
        Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet" && Environment.ProcessPath is { } path
            ? path
            : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    private static async Task WriteInputAsync(Process process, ReadOnlyMemory<byte> instance)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(instance, CancellationToken.None);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It died before it had read everything; its exit code tells more.
        }
    }

    private static async Task<byte[]> ReadOutputAsync(Stream stream, long limit, CancellationTokenSource tooMuch)
    {
        using var kept = new MemoryStream();
        var buffer = new byte[1 << 16];
        int count;
        while ((count = await stream.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            if (kept.Length + count > limit)
            {
                await tooMuch.CancelAsync();
                return [];
            }

            kept.Write(buffer, 0, count);
        }

        return kept.ToArray();
    }

    private static async Task<string> ReadWordsAsync(StreamReader reader, Action<string> progress)
    {
        const string prefix = "progress: ";
        var words = new StringBuilder();
        var line = new StringBuilder();
        var buffer = new char[4096];
        int count;
        while ((count = await reader.ReadAsync(buffer, CancellationToken.None)) > 0)
        {
            foreach (var c in buffer.AsSpan(0, count))
            {
                if (c != '\n')
                {
                    if (line.Length < LongestLine)
                    {
                        line.Append(c);
                    }

                    continue;
                }

                Take();
            }
        }

        Take();
        return words.ToString();

        void Take()
        {
            var text = line.ToString().TrimEnd('\r');
            line.Clear();
            if (text.StartsWith(prefix, StringComparison.Ordinal))
            {
                progress(text[prefix.Length..]);
            }
            else if (text.Length > 0)
            {
                words.Append(text).Append('\n');
                if (words.Length > WordsKept)
                {
                    words.Remove(0, words.Length - WordsKept);
                }
            }
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It ended in the same moment.
        }
    }
}
