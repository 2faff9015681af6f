using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;

namespace WutAmu.Placement.Web.Platform.Health;

/// <summary>Figures that both <c>/health/ready</c> and a collector are told.</summary>
internal static class Readings
{
    /// <summary>How long the oldest letter waits that could have left; zero: none does.</summary>
    public static TimeSpan OldestLetter(PlacementDb db, DateTimeOffset now)
    {
        var waiting = db.Outbox.AsNoTracking().Where(l => l.State == LetterState.Queued || l.State == LetterState.Sending);
        // One that was tried waits since it was written; one that was not, since it was due.
        var tried = waiting.Where(l => l.ServerWords != null).Select(l => (DateTimeOffset?)l.CreatedAt).Min();
        var due = waiting.Where(l => l.ServerWords == null && l.NextAttemptAt <= now).Select(l => l.NextAttemptAt).Min();
        return new[] { tried, due }.Min() is { } oldest ? now - oldest : TimeSpan.Zero;
    }

    /// <summary>Age of the newest backup. Without any, what is at stake is as old as the first thing that was done.</summary>
    public static (TimeSpan Age, bool HasBackup) AtStake(PlacementDb db, BackupShelf shelf, DateTimeOffset now)
    {
        if (shelf.All() is [var newest, ..])
        {
            return (now - newest.Manifest.MadeAt, true);
        }

        var first = db.Audit.AsNoTracking().OrderBy(a => a.Sequence).Select(a => (DateTimeOffset?)a.At).FirstOrDefault();
        return (first is { } at ? now - at : TimeSpan.Zero, false);
    }

    /// <summary>Bytes that the service may still write on the disk of its storage folder.</summary>
    public static long FreeDisk(BackupShelf shelf) => new DriveInfo(shelf.StorageFolder).AvailableFreeSpace;
}
