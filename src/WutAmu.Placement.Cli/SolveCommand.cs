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
            Console.Error.WriteLine($"Unknown policy \"{policyName}\". Known: {string.Join(", ", PolicyName.Catalogue.Select(known => known.Name))}; each may be prefixed with \"{PolicyName.KeepPublishedPrefix}\".");
            return ExitCode.InvalidInput;
        }

        if (Documents.ReadInstance(instancePath) is not { } instance)
        {
            return ExitCode.InvalidInput;
        }

        timings.Ended("read");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        if (timeLimit is { } seconds && !MatchingEngine.NeedsSearch(instance))
        {
            limit.CancelAfter(TimeSpan.FromSeconds(seconds));
        }

        MatchingResult result;
        MatchingReport? full = null;
        Diagnosis? diagnosis = null;
        try
        {
            result = MatchingEngine.Solve(instance, policy, new(lottery, Tell, timeLimit, flow) { StageEnded = timings.Ended }, limit.Token);
            if (result.Status == MatchingStatus.Infeasible)
            {
                diagnosis = result.Diagnosis is { } known ? ReportJson.ReadDiagnosis(known) : Diagnostician.Diagnose(instance, limit.Token);
                ExplainCommands.Tell(diagnosis);
                result = result with { Diagnosis = ReportJson.ToElement(diagnosis) };
            }
            else if (report && result.Status != MatchingStatus.Optimal)
            {
                Console.Error.WriteLine("No report: effects are told from a proven optimum.");
            }
            else if (report)
            {
                var explainer = new Explainer(instance, result, limit.Token);
                full = new([.. explainer.Students.Select(explainer.Explain)], explainer.Sensitivities(), Diagnostician.Diagnose(instance, limit.Token));
                timings.Ended("report");
            }
        }
        catch (UnsupportedInstanceException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.InvalidInput;
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine(cancellationToken.IsCancellationRequested
                ? "Cancelled."
                : $"The time limit of {timeLimit} s was reached before a matching was found.");
            return ExitCode.NotProven;
        }

        try
        {
            Documents.Write(output, ResultJson.Write(result, full));
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
        if (result.Status == MatchingStatus.Infeasible)
        {
            Console.Error.WriteLine(policy.IsStable
                ? $"Infeasible: no matching that {policy} allows meets the hard constraints."
                : "Infeasible: no matching meets the hard constraints.");
            return ExitCode.Infeasible;
        }

        Console.Error.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{result.Policy}: {result.Placed} of {instance.Students.Length} placed, profile [{string.Join(", ", result.Profile)}], {(result.Status == MatchingStatus.Optimal ? "optimal (proven)" : "feasible (not proven)")}, {result.Engine?.Seconds:0.000} s."));
        return result.Status == MatchingStatus.Optimal ? ExitCode.Done : ExitCode.NotProven;
    }

    // Read by the service: keep the form "progress: objective value".
    private static void Tell(Level level) =>
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"progress: {level.Objective} {level.Value}"));
}
