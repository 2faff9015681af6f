using System.IO.Compression;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Cli;

/// <summary>A path or <c>-</c>; <c>.gz</c> is read and written as gzip.</summary>
internal static class Documents
{
    /// <summary>Larger input is refused rather than filling the memory.</summary>
    private const long MaxBytes = 1_500_000_000;

    /// <returns>The instance; null after every problem was printed, one a line.</returns>
    public static Instance? ReadInstance(string path) => Read<Instance>(path, InstanceReader.TryRead);

    public static MatchingResult? ReadResult(string path) => Read<MatchingResult>(path, ResultJson.TryRead);

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

    private delegate bool TryRead<T>(Stream json, out T? read, out IReadOnlyList<InstanceProblem> problems);

    private static T? Read<T>(string path, TryRead<T> tryRead)
        where T : class
    {
        try
        {
            using var file = path == "-" ? Console.OpenStandardInput() : new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
            using var plain = path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(file, CompressionMode.Decompress) : file;
            using var bounded = new BoundedStream(plain, MaxBytes);
            return tryRead(bounded, out var read, out var problems) ? read : Refuse<T>(path, problems);
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
