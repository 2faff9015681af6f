using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Mvc.Testing;
using Microsoft.AspNetCore.TestHost;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Tests.Matching;

/// <summary>The whole service on a database file of its own, under a clock that stands. Its background workers are off unless asked for: tests call the jobs themselves.</summary>
internal sealed class MatchingHost(bool workers = false) : WebApplicationFactory<Program>
{
    /// <summary>The database as the migrations leave it: a host that starts on a copy has none left to apply, which would take longer than most tests.</summary>
    private static readonly Lazy<byte[]> Migrated = new(Migrate);

    private string folder = Directory.CreateTempSubdirectory("placement-").FullName;

    /// <summary>The storage folder; gone with the host unless kept.</summary>
    public string Folder => folder;

    /// <summary>True: the storage folder outlives the host, for another one.</summary>
    public bool KeepStorage { get; init; }

    /// <summary>A storage folder of an earlier host instead of a new one.</summary>
    public string Storage
    {
        init
        {
            Directory.Delete(folder);
            folder = value;
        }
    }

    public FakeTimeProvider Clock { get; } = new(new DateTimeOffset(2026, 11, 24, 8, 0, 0, TimeSpan.Zero));

    /// <summary>Settings by path, for example <c>Mail:Host</c>; to be filled before the service starts.</summary>
    public Dictionary<string, string> Settings { get; } = [];

    /// <summary>Everything that was logged, as it would be written.</summary>
    public ConcurrentQueue<string> Logs { get; } = new();

    /// <summary>Called with the solver's process id as soon as it runs, before it has read its input.</summary>
    public Action<int>? SolverStarted { get; set; }

    public async Task<T> DoAsync<TService, T>(Func<TService, Task<T>> work)
        where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        return await work(scope.ServiceProvider.GetRequiredService<TService>());
    }

    public async Task DoAsync<TService>(Func<TService, Task> work)
        where TService : notnull
    {
        await using var scope = Services.CreateAsyncScope();
        await work(scope.ServiceProvider.GetRequiredService<TService>());
    }

    /// <summary>Gives the storage folder free, which is one service's alone, for a second host beside this one; or for a restore after it, for the program may still be ending when its host is disposed.</summary>
    public void LetAnotherStart() => Services.GetRequiredService<StorageLock>().Dispose();

    public Task<T> ReadAsync<T>(Func<PlacementDb, Task<T>> read) => DoAsync(read);

    protected override void ConfigureWebHost(IWebHostBuilder builder)
    {
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
        {
            File.WriteAllBytes(Path.Combine(folder, "placement.db"), Migrated.Value);
        }

        builder.UseEnvironment("Development");
        builder.UseSetting("Storage:Folder", folder);
        foreach (var (path, value) in Settings)
        {
            builder.UseSetting(path, value);
        }

        builder.ConfigureTestServices(services =>
        {
            if (!workers)
            {
                services.AddSingleton<TimeProvider>(Clock);
                foreach (var service in services.Where(s => s.ServiceType == typeof(IHostedService) && s.ImplementationType?.Name != "GenericWebHostService").ToList())
                {
                    services.Remove(service);
                }
            }

            services.AddSingleton<ILoggerProvider>(new Listener(this));
            services.AddSingleton<ILoggerFactory, LastingLoggers>();
            services.AddSingleton<IStartupFilter>(new Networks());
        });
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing && Directory.Exists(folder))
        {
            Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
            if (!KeepStorage)
            {
                Directory.Delete(folder, recursive: true);
            }
        }
    }

    public static void Signal(string signal, int process)
    {
        using var kill = Process.Start("kill", [signal, process.ToString(CultureInfo.InvariantCulture)]);
        kill.WaitForExit();
    }

    private static byte[] Migrate()
    {
        var made = Directory.CreateTempSubdirectory("placement-");
        try
        {
            var file = Path.Combine(made.FullName, "placement.db");
            using var gate = new WriteGate();
            using (var db = new PlacementDb(new DbContextOptionsBuilder<PlacementDb>().UseSqlite($"Data Source={file};Pooling=False").Options, gate))
            {
                db.Database.Migrate();
            }

            return File.ReadAllBytes(file);
        }
        finally
        {
            made.Delete(recursive: true);
        }
    }

    /// <summary>Hangfire keeps the loggers of the host that was built last for the whole process: they must outlive it.</summary>
    private sealed class LastingLoggers(IEnumerable<ILoggerProvider> providers, IOptionsMonitor<LoggerFilterOptions> filter) : LoggerFactory(providers, filter)
    {
        protected override bool CheckDisposed() => false;
    }

    /// <summary>The test server knows no addresses: a request says where it comes from.</summary>
    private sealed class Networks : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, after) =>
            {
                context.Connection.RemoteIpAddress ??= System.Net.IPAddress.TryParse(context.Request.Headers["Test-From"], out var address) ? address : null;
                return after(context);
            });
            next(app);
        };
    }

    private sealed class Listener(MatchingHost host) : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            host.Logs.Enqueue($"{formatter(state, exception)} {exception}");
            if (eventId.Id == 3010 && state is IReadOnlyList<KeyValuePair<string, object?>> values)
            {
                host.SolverStarted?.Invoke((int)(values.Single(v => v.Key == "Process").Value ?? 0));
            }
        }

        public void Dispose()
        {
        }
    }
}
