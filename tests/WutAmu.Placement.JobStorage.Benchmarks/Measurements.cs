using System.Diagnostics;
using Hangfire;
using Hangfire.InMemory;
using Hangfire.Storage.SQLite;

namespace WutAmu.Placement.JobStorage.Benchmarks;

/// <summary>The storage through Hangfire's own client and server, as the service uses it.</summary>
public static class Measurements
{
    /// <summary>Until the code that is measured is compiled.</summary>
    internal const int WarmUp = 1000;

    private static readonly SemaphoreSlim Started = new(0);
    private static long startedAt;
    private static int left;
    private static TaskCompletionSource done = new();

    /// <summary>A job of the benchmark.</summary>
    public static void Nothing()
    {
        if (Interlocked.Decrement(ref left) == 0)
        {
            done.SetResult();
        }
    }

    /// <summary>A job of the benchmark.</summary>
    public static void Note()
    {
        startedAt = Stopwatch.GetTimestamp();
        Started.Release();
    }

    internal static double EnqueuesPerSecond(string path, SQLiteStorageOptions.SynchronousModes synchronous, int count)
    {
        using var storage = Open(path, synchronous);
        var client = new BackgroundJobClient(storage);
        for (var i = 0; i < WarmUp; i++)
        {
            client.Enqueue(() => Nothing());
        }

        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < count; i++)
        {
            client.Enqueue(() => Nothing());
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>From the start of the server until the last job is recorded as succeeded; after as many jobs as <see cref="WarmUp"/>.</summary>
    internal static double JobsPerSecond(string path, SQLiteStorageOptions.SynchronousModes synchronous, int count, int workers)
    {
        using (var warmUp = Open(path + "-warm-up", synchronous))
        {
            JobsPerSecond(warmUp, WarmUp, workers);
        }

        using var storage = Open(path, synchronous);
        return JobsPerSecond(storage, count, workers);
    }

    /// <summary>As much as Hangfire itself allows: a storage that keeps nothing.</summary>
    internal static double JobsInMemoryPerSecond(int count, int workers)
    {
        using (var warmUp = new InMemoryStorage())
        {
            JobsPerSecond(warmUp, WarmUp, workers);
        }

        using var storage = new InMemoryStorage();
        return JobsPerSecond(storage, count, workers);
    }

    private static double JobsPerSecond(Hangfire.JobStorage storage, int count, int workers)
    {
        var client = new BackgroundJobClient(storage);
        for (var i = 0; i < count; i++)
        {
            client.Enqueue(() => Nothing());
        }

        left = count;
        done = new TaskCompletionSource();
        var start = Stopwatch.GetTimestamp();
        using var server = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = workers }, storage);
        done.Task.Wait();
        var monitor = storage.GetMonitoringApi();
        while (monitor.SucceededListCount() < count)
        {
            Thread.Sleep(1);
        }

        return count / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>From the call of the client to the first line of the job; server and storage with default options but for the setting measured.</summary>
    internal static (TimeSpan Median, TimeSpan Percentile95) EnqueueToStart(
        string path, SQLiteStorageOptions.SynchronousModes synchronous, int count)
    {
        using var storage = Open(path, synchronous);
        var client = new BackgroundJobClient(storage);
        using var server = new BackgroundJobServer(storage);
        var times = new List<TimeSpan>();
        for (var i = -20; i < count; i++)
        {
            // The workers are to be idle: they have finished recording the job before.
            Thread.Sleep(10);
            var start = Stopwatch.GetTimestamp();
            client.Enqueue(() => Note());
            Started.Wait();
            if (i >= 0)
            {
                times.Add(Stopwatch.GetElapsedTime(start, startedAt));
            }
        }

        times.Sort();
        return (times[times.Count / 2], times[times.Count * 95 / 100]);
    }

    private static SQLiteStorage Open(string path, SQLiteStorageOptions.SynchronousModes synchronous) =>
        new(path, new SQLiteStorageOptions { Synchronous = synchronous });
}
