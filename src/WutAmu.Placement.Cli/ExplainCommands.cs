using System.Globalization;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Domain.Verification;
using WutAmu.Placement.Solver;
using WutAmu.Placement.Solver.Explanations;

namespace WutAmu.Placement.Cli;

/// <summary><c>placement explain</c>, <c>sensitivity</c> and <c>diagnose</c>: JSON on standard output, sentences on standard error.</summary>
internal static class ExplainCommands
{
    public static int Explain(string instancePath, string resultPath, string student, string? offer, CancellationToken cancellationToken) =>
        WithExplainer(instancePath, resultPath, explainer =>
        {
            if (!explainer.HasStudent(student))
            {
                Console.Error.WriteLine($"Unknown student \"{student}\".");
                return ExitCode.InvalidInput;
            }

            if (offer is not null)
            {
                if (!explainer.HasOffer(offer))
                {
                    Console.Error.WriteLine($"Unknown offer \"{offer}\".");
                    return ExitCode.InvalidInput;
                }

                var choice = explainer.Explain(student, offer);
                Documents.Write("-", ReportJson.Write(choice));
                Console.Error.WriteLine(choice.Text.En);
                return ExitCode.Done;
            }

            var explanation = explainer.Explain(student);
            Documents.Write("-", ReportJson.Write(explanation));
            Console.Error.WriteLine(explanation.Offer is null
                ? $"{student}: no place."
                : $"{student}: {explanation.Offer}{(explanation.Rank is { } rank ? $", choice {rank}" : ", not a choice")}{(explanation.Forced == true ? "; the same whatever the draw of lots" : "")}.");
            foreach (var better in explanation.Better)
            {
                Console.Error.WriteLine(better.Text.En);
            }

            return ExitCode.Done;
        }, cancellationToken);

    public static int Sensitivity(string instancePath, string resultPath, CancellationToken cancellationToken) =>
        WithExplainer(instancePath, resultPath, explainer =>
        {
            var sensitivities = explainer.Sensitivities();
            Documents.Write("-", ReportJson.Write(sensitivities));
            Console.Error.WriteLine($"{sensitivities.Length} limits; one place more would change a level at {sensitivities.Count(limit => limit.More?.Changed() == true)} of them, one fewer at {sensitivities.Count(limit => limit.Fewer?.Changed() == true)}.");
            return ExitCode.Done;
        }, cancellationToken);

    public static int Diagnose(string instancePath, double? timeLimit, CancellationToken cancellationToken)
    {
        if (Documents.ReadInstance(instancePath) is not { } instance)
        {
            return ExitCode.InvalidInput;
        }

        try
        {
            var diagnosis = Diagnostician.Diagnose(instance, timeLimit, cancellationToken);
            Documents.Write("-", ReportJson.Write(diagnosis));
            Tell(diagnosis);
            return diagnosis.Feasible switch
            {
                true => ExitCode.Done,
                false => ExitCode.Infeasible,
                null => ExitCode.NotProven,
            };
        }
        catch (UnsupportedInstanceException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.InvalidInput;
        }
    }

    public static void Tell(Diagnosis diagnosis)
    {
        foreach (var conflict in diagnosis.Conflicts)
        {
            Console.Error.WriteLine($"{conflict.Text.En} {string.Join(" Or: ", conflict.Demands.Select(demand => demand.Repair.En))}");
        }

        if (diagnosis.Feasible != true)
        {
            if (diagnosis.Undetermined.Length > 0)
            {
                Console.Error.WriteLine(diagnosis.Feasible is null
                    ? "Whether any matching meets the hard constraints was not decided within the limit."
                    : "No matching meets the hard constraints. Whether more contradicts than is told was not determined within the limit.");
            }

            return;
        }

        if (diagnosis.Conflicts.Length > 0)
        {
            Console.Error.WriteLine("There are matchings; the above keeps more students from being placed.");
        }

        Console.Error.WriteLine(diagnosis.Floor switch
        {
            _ when diagnosis.Undetermined.Contains("floor") => "Which rank everybody with a list can have was not determined within the limit.",
            null => "Not everybody with a list can have one of their choices.",
            0 => "Nobody has to have a choice: there is no list, or pins off the lists place everybody who submitted one.",
            1 => "Everybody with a list can have a first choice.",
            var floor => $"Everybody with a list can have rank {floor} or better; not everybody better than {floor}.",
        });
        if (diagnosis.Undetermined.Contains("conflicts"))
        {
            Console.Error.WriteLine("What keeps more students from being placed was not determined within the limit.");
        }

        if (diagnosis.FloorBlocked is { } blocked && diagnosis.Floor is { } least)
        {
            Console.Error.WriteLine($"Not all of these can have rank {least - 1} or better{(diagnosis.Undetermined.Contains("floorBlocked") ? " (some of them may not be needed for that)" : Extent(blocked, "can"))}: {string.Join(", ", blocked.Students)}; limits: {string.Join(", ", blocked.Limits.Select(limit => limit.Id))}. {blocked.Repair.En}");
        }

        foreach (var group in diagnosis.Unplaced)
        {
            Console.Error.WriteLine($"{Counted(group.Students.Length, "student competes", "students compete")} for {Counted(group.Places, "place", "places")}{Extent(group, "can be placed")}: {string.Join(", ", group.Students)}. {group.Repair.En}");
        }
    }

    private static string Counted(int count, string one, string several) => string.Create(CultureInfo.InvariantCulture, $"{count} {(count == 1 ? one : several)}");

    // "Smallest" only where it is proven.
    private static string Extent(BlockingGroup group, string can) => group.Smallest ? " (proven: no smaller group)" : $" (irreducible: without any one of them the others {can})";

    private static int WithExplainer(string instancePath, string resultPath, Func<Explainer, int> use, CancellationToken cancellationToken)
    {
        if (Documents.ReadInstance(instancePath) is not { } instance || Documents.ReadResult(resultPath) is not { } result)
        {
            return ExitCode.InvalidInput;
        }

        // What is not proven has no explanation.
        var report = ResultVerifier.Check(instance, result);
        if (report.Findings.Length > 0)
        {
            Console.Error.WriteLine($"{report.Findings[0].Code}: {report.Findings[0].Message}");
            return ExitCode.Wrong;
        }

        try
        {
            using var explainer = new Explainer(instance, result, cancellationToken);
            return use(explainer);
        }
        catch (UnsupportedInstanceException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.InvalidInput;
        }
        catch (ArgumentException e)
        {
            Console.Error.WriteLine(e.Message);
            return ExitCode.Wrong;
        }
    }
}
