using System.Globalization;
using Hangfire;
using Hangfire.Storage.SQLite;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>The second process of the tests: a job server on the file named, with a lease of so many seconds, until it is killed or its input ends.</summary>
internal static class Program
{
    public const int Workers = 4;

    private static int Main(string[] arguments)
    {
        using var storage = new SQLiteStorage(arguments[0], new SQLiteStorageOptions
        {
            QueuePollInterval = TimeSpan.FromMilliseconds(50),
            InvisibilityTimeout = TimeSpan.FromSeconds(int.Parse(arguments[1], CultureInfo.InvariantCulture)),
            DistributedLockLifetime = TimeSpan.FromSeconds(2),
        });
        using var server = new BackgroundJobServer(new BackgroundJobServerOptions { WorkerCount = Workers }, storage);
        Console.WriteLine("ready");
        while (Console.ReadLine() is not null)
        {
        }

        return 0;
    }
}
