using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace WutAmu.Placement.Web.Platform.Telemetry;

/// <summary>What the service measures of itself. Names follow OpenTelemetry: seconds, and attributes without ids, so that no series grows with people.</summary>
internal static class Measures
{
    public const string Name = "WutAmu.Placement";

    public static readonly Meter Meter = new(Name);

    public static readonly ActivitySource Activities = new(Name);

    /// <summary>From asking for the write gate to the commit.</summary>
    public static readonly Histogram<double> WriteDuration = Meter.CreateHistogram<double>("placement.write.duration", "s", "From asking for the write gate to the commit.");

    public static readonly Counter<long> CampaignFailures = Meter.CreateCounter<long>("placement.campaign.failures", "{failure}", "Campaigns whose minute failed, by work.");

    public static readonly Histogram<double> RunDuration = Meter.CreateHistogram<double>("placement.run.duration", "s", "From the claim of a run to its end, by policy and outcome.");
}
