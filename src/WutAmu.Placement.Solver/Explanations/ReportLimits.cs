namespace WutAmu.Placement.Solver.Explanations;

/// <summary>How much an explanation may search, in deterministic seconds (<c>SearchBudget</c>). Flows know no such limit: they answer at once.</summary>
public static class ReportLimits
{
    /// <summary>For one question: one choice, one reserve, one limit with a place more or fewer.</summary>
    public const double SecondsAQuestion = 0.5;

    /// <summary>How many equal shares of what is left one question of a report may use.</summary>
    public const int SharesAQuestion = 10;

    /// <summary>For all that one explainer is asked.</summary>
    public const double SecondsAReport = 10;

    /// <summary>For whether there is a matching at all, and the demands that contradict each other if there is none.</summary>
    public const double SecondsForFeasibility = 60;

    /// <summary>For the floor, its group, and what keeps more from being placed.</summary>
    public const double SecondsADiagnosis = 3;

    /// <summary>For the fewest students who compete for too few places: arcs of flow networks that may be looked at, a few hundredths of a second.</summary>
    public const long StepsForTheSmallestGroup = 4_000_000;

    /// <summary>The same within a report, beside which a few thousandths of a second are little.</summary>
    public const long StepsForTheSmallestGroupInAReport = 500_000;
}
