using System.Diagnostics;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Solver;

namespace WutAmu.Placement.Benchmarks;

/// <summary>Measures one policy after another on one instance: in this process, and as processes of the tool.</summary>
/// <param name="lottery">Of the tool's processes under policies with levels; the others draw lots as they go.</param>
/// <param name="reports">Whether the tool is measured with its report, too.</param>
internal sealed class PolicyMeasure(Instance instance, string file, int size, Repeats repeats, Tool? tool, bool lottery, bool reports)
{
    /// <summary>The last result that was measured.</summary>
    public MatchingResult? Result { get; private set; }

    public PolicyFigures Of(PolicyName policy)
    {
        var proof = TimeSpan.Zero;
        var options = new SolveOptions(Lottery: false) { ProofTaken = taken => proof = taken };
        MatchingResult? result = null;
        var proofs = new List<TimeSpan>();
        var solve = repeats.Processor(() =>
        {
            proof = TimeSpan.Zero;
            result = MatchingEngine.Solve(instance, policy, options, CancellationToken.None);
            proofs.Add(proof);
        });
        Result = result!; // not null: solved above
        VerificationReport? report = null;
        var verify = repeats.Processor(() => report = ResultVerifier.Check(instance, Result));
        var figures = new PolicyFigures(size, policy)
        {
            Solve = solve,
            Certificate = Result.Certificate is { Phases.Length: > 0 } ? proofs.Order().ElementAt(proofs.Count / 2).TotalSeconds + Written(Result) : null,
            Verify = verify,
            Failure = report!.Findings is [var first, ..] ? $"NOT VERIFIED: {first.Message}" : null, // not null: checked above
        };
        return tool is null ? figures : WithProcesses(figures, policy);
    }

    /// <summary>Seconds by the clock that a result takes longer to write with its certificate than without.</summary>
    private double Written(MatchingResult result)
    {
        var without = result with { Certificate = null };
        return Math.Max(0, Seconds(result) - Seconds(without));

        double Seconds(MatchingResult written) => Repeats.Middle(
            repeats.InProcess,
            () =>
            {
                var start = Stopwatch.GetTimestamp();
                ResultJson.Write(written, null);
                return Stopwatch.GetElapsedTime(start).TotalSeconds;
            },
            seconds => seconds);
    }

    private PolicyFigures WithProcesses(PolicyFigures figures, PolicyName policy)
    {
        // Its own times cost the tool some milliseconds, which count where a process takes a hundred.
        var small = size <= 1_000;
        var timed = Repeats.Middle(small ? 1 : repeats.OfProcesses, () => Solve(report: false, timed: true), run => run.Seconds);
        var plain = small ? Repeats.Middle(repeats.OfProcesses, () => Solve(report: false, timed: false), run => run.Seconds) : timed;
        var reported = reports ? Repeats.Middle(repeats.OfProcesses, () => Solve(report: true, timed: false), run => run.Seconds) : null;
        return figures with
        {
            Process = plain.Seconds,
            ProcessWithReport = reported?.Seconds,
            ProcessorWithReport = reports ? Solve(report: true, timed: true).Processor : null,
            Processor = timed.Processor,
            AfterReading = timed.AfterReading,
            PeakInMegabytes = timed.PeakInMegabytes,
            Failure = figures.Failure ?? plain.Failure ?? reported?.Failure,
        };

        ToolFigures Solve(bool report, bool timed) => tool!.Solve(file, policy.ToString(), lottery || policy.IsStable || policy.Name == PolicyName.Serial, report, timed); // not null: there is no measuring of processes without it
    }
}
