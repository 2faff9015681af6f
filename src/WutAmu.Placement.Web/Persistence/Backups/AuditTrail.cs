using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Audit;

namespace WutAmu.Placement.Web.Persistence.Backups;

/// <summary>The audit chain of a database, live or resting, read without changing a byte and checked against what backups noted of it.</summary>
public static class AuditTrail
{
    /// <summary>Said by the start after a restore, in its entry of the chain.</summary>
    public const string RestoredAction = "sending.paused";

    /// <inheritdoc cref="RestoredAction"/>
    public const string RestoredDetail = "restored from a backup";

    /// <summary>Opens a database file for reading alone: it is neither created nor migrated.</summary>
    public static PlacementDb Open(string file) =>
        new(new DbContextOptionsBuilder<PlacementDb>().UseSqlite(new SqliteConnectionStringBuilder { DataSource = file, Mode = SqliteOpenMode.ReadOnly, Pooling = false, DefaultTimeout = 30 }.ToString()).Options);

    /// <summary>The entries, also of a database that is older than the columns of erasable reasons.</summary>
    public static IQueryable<AuditEntry> Entries(PlacementDb db)
    {
        ArgumentNullException.ThrowIfNull(db);
        var current = db.Database.SqlQueryRaw<long>("SELECT COUNT(*) AS Value FROM pragma_table_info('Audit') WHERE name = 'ReasonHash'").Single() > 0;
        return (current ? db.Audit : db.Audit.FromSqlRaw("SELECT *, NULL AS ReasonSalt, NULL AS ReasonHash FROM Audit")).AsNoTracking();
    }

    /// <summary>Reads the whole chain, in one snapshot.</summary>
    /// <param name="witnesses">Backups; each noted how far the chain went and under which hash.</param>
    public static ChainReport Check(PlacementDb db, IEnumerable<Backup> witnesses, CancellationToken cancellationToken)
    {
        var noted = witnesses.Where(backup => backup.Manifest.AuditEntries > 0).ToLookup(backup => backup.Manifest.AuditEntries);
        var (check, agreed, restores, strangers) = (new ChainCheck(), 0, new List<AuditEntry>(), new List<Backup>());
        foreach (var entry in Entries(db).OrderBy(entry => entry.Sequence))
        {
            cancellationToken.ThrowIfCancellationRequested();
            check.Add(entry);
            if (entry is { By: null, Action: RestoredAction, Detail: RestoredDetail })
            {
                restores.Add(entry);
            }

            foreach (var backup in noted[entry.Sequence])
            {
                if (backup.Manifest.AuditHash == entry.Hash)
                {
                    agreed++;
                }
                else
                {
                    strangers.Add(backup);
                }
            }
        }

        // A restore takes the chain back to an older backup's end; younger backups then know entries that are gone. The chain itself says that it happened.
        var beyond = noted.Where(group => group.Key > check.Count).SelectMany(group => group);
        var rewritten = strangers.Concat(beyond)
            .Where(backup => !restores.Exists(restore => restore.Sequence <= backup.Manifest.AuditEntries && restore.At >= backup.Manifest.MadeAt))
            .OrderBy(backup => backup.Manifest.AuditEntries).FirstOrDefault();
        var fault = rewritten is not null && !(check.Fault?.Number <= rewritten.Manifest.AuditEntries)
            ? new ChainFault(rewritten.Manifest.AuditEntries, ChainFaultKind.Rewritten)
            : check.Fault;
        return new(check.Count, check.Hash, fault, agreed, fault?.Kind == ChainFaultKind.Rewritten ? rewritten : null);
    }
}

/// <param name="Count">Number of the last entry.</param>
/// <param name="Hash">Of the last entry; noted elsewhere, it shows later whether the chain up to it was written anew. Empty without any entry.</param>
/// <param name="Fault">The first fault; null: whole.</param>
/// <param name="Agreed">Backups that noted the same.</param>
/// <param name="Witness">The backup that noted another hash, where the fault is <see cref="ChainFaultKind.Rewritten"/>.</param>
public sealed record ChainReport(long Count, string Hash, ChainFault? Fault, int Agreed, Backup? Witness)
{
    /// <summary>For an operator.</summary>
    public string Sentence() => Fault switch
    {
        null => $"The audit chain is whole: {Count} entries, the last with hash {Hash}.",
        { Kind: ChainFaultKind.Missing } fault => $"The audit chain breaks at entry {fault.Number}: there is no such entry.",
        { Kind: ChainFaultKind.Torn } fault => $"The audit chain breaks at entry {fault.Number}: it does not follow the entry before it.",
        { Kind: ChainFaultKind.Changed } fault => $"The audit chain breaks at entry {fault.Number}: it is not what was written.",
        { Kind: ChainFaultKind.ReasonGone } fault => $"The audit chain breaks at entry {fault.Number}: its reason is gone, and no erasure says that it took it away.",
        var fault => $"The audit chain is not the one of the backup {Path.GetFileName(Witness?.Folder)}: that knew another entry {fault.Number}, and no restore since explains it.",
    };
}
