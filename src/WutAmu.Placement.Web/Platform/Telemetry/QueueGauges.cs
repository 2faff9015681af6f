using System.Diagnostics.Metrics;
using Hangfire;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Platform.Health;

namespace WutAmu.Placement.Web.Platform.Telemetry;

/// <summary>What waits and what is left of time and room, read when a collector asks: letters and jobs by state, the oldest letter, the newest backup, the disk.</summary>
internal sealed class QueueGauges : IHostedService, IDisposable
{
    /// <summary>Of this service alone: what it reads ends with it.</summary>
    private readonly Meter meter = new(Measures.Name);

    public QueueGauges(IServiceScopeFactory scopes, JobStorage jobs, BackupShelf shelf, TimeProvider clock)
    {
        meter.CreateObservableGauge("placement.letters", () => Read(scopes, Letters), "{letter}", "Letters of the outbox by state.");
        meter.CreateObservableGauge("placement.jobs", () => Jobs(jobs), "{job}", "Background jobs by state.");
        meter.CreateObservableGauge("placement.letters.oldest", () => Read(scopes, db => Readings.OldestLetter(db, clock.GetUtcNow()).TotalSeconds), "s", "How long the oldest due letter waits; 0: none does.");
        meter.CreateObservableGauge("placement.backup.age", () => Read(scopes, db => Readings.AtStake(db, shelf, clock.GetUtcNow()).Age.TotalSeconds), "s", "Age of the newest backup; without any, of the first thing that would be lost.");
        meter.CreateObservableGauge("placement.disk.free", () => Readings.FreeDisk(shelf), "By", "Room left on the disk of the storage folder.");
    }

    /// <summary>For tests, which listen to one service of several in their process.</summary>
    internal bool Owns(Instrument instrument) => instrument.Meter == meter;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => meter.Dispose();

    // The collector's callback is synchronous.
    private static T Read<T>(IServiceScopeFactory scopes, Func<PlacementDb, T> read)
    {
        using var scope = scopes.CreateScope();
        return read(scope.ServiceProvider.GetRequiredService<PlacementDb>());
    }

    private static List<Measurement<long>> Letters(PlacementDb db) =>
        [.. db.Outbox.GroupBy(l => l.State).Select(group => new { group.Key, Count = group.LongCount() }).AsEnumerable()
            .Select(group => new Measurement<long>(group.Count, new KeyValuePair<string, object?>("state", group.Key.ToString())))];

    private static List<Measurement<long>> Jobs(JobStorage jobs)
    {
        var statistics = jobs.GetMonitoringApi().GetStatistics();
        (string State, long Count)[] states = [("enqueued", statistics.Enqueued), ("processing", statistics.Processing), ("scheduled", statistics.Scheduled), ("failed", statistics.Failed)];
        return [.. states.Select(state => new Measurement<long>(state.Count, new KeyValuePair<string, object?>("state", state.State)))];
    }
}
