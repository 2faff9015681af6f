using System.Diagnostics.Metrics;
using Hangfire;
using WutAmu.Placement.Web.Persistence;

namespace WutAmu.Placement.Web.Platform.Telemetry;

/// <summary>Letters by state and jobs by state, read when a collector asks.</summary>
internal sealed class QueueGauges : IHostedService
{
    public QueueGauges(IServiceScopeFactory scopes, JobStorage jobs)
    {
        Measures.Meter.CreateObservableGauge("placement.letters", () => Letters(scopes), "{letter}", "Letters of the outbox by state.");
        Measures.Meter.CreateObservableGauge("placement.jobs", () => Jobs(jobs), "{job}", "Background jobs by state.");
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static List<Measurement<long>> Letters(IServiceScopeFactory scopes)
    {
        using var scope = scopes.CreateScope();
        var db = scope.ServiceProvider.GetRequiredService<PlacementDb>();
        // The collector's callback is synchronous.
        return [.. db.Outbox.GroupBy(l => l.State).Select(group => new { group.Key, Count = group.LongCount() }).AsEnumerable()
            .Select(group => new Measurement<long>(group.Count, new KeyValuePair<string, object?>("state", group.Key.ToString())))];
    }

    private static List<Measurement<long>> Jobs(JobStorage jobs)
    {
        var statistics = jobs.GetMonitoringApi().GetStatistics();
        (string State, long Count)[] states = [("enqueued", statistics.Enqueued), ("processing", statistics.Processing), ("scheduled", statistics.Scheduled), ("failed", statistics.Failed)];
        return [.. states.Select(state => new Measurement<long>(state.Count, new KeyValuePair<string, object?>("state", state.State)))];
    }
}
