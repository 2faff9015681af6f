using WutAmu.Placement.Domain.Verification;

namespace WutAmu.Placement.Cli;

/// <summary><c>placement verify</c>.</summary>
internal static class VerifyCommand
{
    public static int Run(string instancePath, string resultPath, bool timed)
    {
        var timings = new Timings(timed);
        if (Documents.ReadInstance(instancePath) is not { } instance || Documents.ReadResult(resultPath) is not { } result)
        {
            return ExitCode.InvalidInput;
        }

        timings.Ended("read");
        var report = ResultVerifier.Check(instance, result);
        timings.Ended("verify");
        timings.Done();
        foreach (var finding in report.Findings)
        {
            Console.Error.WriteLine($"{finding.Code}: {finding.Message}");
        }

        foreach (var level in report.Levels.Where(level => !level.Rechecked))
        {
            Console.Error.WriteLine($"level {level.Objective}: not re-checked; it rests on the solver's word.");
        }

        if (!report.IsGreen)
        {
            return ExitCode.Wrong;
        }

        var lottery = result.Lottery ? ", and the lottery" : "; the lottery was left out";
        Console.Error.WriteLine(report.IsFullyRechecked
            ? $"Verified: {result.Placed} placed under {result.Policy}; every constraint, figure and level re-checked{lottery}."
            : $"Verified: {result.Placed} placed under {result.Policy}; every constraint and figure re-checked, and the levels but those named above, which a complete search proved, as the result says.");
        if (result.Report is not null)
        {
            Console.Error.WriteLine("The report in it: what it says of this matching was re-checked (choices, what stood in their way, sentences, counts, groups that compete), and that effects start from its figures and point the right way. How much they change, which offer a reserve is, whether a draw of lots mattered, whether a group is the smallest, and repairs rest on the solver's word; explain, sensitivity and diagnose tell them anew.");
        }

        return ExitCode.Done;
    }
}
