using System.Globalization;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver;
using WutAmu.Placement.Solver.Explanations;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Cli;

/// <summary><c>placement solve</c>.</summary>
internal static class SolveCommand
{
    public static int Run(string instancePath, string policyName, string output, bool lottery, bool report, double? timeLimit, FlowAlgorithm flow, bool timed, CancellationToken cancellationToken)
    {
        var timings = new Timings(timed);
        if (!PolicyName.TryParse(policyName, out var policy))
        {
            Console.Error.WriteLine($"Unknown policy \"{policyName}\". Known: {string.Join(", ", PolicyName.Catalogue.Select(known => known.Name))}; each but the stable ones may be prefixed with \"{PolicyName.KeepPublishedPrefix}\".");
            return ExitCode.InvalidInput;
        }

        if (Documents.ReadInstance(instancePath) is not { } instance)
        {
            return ExitCode.InvalidInput;
        }

        timings.Ended("read");
        using var clock = new CancellationTokenSource();
        if (timeLimit is { } seconds)
        {
            // A search counts its own work, about seconds, so that its result is the same everywhere; where it counts too slowly the clock ends it.
            clock.CancelAfter(TimeSpan.FromSeconds(MatchingEngine.NeedsSearch(instance) ? seconds + Math.Clamp(seconds / 10, 1, 10) : seconds));
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, clock.Token);
        var reached = string.Create(CultureInfo.InvariantCulture, $"The time limit of {timeLimit} s was reached");
        MatchingResult result;
        MatchingReport? full = null;
        Diagnosis? diagnosis = null;
        try
        {
            result = MatchingEngine.Solve(instance, policy, new(lottery, Tell, timeLimit, flow) { StageEnded = timings.Ended, ProofTaken = timed ? taken => timings.Within("certificate", taken) : null, TimeIsUp = clock.Token }, cancellationToken);
        }
        catch (UnsupportedInstanceException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.InvalidInput;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine(cancellationToken.IsCancellationRequested ? "Cancelled." : $"{reached} before a matching was found.");
            return ExitCode.NotProven;
        }

        // What is proven is written, whether or not there is time to explain it.
        try
        {
            if (result.Status == MatchingStatus.Infeasible)
            {
                diagnosis = result.Diagnosis is { } known ? ReportJson.ReadDiagnosis(known) : Diagnostician.Diagnose(instance, limit.Token);
                if (diagnosis.Feasible is null)
                {
                    // Solving has proven it, though the diagnosis alone could not.
                    diagnosis = diagnosis with { Feasible = false, Undetermined = ["conflicts"] };
                }

                ExplainCommands.Tell(diagnosis);
                result = result with { Diagnosis = ReportJson.ToElement(diagnosis) };
                timings.Ended("diagnosis");
            }
            else if (report && result.Status != MatchingStatus.Optimal)
            {
                Console.Error.WriteLine("No report: effects are told from a proven optimum.");
            }
            else if (report)
            {
                full = Explain(instance, result, limit.Token);
                timings.Ended("report");
            }
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"{(cancellationToken.IsCancellationRequested ? "Cancelled" : reached)}: the result is written without its {(result.Status == MatchingStatus.Infeasible ? "diagnosis" : "report")}.");
            timings.Ended(result.Status == MatchingStatus.Infeasible ? "diagnosis" : "report");
        }

        try
        {
            Documents.Write(output, stream => ResultJson.Write(stream, result, full));
            if (output != "-" && diagnosis is not null)
            {
                Documents.Write("-", ReportJson.Write(diagnosis));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"{output}: {e.Message}");
            return ExitCode.InvalidInput;
        }

        timings.Ended("write");
        timings.Done();
        if (result.Status == MatchingStatus.Infeasible)
        {
            Console.Error.WriteLine(policy.IsStable
                ? $"Infeasible: no matching that {policy} allows meets the hard constraints."
                : "Infeasible: no matching meets the hard constraints.");
            return ExitCode.Infeasible;
        }

        if (result.Status == MatchingStatus.Feasible)
        {
            Console.Error.WriteLine($"{reached} before the proof: this is the best matching found.");
        }

        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Policy}: {result.Placed} of {instance.Students.Length} placed, profile [{string.Join(", ", result.Profile)}], {(result.Status == MatchingStatus.Optimal ? "optimal (proven)" : "feasible (not proven)")}, {result.Engine?.Seconds:0.000} s."));
        return result.Status == MatchingStatus.Optimal ? ExitCode.Done : ExitCode.NotProven;
    }

    /// <exception cref="OperationCanceledException">Cancelled, or the time limit came first; what was solved stands without it.</exception>
    private static MatchingReport Explain(Instance instance, MatchingResult result, CancellationToken limit)
    {
        using var explainer = new Explainer(instance, result, limit);
        var (students, limits) = explainer.Report();
        return new(students, limits, Diagnostician.DiagnoseForReport(instance, limit));
    }

    // Read by the service: keep the form "progress: objective value".
    private static void Tell(Level level) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"progress: {level.Objective} {level.Value}"));
}
