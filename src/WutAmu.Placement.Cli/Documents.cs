using System.IO.Compression;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Cli;

/// <summary>A path or <c>-</c>; <c>.gz</c> is read and written as gzip.</summary>
internal static class Documents
{
    /// <summary>Larger input is refused rather than filling the memory.</summary>
    private const long MaxBytes = 1_500_000_000;

    /// <returns>The instance; null after every problem was printed, one a line.</returns>
    public static Instance? ReadInstance(string path) =>
        Read(path) is { } bytes
            ? InstanceReader.TryRead(bytes, out var instance, out var problems) ? instance : Refuse<Instance>(path, problems)
            : null;

    public static MatchingResult? ReadResult(string path) =>
        Read(path) is { } bytes
            ? ResultJson.TryRead(bytes, out var result, out var problems) ? result : Refuse<MatchingResult>(path, problems)
            : null;

    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, byte[] bytes)
    {
        using var file = path == "-" ? Console.OpenStandardOutput() : File.Create(path);
        if (path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            using var gzip = new GZipStream(file, CompressionLevel.Optimal);
            gzip.Write(bytes);
            return;
        }

        file.Write(bytes);
        if (path == "-")
        {
            file.WriteByte((byte)'\n');
        }
    }

    private static byte[]? Read(string path)
    {
        try
        {
            using var file = path == "-" ? Console.OpenStandardInput() : File.OpenRead(path);
            using var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var memory = new MemoryStream();
            var buffer = new byte[1 << 16];
            int count;
            while ((count = plain.Read(buffer)) > 0)
            {
                memory.Write(buffer, 0, count);
                if (memory.Length > MaxBytes)
                {
                    Console.Error.WriteLine($"{path}: larger than {MaxBytes} bytes.");
                    return null;
                }
            }

            return memory.ToArray();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            Console.Error.WriteLine($"{path}: {e.Message}");
            return null;
        }
    }

    private static T? Refuse<T>(string path, IReadOnlyList<InstanceProblem> problems)
        where T : class
    {
        foreach (var problem in problems)
        {
            Console.Error.WriteLine($"{path}: {problem}");
        }

        return null;
    }
}
