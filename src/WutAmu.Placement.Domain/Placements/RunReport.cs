namespace WutAmu.Placement.Domain.Placements;

/// <summary>What the solver explained of a run: kept apart from it, for only few readers need it. A run whose solver met its limit has none, nor have runs of before reports.</summary>
public sealed class RunReport
{
    private RunReport() => Json = [];

    public RunReport(RunId run, byte[] json)
    {
        Run = run;
        Json = json;
    }

    public RunId Run { get; private set; }

    /// <summary>A <c>MatchingReport</c> in UTF-8 JSON. Holds codes of students: coordinators read all of it, a student what is theirs.</summary>
    public byte[] Json { get; private set; }
}
