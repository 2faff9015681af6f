using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;

namespace WutAmu.Placement.Web.Platform;

/// <summary>What the service's program does besides serving: <c>backup</c>, <c>backups</c> and <c>restore</c>, with the service's own settings. The scripts of the same names call it.</summary>
internal static class OperatorCommands
{
    public const int Failed = 1;

    /// <summary>Exit code of a service that found the storage folder taken.</summary>
    public const int Refused = 3;

    public static bool Knows(string[] arguments) => arguments is ["backup" or "backups" or "restore", ..];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var storage = new Option<string?>("--storage") { Description = "The storage folder; without it the setting Storage__Folder." };
        var to = new Option<string?>("--to") { Description = "Where backups go; without it the setting Backup__Folder." };
        var from = new Argument<string?>("BACKUP") { Description = "A backup's folder, or its name; without it the newest.", Arity = ArgumentArity.ZeroOrOne };

        var backup = new Command("backup", "Makes a backup of both databases, the keys and the journals, checks it and removes old ones. The service may run.") { storage, to };
        backup.SetAction((parsed, cancellationToken) => WithAsync(parsed.GetValue(storage), parsed.GetValue(to), services => BackUpAsync(services, cancellationToken)));
        var backups = new Command("backups", "Lists the backups, newest first.") { storage, to };
        backups.SetAction((parsed, _) => WithAsync(parsed.GetValue(storage), parsed.GetValue(to), services => Task.FromResult(List(services))));
        var restore = new Command("restore", "Puts a backup in the place of the storage folder's databases. The service must rest.") { from, storage, to };
        restore.SetAction((parsed, _) => WithAsync(parsed.GetValue(storage), parsed.GetValue(to), services => Task.FromResult(Restore(services, parsed.GetValue(from)))));
        return await new RootCommand("WutAmu.Placement for operators.") { backup, backups, restore }.Parse(arguments).InvokeAsync();
    }

    private static async Task<int> WithAsync(string? storage, string? to, Func<IServiceProvider, Task<int>> work)
    {
        var builder = WebApplication.CreateBuilder();
        builder.Logging.ClearProviders();
        if (storage is not null)
        {
            builder.Configuration[$"{StorageOptions.Section}:{nameof(StorageOptions.Folder)}"] = storage;
        }

        if (to is not null)
        {
            builder.Configuration[$"{BackupOptions.Section}:{nameof(BackupOptions.Folder)}"] = to;
        }

        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddPersistence(builder.Configuration);
        await using var app = builder.Build();
        try
        {
            return await work(app.Services);
        }
        catch (Exception e) when (e is BackupException or OptionsValidationException or IOException or UnauthorizedAccessException or Microsoft.Data.Sqlite.SqliteException)
        {
            // The command's boundary: the operator reads one sentence.
            await Console.Error.WriteLineAsync(e.Message);
            return Failed;
        }
    }

    private static async Task<int> BackUpAsync(IServiceProvider services, CancellationToken cancellationToken)
    {
        var made = await services.GetRequiredService<MakeBackup>().HandleAsync(cancellationToken);
        Console.WriteLine(made.Folder);
        return 0;
    }

    private static int List(IServiceProvider services)
    {
        var shelf = services.GetRequiredService<BackupShelf>();
        var all = shelf.All();
        foreach (var backup in all)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{Path.GetFileName(backup.Folder),-24}{backup.Manifest.SizeInBytes / 1024.0,10:0} KB  {backup.Manifest.AuditEntries} audit entries"));
        }

        Console.WriteLine(all.Count == 0 ? $"No backup in {shelf.Folder}." : $"in {shelf.Folder}");
        return 0;
    }

    private static int Restore(IServiceProvider services, string? from)
    {
        var shelf = services.GetRequiredService<BackupShelf>();
        var folder = from switch
        {
            null => shelf.All() is [var newest, ..] ? newest.Folder : throw new BackupException($"There is no backup in {shelf.Folder}."),
            _ when !Directory.Exists(from) && Directory.Exists(Path.Combine(shelf.Folder, from)) => Path.Combine(shelf.Folder, from),
            _ => Path.GetFullPath(from),
        };
        var restored = services.GetRequiredService<RestoreBackup>().Handle(folder);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Restored {Path.GetFileName(folder)} of {restored.Backup.MadeAt:yyyy-MM-dd HH:mm:ss} UTC, {restored.Backup.AuditEntries} audit entries."));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"What was acknowledged in the {Words(restored.Lost)} since is not in it. The replaced files are kept in {restored.Aside}."));
        Console.WriteLine("Start the service. It will hold back letters until a coordinator resumes sending, for some may have left since the backup.");
        return 0;
    }

    private static string Words(TimeSpan span) => span.TotalMinutes < 2 ? $"{span.TotalSeconds:0.0} s" : span.TotalHours < 2 ? $"{span.TotalMinutes:0} minutes" : $"{span.TotalHours:0} hours";
}
