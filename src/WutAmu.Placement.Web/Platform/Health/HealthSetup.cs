using System.Text.Json;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Platform.Health;

internal static class HealthSetup
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static IServiceCollection AddHealth(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<HealthOptions>().Bind(configuration.GetSection(HealthOptions.Section)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<HealthOptions>, ValidateHealthOptions>();
        services.AddSingleton<FailingCampaigns>();
        services.AddHealthChecks()
            .AddCheck<DatabaseHealth>("database", timeout: Patience)
            .AddCheck<JobsHealth>("jobs", timeout: Patience)
            .AddCheck<DeadlinesHealth>("deadlines", HealthStatus.Degraded, timeout: Patience)
            .AddCheck<MailHealth>("mail", HealthStatus.Degraded, timeout: Patience)
            .AddCheck<BackupHealth>("backup", HealthStatus.Degraded, timeout: Patience)
            .AddCheck<DiskHealth>("disk", timeout: Patience);
        return services;
    }

    /// <summary>
    /// <c>/health/live</c>: the process answers. <c>/health/ready</c>: 200 while it can serve, <c>degraded</c> where a person should look; 503 where it cannot.
    /// Figures only: no path, address, name or exception.
    /// </summary>
    public static void MapHealth(this IEndpointRouteBuilder routes)
    {
        routes.MapHealthChecks("/health/live", new() { Predicate = _ => false, ResponseWriter = WriteAsync }).AllowAnonymous();
        routes.MapHealthChecks("/health/ready", new() { ResponseWriter = WriteAsync }).AllowAnonymous();
    }

    private static Task WriteAsync(HttpContext context, HealthReport report)
    {
        context.Response.ContentType = "application/json";
        return context.Response.WriteAsync(
            JsonSerializer.Serialize(new
            {
                status = Word(report.Status),
                checks = report.Entries.ToDictionary(
                    entry => entry.Key,
                    entry => new { status = Word(entry.Value.Status), why = entry.Value.Exception is null ? entry.Value.Description : "no-answer", figures = entry.Value.Data }),
            }),
            context.RequestAborted);
    }

    private static string Word(HealthStatus status) => status switch
    {
        HealthStatus.Healthy => "ready",
        HealthStatus.Degraded => "degraded",
        _ => "not-ready",
    };
}
