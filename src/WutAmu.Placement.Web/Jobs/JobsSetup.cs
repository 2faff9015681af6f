using System.Globalization;
using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.States;
using Hangfire.Storage.SQLite;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Features.Operations;
using WutAmu.Placement.Web.Features.Privacy;
using WutAmu.Placement.Web.Persistence;
using WutAmu.Placement.Web.Persistence.Backups;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Jobs;

internal static class JobsSetup
{
    public static IServiceCollection AddJobs(this IServiceCollection services)
    {
        // This host's own: Hangfire's default is whatever any host of the process configured last.
        services.AddSingleton<JobStorage>(provider =>
        {
            var storage = provider.GetRequiredService<IOptions<StorageOptions>>().Value;
            PrivateFolder.Create(Path.GetDirectoryName(storage.JobsFile) ?? ".");
            return new SQLiteStorage(storage.JobsFile);
        });
        services.AddHangfire((provider, configuration) =>
            configuration.UseSimpleAssemblyNameTypeSerializer().UseRecommendedSerializerSettings().UseStorage(provider.GetRequiredService<JobStorage>()));
        // Hangfire's own registration takes the process's last one, which is another service's where several run in one process.
        services.AddSingleton<JobActivator>(provider => new AspNetCoreJobActivator(provider.GetRequiredService<IServiceScopeFactory>()));
        services.AddHangfireServer(options =>
        {
            options.Queues = [EnqueuedState.DefaultQueue];
            options.WorkerCount = 2;
            options.ShutdownTimeout = TimeSpan.FromSeconds(10);
        });
        // One solver at a time leaves a core for the pages, and runs that wait keep no deadline and no backup waiting.
        services.AddHangfireServer(options =>
        {
            options.Queues = [SolveRun.Queue];
            options.WorkerCount = 1;
            options.ShutdownTimeout = TimeSpan.FromSeconds(10);
        });
        return services;
    }

    /// <summary>The schedule table.</summary>
    public static void ScheduleJobs(this IServiceProvider services)
    {
        var recurring = services.GetRequiredService<IRecurringJobManager>();
        recurring.AddOrUpdate<SweepRuns>("sweep-runs", job => job.ExecuteAsync(CancellationToken.None), Cron.Minutely());
        recurring.AddOrUpdate<SweepAccounts>("sweep-accounts", job => job.ExecuteAsync(CancellationToken.None), Cron.Hourly(5));
        recurring.AddOrUpdate<FinishErasures>("finish-erasures", job => job.ExecuteAsync(CancellationToken.None), Cron.Hourly(35));
        recurring.AddOrUpdate<KeepDeadlines>("keep-deadlines", job => job.ExecuteAsync(CancellationToken.None), Cron.Minutely());
        if (services.GetRequiredService<IOptions<BackupOptions>>().Value.At is { Length: > 0 } at)
        {
            var time = TimeOnly.ParseExact(at, "HH:mm", CultureInfo.InvariantCulture);
            recurring.AddOrUpdate<BackUp>("back-up", job => job.ExecuteAsync(CancellationToken.None), Cron.Daily(time.Hour, time.Minute), new() { TimeZone = WallClock.Marseille });
        }
        else
        {
            recurring.RemoveIfExists("back-up");
        }

        // A restart may have left runs behind, or slept through a deadline: not a minute later, now.
        var client = services.GetRequiredService<IBackgroundJobClient>();
        client.Enqueue<SweepRuns>(job => job.ExecuteAsync(CancellationToken.None));
        client.Enqueue<KeepDeadlines>(job => job.ExecuteAsync(CancellationToken.None));
    }

    /// <summary>Hangfire's own pages, to look at and not to touch.</summary>
    public static void MapJobs(this IEndpointRouteBuilder routes) =>
        routes.MapHangfireDashboard("/jobs", new DashboardOptions
        {
            // Hangfire's own default admits whoever comes from the same machine, which behind a proxy is everybody; the policy decides instead.
            Authorization = [],
            IsReadOnlyFunc = _ => true,
            DisplayStorageConnectionString = false,
        }).RequireAuthorization(Policies.Coordinator);
}
