using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Domain.Placements;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Persistence.Plain;

namespace WutAmu.Placement.Web.Persistence;

public static class PersistenceSetup
{
    /// <summary>Older SQLite versions can corrupt a WAL database.</summary>
    public static readonly Version LeastSqlite = new(3, 51, 3);

    /// <summary>Contexts beyond these are made for one request and thrown away.</summary>
    private const int ContextsKept = 64;

    public static IServiceCollection AddPersistence(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, ValidateStorageOptions>();
        services.AddSingleton<StorageLock>();
        services.AddSingleton<WriteGate>();
        // A context serves one request after another: making one, with all that hangs on it, is a good part of a save.
        services.AddDbContextPool<PlacementDb>(
            (provider, options) => Configure(options, provider.GetRequiredService<IOptions<StorageOptions>>().Value.DatabaseFile),
            ContextsKept);
        services.AddSingleton<PlainDb>();
        services.AddOptions<BackupOptions>().Bind(configuration.GetSection(BackupOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<BackupOptions>, ValidateBackupOptions>();
        services.AddSingleton<BackupShelf>();
        services.AddTransient<MakeBackup>();
        services.AddTransient<RestoreBackup>();
        return services;
    }

    /// <summary>Makes the storage folder this service's alone. Called once, before anything else touches it.</summary>
    /// <returns>Null; or why the service must not start, for the operator.</returns>
    public static string? ClaimStorage(this IServiceProvider services)
    {
        var folder = Path.GetFullPath(services.GetRequiredService<IOptions<StorageOptions>>().Value.Folder);
        if (services.GetRequiredService<StorageLock>().Take() is { } holder)
        {
            return $"Another service (process {holder}) is running on the storage folder {folder}. Stop it first, or give this one a folder of its own (Storage__Folder).";
        }

        return File.Exists(Path.Combine(folder, RestoreBackup.UnderWay))
            ? $"A restore into the storage folder {folder} was interrupted. Run scripts/restore again; the files it replaced are in the folder's replaced-* folders."
            : null;
    }

    /// <summary>Creates or migrates the database. Called once, before the first request.</summary>
    public static async Task MigrateAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var options = scope.ServiceProvider.GetRequiredService<IOptions<StorageOptions>>().Value;
        PrivateFolder.Create(Path.GetDirectoryName(options.DatabaseFile) ?? ".");
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        await db.Database.OpenConnectionAsync(cancellationToken);
        var version = Version.Parse(((SqliteConnection)db.Database.GetDbConnection()).ServerVersion);
        if (version < LeastSqlite)
        {
            throw new InvalidOperationException($"The bundled SQLite is {version}; {LeastSqlite} or newer is needed: older versions can corrupt a database in WAL mode.");
        }

        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL;", cancellationToken);
        // EF Core waits without end for the lock of a migration whose process died. The storage is ours alone, so nobody holds it.
        await db.Database.ExecuteSqlRawAsync("DROP TABLE IF EXISTS \"__EFMigrationsLock\";", cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);

        // The storage is ours alone, so whoever held a lease is gone, whatever the clock says: nothing waits for a lease of the past to lapse.
        await db.Runs.Where(r => r.State == RunState.Solving).ExecuteUpdateAsync(run => run.SetProperty(r => r.LeaseUntil, DateTimeOffset.UnixEpoch), cancellationToken);
        await db.Outbox.Where(l => l.State == LetterState.Sending).ExecuteUpdateAsync(letter => letter.SetProperty(l => l.LeaseUntil, DateTimeOffset.UnixEpoch), cancellationToken);
    }

    internal static void Configure(DbContextOptionsBuilder options, string file) =>
        options
            .UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, DefaultTimeout = 30 }.ToString())
            .AddInterceptors(new SqlitePragmas());
}

/// <summary>For <c>dotnet ef</c> alone.</summary>
internal sealed class DesignTimeDb : IDesignTimeDbContextFactory<PlacementDb>
{
    public PlacementDb CreateDbContext(string[] args)
    {
        var options = new DbContextOptionsBuilder<PlacementDb>();
        PersistenceSetup.Configure(options, "design.db");
        return new(options.Options, new WriteGate());
    }
}
