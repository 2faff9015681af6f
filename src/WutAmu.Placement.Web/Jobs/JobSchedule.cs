using System.Globalization;
using System.Linq.Expressions;
using Hangfire;
using Hangfire.Common;
using Hangfire.States;
using Hangfire.Storage;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Features.Operations;
using WutAmu.Placement.Web.Features.Privacy;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Jobs;

/// <summary>The schedule table. Hangfire counts the next time from the last: after a clock that was far ahead a job would rest until then, so one that rests too long is made anew.</summary>
public sealed class JobSchedule(JobStorage storage, IBackgroundJobClient client, IOptions<BackupOptions> backup, TimeProvider clock)
{
    /// <summary>No attempt of a job waits longer for the next one.</summary>
    private static readonly TimeSpan LongestRetry = TimeSpan.FromHours(1);

    private const string BackUpName = "back-up";

    private readonly RecurringJobManager recurring = new(storage, JobFilterProviders.Providers, new DefaultTimeZoneResolver(), () => clock.GetUtcNow().UtcDateTime);

    /// <summary>Writes the whole table.</summary>
    public void Write()
    {
        Mend();
        foreach (var entry in Entries())
        {
            entry.Write(recurring);
        }

        if (!Entries().Any(entry => entry.Id == BackUpName))
        {
            recurring.RemoveIfExists(BackUpName);
        }
    }

    /// <summary>Makes anew what would rest longer than its time-table says; what failed and waits too long for its next attempt has it now.</summary>
    /// <returns>How many jobs.</returns>
    public int Mend()
    {
        using var connection = storage.GetConnection();
        var next = connection.GetRecurringJobs().ToDictionary(job => job.Id, job => job.NextExecution, StringComparer.Ordinal);
        var now = clock.GetUtcNow().UtcDateTime;
        var resting = Entries().Where(entry => next.GetValueOrDefault(entry.Id) > now + (entry.Every * 1.1)).ToList();
        foreach (var entry in resting)
        {
            recurring.RemoveIfExists(entry.Id);
            entry.Write(recurring);
        }

        var late = storage.GetMonitoringApi().ScheduledJobs(0, 1000).Where(job => job.Value?.EnqueueAt > now + LongestRetry).Select(job => job.Key).ToList();
        return resting.Count + late.Count(job => client.ChangeState(job, new EnqueuedState(), ScheduledState.StateName));
    }

    private IEnumerable<Entry> Entries()
    {
        yield return Of<SweepRuns>("sweep-runs", job => job.ExecuteAsync(CancellationToken.None), Cron.Minutely(), TimeSpan.FromMinutes(1));
        yield return Of<SweepAccounts>("sweep-accounts", job => job.ExecuteAsync(CancellationToken.None), Cron.Hourly(5), TimeSpan.FromHours(1));
        yield return Of<FinishErasures>("finish-erasures", job => job.ExecuteAsync(CancellationToken.None), Cron.Hourly(35), TimeSpan.FromHours(1));
        yield return Of<KeepDeadlines>("keep-deadlines", job => job.ExecuteAsync(CancellationToken.None), Cron.Minutely(), TimeSpan.FromMinutes(1));
        if (backup.Value.At is { Length: > 0 } at)
        {
            var time = TimeOnly.ParseExact(at, "HH:mm", CultureInfo.InvariantCulture);
            yield return Of<BackUp>(BackUpName, job => job.ExecuteAsync(CancellationToken.None), Cron.Daily(time.Hour, time.Minute), TimeSpan.FromDays(1), WallClock.Marseille);
        }
    }

    private static Entry Of<T>(string id, Expression<Func<T, Task>> call, string cron, TimeSpan every, TimeZoneInfo? zone = null) =>
        new(id, every, recurring => recurring.AddOrUpdate(id, call, cron, new RecurringJobOptions { TimeZone = zone ?? TimeZoneInfo.Utc }));

    /// <param name="Every">Between two of its times; a day may be an hour longer.</param>
    private sealed record Entry(string Id, TimeSpan Every, Action<RecurringJobManager> Write);
}
