using System.Collections.Concurrent;
using Hangfire;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>The jobs the tests enqueue; what they did is counted by a name the test chose.</summary>
public static class Work
{
    private static readonly ConcurrentDictionary<string, int> Counts = new();
    private static readonly ConcurrentDictionary<string, int> Running = new();
    private static readonly ConcurrentDictionary<string, int> MostRunning = new();

    public static int Count(string name) => Counts.GetValueOrDefault(name);

    public static int Together(string name) => MostRunning.GetValueOrDefault(name);

    public static void Nothing(string word) => Counts.AddOrUpdate(word, 1, (_, n) => n + 1);

    // One retry at once: the test is about the way back to the queue.
    [AutomaticRetry(Attempts = 1, DelaysInSeconds = [0])]
    public static void FailOnce(string name)
    {
        Nothing(name);
        if (Count(name) == 1)
        {
            throw new InvalidOperationException("first attempt");
        }
    }

    [AutomaticRetry(Attempts = 0)]
    public static void Fail(string name) => throw new InvalidOperationException(name);

    // Longer than the test waits.
    [DisableConcurrentExecution(30)]
    public static void Alone(string name)
    {
        var now = Running.AddOrUpdate(name, 1, (_, n) => n + 1);
        MostRunning.AddOrUpdate(name, now, (_, n) => Math.Max(n, now));
        Thread.Sleep(5);
        Running.AddOrUpdate(name, 0, (_, n) => n - 1);
        Nothing(name);
    }

    public static void UntilCancelled(string name, CancellationToken cancellationToken)
    {
        Nothing(name);
        cancellationToken.WaitHandle.WaitOne();
        Nothing(name + " cancelled");
        cancellationToken.ThrowIfCancellationRequested();
    }

    /// <summary>One file per run: processes that append to one file would overwrite each other's lines.</summary>
    public static void Append(string folder, int number, int milliseconds)
    {
        Thread.Sleep(milliseconds);
        Directory.CreateDirectory(folder);
        File.Create(Path.Combine(folder, $"{number} {Environment.ProcessId} {Guid.NewGuid():N}")).Dispose();
    }

    /// <summary>The same, and not before there is such a file.</summary>
    public static void AppendOnce(string file, string folder, int number)
    {
        while (!File.Exists(file))
        {
            Thread.Sleep(10);
        }

        Append(folder, number, 0);
    }
}
