using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;

namespace WutAmu.Placement.Web.Platform;

/// <summary>What the service's program does besides serving: <c>backup</c>, <c>backups</c>, <c>restore</c> and <c>audit</c>, with the service's own settings. The scripts of the same names call it.</summary>
internal static class OperatorCommands
{
    /// <summary>Exit code of a command that did not do what it was asked for, a restore under a running service among them: standard error says why.</summary>
    public const int Failed = 1;

    /// <summary>Exit code of a service, not of a command, that found the storage folder taken: systemd must not start it again and again.</summary>
    public const int Refused = 3;

    /// <summary>Exit code of <c>audit --check</c> that found a fault.</summary>
    public const int Broken = 4;

    public static bool Knows(string[] arguments) => arguments is ["backup" or "backups" or "restore" or "audit", ..];

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
        var limit = new Option<int>("--limit") { Description = "How many entries to list, 1 to 1000000.", DefaultValueFactory = _ => 20 };
        limit.Validators.Add(value =>
        {
            if (value.Tokens.Count > 0 && (!int.TryParse(value.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var entries) || entries is < 1 or > 1_000_000))
            {
                value.AddError($"--limit {value.Tokens[0].Value}: a number from 1 to 1000000 is needed.");
            }
        });
        var check = new Option<bool>("--check") { Description = "Re-check the whole chain instead, also against what the backups noted of it. Exit 4 if it is broken." };
        var audit = new Command("audit", "Lists the audit journal, newest first: number, instant in UTC, act, by whom, on what, details, reason. People are ids. The service may run.") { check, limit, storage, to };
        audit.SetAction((parsed, cancellationToken) => WithAsync(
            parsed.GetValue(storage),
            parsed.GetValue(to),
            services => Task.FromResult(parsed.GetValue(check) ? CheckAudit(services, cancellationToken) : ListAudit(services, parsed.GetValue(limit)))));
        return await new RootCommand("WutAmu.Placement for operators.") { backup, backups, restore, audit }.Parse(arguments).InvokeAsync();
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
        Console.WriteLine(restored.Chain.Sentence() + (restored.Chain.Fault is null ? "" : " It is restored all the same; keep this backup, and ask who had access to the storage."));
        Console.WriteLine("Start the service. It will hold back letters until a coordinator resumes sending, for some may have left since the backup.");
        return 0;
    }

    private static int CheckAudit(IServiceProvider services, CancellationToken cancellationToken)
    {
        using var db = OpenDatabase(services);
        var storage = services.GetRequiredService<IOptions<StorageOptions>>().Value;
        var shelf = services.GetRequiredService<BackupShelf>();
        // Restored and not started yet: the chain does not say so yet, and younger backups know what is gone.
        var resting = File.Exists(storage.RestoredMarker);
        var report = AuditTrail.Check(db, resting ? [] : shelf.All(), cancellationToken);
        if (report.Fault is not null)
        {
            Console.Error.WriteLine(report.Sentence());
            return Broken;
        }

        Console.WriteLine(report.Sentence());
        Console.WriteLine(
            resting ? "A backup was restored and the service has not started since: younger backups were not asked."
            : report.Agreed == 0 ? $"No backup in {shelf.Folder} knows the chain: noted elsewhere, number and hash show later whether it was written anew."
            : string.Create(CultureInfo.InvariantCulture, $"Backups in {shelf.Folder} that noted the same: {report.Agreed}."));
        return 0;
    }

    private static int ListAudit(IServiceProvider services, int limit)
    {
        using var db = OpenDatabase(services);
        var entries = AuditTrail.Entries(db).OrderByDescending(entry => entry.Sequence).Take(limit).ToList();
        foreach (var entry in entries)
        {
            var reason = entry.IsReasonErased ? "  (reason erased)" : entry.Reason is null ? "" : entry.ReasonHash is null ? "  (reason kept word for word, not shown)" : $"  \"{SingleLine.Clean(entry.Reason)}\"";
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{entry.Sequence,6}  {entry.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}  {entry.Action,-26}by {entry.By?.ToString() ?? "the service",-38}on {entry.Subject}{(entry.Detail is null ? "" : "  " + SingleLine.Clean(entry.Detail))}{reason}"));
        }

        Console.WriteLine(entries.Count == 0 ? "The journal is empty." : entries[^1].Sequence == 1 ? "That is all." : $"Older entries: --limit {Math.Min((long)limit * 10, 1_000_000)}");
        return 0;
    }

    private static PlacementDb OpenDatabase(IServiceProvider services)
    {
        var file = services.GetRequiredService<IOptions<StorageOptions>>().Value.DatabaseFile;
        return File.Exists(file) ? AuditTrail.Open(file) : throw new BackupException($"There is no database {file}.");
    }

    private static string Words(TimeSpan span) => span.TotalMinutes < 2 ? $"{span.TotalSeconds:0.0} s" : span.TotalHours < 2 ? $"{span.TotalMinutes:0} minutes" : $"{span.TotalHours:0} hours";
}
