using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Hangfire.Logging;

namespace WutAmu.Placement.JobStorage.Tests;

/// <summary>What the storages of all tests logged; a test looks for a name of its own.</summary>
internal sealed class Logged : ILogProvider, ILog
{
    private static readonly ConcurrentQueue<string> Messages = new();

    public static IEnumerable<string> About(string name) => Messages.Where(message => message.Contains(name, StringComparison.Ordinal));

    public ILog GetLogger(string name) => this;

    public bool Log(LogLevel logLevel, Func<string>? messageFunc, Exception? exception = null)
    {
        if (messageFunc is not null)
        {
            Messages.Enqueue($"{logLevel}: {messageFunc()}");
        }

        return true;
    }

    // Storages ask for their logger when they are made: all of them after this.
    [ModuleInitializer]
    internal static void Listen() => LogProvider.SetCurrentLogProvider(new Logged());
}
