using System.Globalization;
using Hangfire.Storage.SQLite;

namespace WutAmu.Placement.JobStorage.Benchmarks;

/// <summary>The storage against the floor of bare single-row commits, on the same disk, in the same run, for both synchronous settings.</summary>
internal static class Program
{
    private const int Commits = 2000;
    private const int Enqueued = 2000;
    private const int Processed = 5000;
    private const int Latencies = 200;

    private static int Main(string[] arguments)
    {
        if (arguments.Length > 1 || arguments.Any(argument => argument.StartsWith('-')))
        {
            Console.Error.WriteLine("usage: scripts/bench jobs [FOLDER]   (FOLDER: the disk to measure, the temporary one unless told)");
            return 2;
        }

        var folder = arguments.Length == 1
            ? Directory.CreateDirectory(Path.Combine(arguments[0], $"jobs-bench-{Environment.ProcessId}"))
            : Directory.CreateTempSubdirectory("jobs-bench-");
        try
        {
            var met = true;
            foreach (var synchronous in new[] { SQLiteStorageOptions.SynchronousModes.NORMAL, SQLiteStorageOptions.SynchronousModes.FULL })
            {
                met &= Run(Path.Combine(folder.FullName, synchronous.ToString()), synchronous);
            }

            return met ? 0 : 1;
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Run(string path, SQLiteStorageOptions.SynchronousModes synchronous)
    {
        var (before, floorTime) = Timed(() => Floor.CommitsPerSecond(path + "-floor1.db", synchronous, Commits), Commits);
        var (enqueue, enqueueTime) = Timed(() => Measurements.EnqueuesPerSecond(path + "-enqueue.db", synchronous, Enqueued), Enqueued);
        var (process, processTime) = Timed(() => Measurements.JobsPerSecond(path + "-process.db", synchronous, Processed, workers: 4), Processed);
        var (peer, peerTime) = Timed(() => Measurements.JobsInMemoryPerSecond(Processed, workers: 4), Processed);
        var latency = Measurements.EnqueueToStart(path + "-latency.db", synchronous, Latencies);
        var after = Floor.CommitsPerSecond(path + "-floor2.db", synchronous, Commits);
        var floor = (before + after) / 2;

        Console.WriteLine($"synchronous {synchronous}");
        Print($"  floor: single-row commits        {floor,8:F0} /s   (before {before:F0}, after {after:F0})");
        Print($"  enqueue, one client              {enqueue,8:F0} /s   {enqueue / floor:F2} x floor, goal 0.40");
        Print($"  {Processed} no-op jobs, 4 workers      {process,8:F0} /s   {process / floor:F2} x floor, goal 0.25");
        Print($"  the same in memory (peer)        {peer,8:F0} /s   {peer / floor:F2} x floor: Hangfire itself, keeping nothing");
        Print($"  five bare commits a job          {floor / 5,8:F0} /s   0.20 x floor: what Hangfire asks for, if none is shared");
        Print($"  enqueue to start, median         {latency.Median.TotalMilliseconds,8:F2} ms   p95 {latency.Percentile95.TotalMilliseconds:F2} ms, goal 5 ms");
        // What other programs of the machine do not add to; start, warm-up and, for the jobs, their enqueueing included.
        Print($"  processor time                   {floorTime.TotalMicroseconds,8:F0} us a commit, {enqueueTime.TotalMicroseconds:F0} us an enqueue, {processTime.TotalMicroseconds:F0} us a job, {peerTime.TotalMicroseconds:F0} in memory");
        return enqueue >= 0.4 * floor && process >= 0.25 * floor && latency.Median < TimeSpan.FromMilliseconds(5);
    }

    private static (double PerSecond, TimeSpan Processor) Timed(Func<double> measure, int operations)
    {
        var start = Environment.CpuUsage.TotalTime;
        var perSecond = measure();
        return (perSecond, (Environment.CpuUsage.TotalTime - start) / operations);
    }

    private static void Print(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}
