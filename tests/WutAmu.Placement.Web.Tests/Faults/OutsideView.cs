using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Tests.Faults;

/// <summary>The database of a storage folder read from outside, while another process serves on it or when none does.</summary>
internal static class OutsideView
{
    public static async Task<T> ReadAsync<T>(string storage, Func<PlacementDb, Task<T>> read)
    {
        // Not pooled: a handle left open would go on reading the file that a restore has replaced.
        var file = new SqliteConnectionStringBuilder { DataSource = Path.Combine(storage, "placement.db"), Pooling = false, DefaultTimeout = 30 };
        var options = new DbContextOptionsBuilder<PlacementDb>().UseSqlite(file.ToString()).Options;
        using var gate = new WriteGate();
        await using var db = new PlacementDb(options, gate);
        return await read(db);
    }

    public static Task DoAsync(string storage, Func<PlacementDb, Task> look) => ReadAsync(storage, async db =>
    {
        await look(db);
        return true;
    });

    /// <summary>Looks again until it is so; fails after three minutes.</summary>
    public static async Task UntilAsync(string storage, Func<PlacementDb, Task<bool>> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(3));
        while (!await ReadAsync(storage, condition))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(50), patience.Token);
        }
    }
}
