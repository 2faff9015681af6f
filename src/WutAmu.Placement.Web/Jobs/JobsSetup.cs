using Hangfire;
using Hangfire.AspNetCore;
using Hangfire.States;
using Hangfire.Storage.SQLite;
using Microsoft.Extensions.Options;
using WutAmu.Placement.Web.Features.Accounts;
using WutAmu.Placement.Web.Features.Campaigns;
using WutAmu.Placement.Web.Features.Matching;
using WutAmu.Placement.Web.Persistence;

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
            return new SQLiteStorage(storage.JobsFile, new SQLiteStorageOptions { TimeProvider = provider.GetRequiredService<TimeProvider>() });
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
        services.AddSingleton<JobSchedule>();
        services.AddSingleton<MendWaits>();
        services.AddHostedService(provider => provider.GetRequiredService<MendWaits>());
        return services;
    }

    /// <summary>Writes the schedule, and looks at once at what it is for.</summary>
    public static void ScheduleJobs(this IServiceProvider services)
    {
        services.GetRequiredService<JobSchedule>().Write();

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
