using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Benchmarks;

/// <summary>What was measured of one policy on one instance, in seconds and megabytes; null: not measured.</summary>
internal sealed record PolicyFigures(int Size, PolicyName Policy)
{
    /// <summary>In the process, warmed up, processor time, without the lottery; the certificate within.</summary>
    public double Solve { get; init; }

    /// <summary>Stating the proof and writing it into the result, by the clock; null: the policy has none, it is checked by solving anew.</summary>
    public double? Certificate { get; init; }

    public double Verify { get; init; }

    public double? Process { get; init; }

    public double? Processor { get; init; }

    public double? ProcessWithReport { get; init; }

    public double? ProcessorWithReport { get; init; }

    public double? AfterReading { get; init; }

    public double? PeakInMegabytes { get; init; }

    public string? Failure { get; init; }
}
