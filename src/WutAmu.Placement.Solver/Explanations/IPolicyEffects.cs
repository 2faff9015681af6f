namespace WutAmu.Placement.Solver.Explanations;

/// <summary>Answers "what would the policy reach if ..." exactly. Students and offers by position in the sorted instance.</summary>
internal interface IPolicyEffects
{
    /// <summary>On the instance as it is.</summary>
    Outcome Base { get; }

    /// <summary>With the student at <paramref name="offer"/>; null: unplaced.</summary>
    /// <returns>Infeasible, too, where the student may not take it.</returns>
    Outcome Forced(int student, int? offer);

    /// <summary>With one place more at a limit that has a maximum.</summary>
    Outcome More(NetworkLimit limit);

    /// <summary>With one place fewer at a limit whose maximum is at least 1.</summary>
    Outcome Fewer(NetworkLimit limit);

    /// <summary>What the policy, its lottery included, gives the student if they alone cannot have their placement.</summary>
    (int? Offer, Outcome Outcome) Without(int student, int? offer);
}
