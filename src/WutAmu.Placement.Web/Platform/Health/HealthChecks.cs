using Hangfire;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Domain.Letters;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;

namespace WutAmu.Placement.Web.Platform.Health;

/// <summary>The database answers, and how long writes take.</summary>
internal sealed class DatabaseHealth(PlacementDb db, WriteGate gate) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        await db.Campaigns.AsNoTracking().OrderBy(c => c.Id).Select(c => c.Version).FirstOrDefaultAsync(cancellationToken);
        var (count, p99) = gate.Latency.Percentile(0.99);
        return HealthCheckResult.Healthy(data: Data.Of(("writes", count), ("commits", gate.Latency.Commits), ("writeP99Milliseconds", Math.Round(p99, 1))));
    }
}

/// <summary>The job storage answers and a job server works on it.</summary>
internal sealed class JobsHealth(JobStorage storage, IOptions<HealthOptions> options, TimeProvider clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var monitor = storage.GetMonitoringApi();
        var statistics = monitor.GetStatistics();
        var now = clock.GetUtcNow().UtcDateTime;
        var alive = monitor.Servers().Count(server => server.Heartbeat is { } beat && (now - beat).Duration() < TimeSpan.FromSeconds(options.Value.JobServerSilenceInSeconds));
        var data = Data.Of(("servers", alive), ("enqueued", statistics.Enqueued), ("processing", statistics.Processing), ("failed", statistics.Failed));
        return Task.FromResult(alive > 0 ? HealthCheckResult.Healthy(data: data) : HealthCheckResult.Degraded("no-job-server", data: data));
    }
}

/// <summary>Campaigns move and remind at their deadlines.</summary>
internal sealed class DeadlinesHealth(FailingCampaigns campaigns) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (failing, failures) = campaigns.Figures;
        var data = Data.Of(("failing", failing), ("failures", failures));
        return Task.FromResult(failing > 0 ? HealthCheckResult.Degraded("campaigns-fail", data: data) : HealthCheckResult.Healthy(data: data));
    }
}

/// <summary>Letters leave.</summary>
internal sealed class MailHealth(PlacementDb db, IOptions<HealthOptions> options, TimeProvider clock) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var now = clock.GetUtcNow();
        var waiting = db.Outbox.AsNoTracking().Where(l => l.State == LetterState.Queued || l.State == LetterState.Sending);
        var minutes = Readings.OldestLetter(db, now).TotalMinutes;
        var sending = await db.Sending.AsNoTracking().SingleAsync(cancellationToken);
        var data = Data.Of(("waiting", await waiting.CountAsync(cancellationToken)), ("oldestWaitsMinutes", Math.Round(minutes, 1)));
        // Why letters wait comes before that they do.
        return sending.Paused is not null ? HealthCheckResult.Degraded("sending-paused", data: data)
            : sending.Trouble is not null ? HealthCheckResult.Degraded("mail-server-trouble", data: data)
            : minutes > options.Value.LetterWaitInMinutes ? HealthCheckResult.Degraded("letters-wait", data: data)
            : HealthCheckResult.Healthy(data: data);
    }
}

/// <summary>There is a backup of last night.</summary>
internal sealed class BackupHealth(PlacementDb db, BackupShelf shelf, IOptions<HealthOptions> options, TimeProvider clock) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var (age, hasBackup) = Readings.AtStake(db, shelf, clock.GetUtcNow());
        var hours = age.TotalHours;
        var data = hasBackup ? Data.Of(("newestAgeHours", Math.Round(hours, 1))) : Data.Of(("backups", 0));
        return Task.FromResult(hours > options.Value.BackupAgeInHours ? HealthCheckResult.Degraded(hasBackup ? "backup-old" : "no-backup", data: data) : HealthCheckResult.Healthy(data: data));
    }
}

/// <summary>There is room to write.</summary>
internal sealed class DiskHealth(BackupShelf shelf, IOptions<HealthOptions> options) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        var free = Readings.FreeDisk(shelf) / 1_000_000;
        var data = Data.Of(("freeMegabytes", free));
        return Task.FromResult(
            free < options.Value.LeastDiskInMegabytes ? HealthCheckResult.Unhealthy("disk-full", data: data)
            : free < options.Value.LowDiskInMegabytes ? HealthCheckResult.Degraded("disk-low", data: data)
            : HealthCheckResult.Healthy(data: data));
    }
}

internal static class Data
{
    public static Dictionary<string, object> Of(params ReadOnlySpan<(string Name, object Value)> figures)
    {
        var data = new Dictionary<string, object>();
        foreach (var (name, value) in figures)
        {
            data[name] = value;
        }

        return data;
    }
}
