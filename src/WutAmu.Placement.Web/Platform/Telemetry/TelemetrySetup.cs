using Microsoft.Extensions.Options;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;

namespace WutAmu.Placement.Web.Platform.Telemetry;

internal static class TelemetrySetup
{
    /// <summary>Metrics and traces to a collector, if one is configured; else nothing is set up at all.</summary>
    public static IServiceCollection AddTelemetry(this IServiceCollection services, IConfiguration configuration)
    {
        var section = configuration.GetSection(TelemetryOptions.Section);
        services.AddOptions<TelemetryOptions>().Bind(section).ValidateOnStart();
        services.AddSingleton<IValidateOptions<TelemetryOptions>, ValidateTelemetryOptions>();
        if (section.Get<TelemetryOptions>() is not { Endpoint.Length: > 0 } settings || !Uri.TryCreate(settings.Endpoint, UriKind.Absolute, out var endpoint))
        {
            return services;
        }

        services.AddHostedService<QueueGauges>();
        services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService("wutamu-placement", serviceVersion: typeof(TelemetrySetup).Assembly.GetName().Version?.ToString(3)))
            .WithMetrics(metrics => metrics
                .AddMeter(Measures.Name, "Microsoft.AspNetCore.Hosting", "Microsoft.AspNetCore.Server.Kestrel", "System.Runtime")
                .AddOtlpExporter((exporter, reader) =>
                {
                    Send(exporter, settings, endpoint, "v1/metrics");
                    reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = settings.IntervalInSeconds * 1000;
                }))
            .WithTracing(traces => traces
                .AddSource(Measures.Name)
                .AddAspNetCoreInstrumentation(options => options.Filter = context => !context.Request.Path.StartsWithSegments("/health", StringComparison.Ordinal))
                .AddOtlpExporter(exporter => Send(exporter, settings, endpoint, "v1/traces")));
        return services;
    }

    private static void Send(OtlpExporterOptions exporter, TelemetryOptions settings, Uri endpoint, string path)
    {
        exporter.Protocol = settings.Protocol == TelemetryProtocol.Http ? OtlpExportProtocol.HttpProtobuf : OtlpExportProtocol.Grpc;
        exporter.Endpoint = settings.Protocol == TelemetryProtocol.Http ? new(endpoint.ToString().TrimEnd('/') + "/" + path) : endpoint;
    }
}
