using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WutAmu.Placement.Web.Platform.Telemetry;

/// <summary>What the service measures of itself. Names follow OpenTelemetry: seconds, and attributes without ids, so that no series grows with people.</summary>
internal static class Measures
{
    public const string Name = "WutAmu.Placement";

    // The usual bounds are of milliseconds: every write would fall into the first.
    private static readonly InstrumentAdvice<double> WriteBounds = new() { HistogramBucketBoundaries = [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10] };

    private static readonly InstrumentAdvice<double> RunBounds = new() { HistogramBucketBoundaries = [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300, 600] };

    public static readonly Meter Meter = new(Name);

    public static readonly ActivitySource Activities = new(Name);

    /// <summary>From asking for the write gate to the commit.</summary>
    public static readonly Histogram<double> WriteDuration = Meter.CreateHistogram<double>("placement.write.duration", "s", "From asking for the write gate to the commit.", tags: null, WriteBounds);

    public static readonly Counter<long> CampaignFailures = Meter.CreateCounter<long>("placement.campaign.failures", "{failure}", "Campaigns whose minute failed, by work.");

    public static readonly Histogram<double> RunDuration = Meter.CreateHistogram<double>("placement.run.duration", "s", "From the claim of a run to its end, by policy and outcome.", tags: null, RunBounds);
}
