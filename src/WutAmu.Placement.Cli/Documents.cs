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

    /// <summary>A file is written beside its place and moved there when it is whole: what stood there stays until then. Where nothing can be lost, as in a device or a pipe, it is written in place.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Write(string path, byte[] bytes) => Write(path, stream => stream.Write(bytes));

    /// <inheritdoc cref="Write(string, byte[])"/>
    public static void Write(string path, Action<Stream> write)
    {
        if (path == "-")
        {
            using var output = Console.OpenStandardOutput();
            write(output);
            output.WriteByte((byte)'\n');
            return;
        }

        if (File.Exists(path) && new FileInfo(path).Length == 0)
        {
            using var empty = new FileStream(path, FileMode.Open, FileAccess.Write);
            Write(empty, path, write);
            return;
        }

        // Through a link, the file it leads to is replaced and the link stays.
        var target = (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName : null) ?? Path.GetFullPath(path);
        var beside = $"{target}.{Environment.ProcessId}.tmp";
        try
        {
            using (var file = new FileStream(beside, FileMode.CreateNew, FileAccess.Write))
            {
                Write(file, path, write);
                file.Flush(flushToDisk: true);
            }

            if (!OperatingSystem.IsWindows() && File.Exists(target))
            {
                File.SetUnixFileMode(beside, File.GetUnixFileMode(target));
            }

            File.Move(beside, target, overwrite: true);
        }
        finally
        {
            File.Delete(beside);
        }
    }

    private static void Write(Stream file, string path, Action<Stream> write)
    {
        if (!path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase))
        {
            write(file);
            return;
        }

        using var gzip = new GZipStream(file, CompressionLevel.Optimal, leaveOpen: true);
        write(gzip);
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
        catch (OutOfMemoryException)
        {
            Console.Error.WriteLine($"{path}: what it holds needs more memory than there is.");
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
