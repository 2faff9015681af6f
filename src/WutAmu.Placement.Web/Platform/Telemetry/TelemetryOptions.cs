using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace WutAmu.Placement.Web.Platform.Telemetry;

/// <summary>Section <c>Telemetry</c>.</summary>
public sealed class TelemetryOptions
{
    public const string Section = "Telemetry";

    /// <summary>Address of an OpenTelemetry collector, for example <c>http://127.0.0.1:4317</c>; empty: nothing is sent anywhere.</summary>
    [RegularExpression("^(https?://.+)?$")]
    public string Endpoint { get; set; } = "";

    public TelemetryProtocol Protocol { get; set; } = TelemetryProtocol.Grpc;

    /// <summary>Between two exports of the metrics.</summary>
    [Range(1, 3600)]
    public int IntervalInSeconds { get; set; } = 60;
}

public enum TelemetryProtocol
{
    Grpc,

    /// <summary>Protocol buffers over HTTP; the paths <c>v1/metrics</c> and <c>v1/traces</c> are appended.</summary>
    Http,
}

[OptionsValidator]
internal sealed partial class ValidateTelemetryOptions : IValidateOptions<TelemetryOptions>;
