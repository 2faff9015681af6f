using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>Runs <c>placement solve -</c> as a child: instance on standard input, result on standard output, progress on standard error.</summary>
public sealed class SolverProcess(IOptions<SolverOptions> options)
{
    private const int MostOutput = 200_000_000;
    private const int MostErrorText = 20_000;

    /// <param name="progress">Told each progress line.</param>
    /// <exception cref="OperationCanceledException">Cancelled; the child is gone.</exception>
    public async Task<SolverAnswer> SolveAsync(byte[] instance, string policy, Func<string, Task> progress, CancellationToken cancellationToken)
    {
        var start = new ProcessStartInfo("dotnet")
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in (ReadOnlySpan<string>)[options.Value.ToolPath, "solve", "-", "--policy", policy, "--time-limit", options.Value.TimeLimitInSeconds.ToString(CultureInfo.InvariantCulture)])
        {
            start.ArgumentList.Add(argument);
        }

        using var child = Process.Start(start) ?? throw new InvalidOperationException("The solver could not be started.");
        using var kill = cancellationToken.Register(() => Kill(child));
        var output = ReadAsync(child, cancellationToken);
        var errors = ReadProgressAsync(child, progress, cancellationToken);
        try
        {
            await child.StandardInput.BaseStream.WriteAsync(instance, cancellationToken);
            child.StandardInput.Close();
        }
        catch (IOException)
        {
            // The child died before it read everything; its exit code and words say why.
        }

        try
        {
            var result = await output;
            var words = await errors;
            await child.WaitForExitAsync(cancellationToken);
            return new(child.ExitCode, result, words);
        }
        finally
        {
            Kill(child);
        }
    }

    private static void Kill(Process child)
    {
        try
        {
            child.Kill(entireProcessTree: true);
        }
        catch (InvalidOperationException)
        {
            // It has ended already.
        }
    }

    private static async Task<byte[]> ReadAsync(Process child, CancellationToken cancellationToken)
    {
        using var memory = new MemoryStream();
        var buffer = new byte[1 << 16];
        int count;
        while ((count = await child.StandardOutput.BaseStream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            memory.Write(buffer, 0, count);
            if (memory.Length > MostOutput)
            {
                throw new InvalidDataException($"The solver wrote more than {MostOutput} bytes.");
            }
        }

        return memory.ToArray();
    }

    private static async Task<string> ReadProgressAsync(Process child, Func<string, Task> progress, CancellationToken cancellationToken)
    {
        var words = new System.Text.StringBuilder();
        while (await child.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            if (line.StartsWith("progress: ", StringComparison.Ordinal))
            {
                await progress(line["progress: ".Length..]);
            }
            else if (words.Length < MostErrorText)
            {
                words.AppendLine(line);
            }
        }

        return words.ToString();
    }
}

/// <param name="ExitCode">Of the command-line tool: 0 proven, 2 invalid, 3 infeasible, 4 not proven; anything else: it died.</param>
public sealed record SolverAnswer(int ExitCode, byte[] Result, string Words);
