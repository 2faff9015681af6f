using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Tests.Matching;

namespace WutAmu.Placement.Web.Tests.Backups;

/// <summary>A host's backup, and the way back to it.</summary>
internal static class BackedUp
{
    public static Task<Backup> BackUpAsync(this MatchingHost host) => host.DoAsync<MakeBackup, Backup>(make => make.HandleAsync(CancellationToken.None));

    /// <summary>Of a folder whose service rests (<see cref="MatchingHost.LetAnotherStart"/>).</summary>
    public static Restored Restore(string folder, string backup)
    {
        var storage = Options.Create(new StorageOptions { Folder = folder });
        using var storageLock = new StorageLock(storage);
        return new RestoreBackup(new(storage, Options.Create(new BackupOptions())), storageLock, storage, TimeProvider.System).Handle(backup);
    }
}
