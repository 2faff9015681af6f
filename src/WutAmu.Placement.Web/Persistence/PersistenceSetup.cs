using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Persistence;

public static class PersistenceSetup
{
    /// <summary>Older SQLite versions can corrupt a WAL database.</summary>
    public static readonly Version LeastSqlite = new(3, 51, 3);

    public static IServiceCollection AddPersistence(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<StorageOptions>().Bind(configuration.GetSection(StorageOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<StorageOptions>, ValidateStorageOptions>();
        services.AddSingleton<WriteGate>();
        services.AddDbContext<PlacementDb>((provider, options) =>
            Configure(options, provider.GetRequiredService<IOptions<StorageOptions>>().Value.DatabaseFile));
        return services;
    }

    /// <summary>Creates or migrates the database. Called once, before the first request.</summary>
    public static async Task MigrateAsync(this IServiceProvider services, CancellationToken cancellationToken)
    {
        await using var scope = services.CreateAsyncScope();
        var options = scope.ServiceProvider.GetRequiredService<IOptions<StorageOptions>>().Value;
        Directory.CreateDirectory(Path.GetDirectoryName(options.DatabaseFile) ?? ".");
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        await db.Database.OpenConnectionAsync(cancellationToken);
        var version = Version.Parse(((SqliteConnection)db.Database.GetDbConnection()).ServerVersion);
        if (version < LeastSqlite)
        {
            throw new InvalidOperationException($"The bundled SQLite is {version}; {LeastSqlite} or newer is needed: older versions can corrupt a database in WAL mode.");
        }

        await db.Database.ExecuteSqlRawAsync("PRAGMA journal_mode=WAL;", cancellationToken);
        await db.Database.MigrateAsync(cancellationToken);
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
