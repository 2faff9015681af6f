using System.Text.Json;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// What of a report can be checked against the matching it explains, in time nearly linear in its length: everything that speaks of this matching, and the direction of what speaks of
/// another. How much an effect changes, which offer a reserve is, and whether a draw of lots mattered rests on the solver's word: each is a statement about an instance of its own.
/// </summary>
internal static class ReportCheck
{
    private const int MostFindings = 100;

    /// <param name="claim">Whose matching meets every constraint.</param>
    public static void Run(Claim claim, JsonElement json, Action<string, string> add)
    {
        if (ReportJson.TryRead(json, out var problem) is not { } report)
        {
            add("report", $"The report is none: {problem}");
            return;
        }

        var found = 0;
        var tally = new Tally(claim);
        var effects = new EffectCheck(claim, tally);
        new ChoiceCheck(claim, tally, effects).Run(report.Students, AddSome);
        SensitivityCheck.Run(claim, tally, effects, report.Limits, AddSome);
        new DiagnosisCheck(claim, tally).Run(report.Diagnosis, AddSome);

        // A report has as many sentences as it likes: what is wrong with the first hundred is enough.
        void AddSome(string code, string message)
        {
            if (found++ < MostFindings)
            {
                add(code, message);
            }
        }
    }
}
