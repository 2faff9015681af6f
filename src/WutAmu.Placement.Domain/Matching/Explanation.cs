using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>What bounds the number of students.</summary>
public enum LimitKind
{
    Offer,
    Supervisor,
    Host,
    Quota,
}

/// <summary>Why a student does not have an offer.</summary>
public enum RefusalReason
{
    /// <summary>A limit over the offer is reached.</summary>
    Full,

    /// <summary>Nothing over the offer is full, but the student's own placement is needed for a minimum.</summary>
    Minimum,

    /// <summary>The host or offer opens only with a minimum, and nobody is there.</summary>
    Closed,

    /// <summary>There is room, but students who are to be together or apart would not be.</summary>
    Group,

    /// <summary>There is room; the policy's order of objectives prefers another matching.</summary>
    Policy,

    /// <summary>The student may not take it: programme not admitted, or pair forbidden.</summary>
    NotAllowed,

    /// <summary>The student did not list it, and asked for nothing off the list.</summary>
    NotChosen,

    /// <summary>The student's placement was fixed beforehand, elsewhere: a pin.</summary>
    Fixed,

    /// <summary>The student has it.</summary>
    Held,

    /// <summary>There is room; what the student has is a choice they ranked better.</summary>
    LikedLess,
}

/// <summary>A limit that is reached.</summary>
/// <param name="Places">Its maximum, or its minimum for <see cref="RefusalReason.Minimum"/> and <see cref="RefusalReason.Closed"/>.</param>
public sealed record ReachedLimit(LimitKind Kind, string Id, int Places);

/// <summary>A level that would have another value.</summary>
public sealed record LevelChange(string Objective, long From, long To);

/// <summary>What a change of the instance does to the policy's levels, exactly.</summary>
/// <param name="Feasible">False: no matching would meet the hard constraints; then there are no changes. Null: not determined within the limit.</param>
/// <param name="Changes">Levels that change, most important first. Each is exact; empty and all determined: every level keeps its value.</param>
/// <param name="UndeterminedFrom">
/// Where a complete search told it: the first level that was not determined, of which and of those after it nothing is said. A search ends there at its limit, or because a level
/// before it changes, which decides between the two matchings. Or <c>feasible</c> where not even that was determined; or <c>reserve</c> where the levels were, but not the offer. Null:
/// everything is determined.
/// </param>
public sealed record Effect(bool? Feasible, ImmutableArray<LevelChange> Changes, string? UndeterminedFrom = null)
{
    /// <summary>True: it is determined that something would change for the worse or the better, or nothing be possible.</summary>
    public bool Changed() => Feasible == false || Changes.Length > 0;

    /// <summary>True: it is determined that no level changes.</summary>
    public bool Unchanged() => Feasible == true && Changes.Length == 0 && UndeterminedFrom is null or "reserve";
}

/// <summary>Why a student does not have an offer, and what giving it would do.</summary>
/// <param name="Rank">From 1; null: not a choice of the student.</param>
/// <param name="Limits">For <see cref="RefusalReason.Full"/>, <see cref="RefusalReason.Minimum"/> and <see cref="RefusalReason.Closed"/>: what is reached. Names no student.</param>
/// <param name="Effect">Of forcing the pair; null where it is not allowed.</param>
/// <param name="Text">One sentence in each language; identifies no other student.</param>
public sealed record ChoiceExplanation(
    string Offer,
    string Host,
    int? Rank,
    RefusalReason Reason,
    ImmutableArray<ReachedLimit> Limits,
    Effect? Effect,
    LocalizedText Text);

/// <summary>What the policy would give the student if their placement became impossible for them alone.</summary>
/// <param name="Offer">Null: they would be unplaced; or, where the effect is not all determined, it is not known.</param>
public sealed record Reserve(string? Offer, string? Host, int? Rank, Effect Effect);

/// <param name="Forced">True: every matching that reaches the same levels gives the student this offer (or leaves them unplaced); the lottery decided nothing here. Null: not determined within the limit.</param>
/// <param name="Reserve">Null if unplaced or pinned, or where no matching would be left without this placement: then it is forced.</param>
/// <param name="Better">Every offer the student prefers to what they got, best first.</param>
public sealed record StudentExplanation(
    string Student,
    string? Offer,
    string? Host,
    int? Rank,
    bool? Forced,
    Reserve? Reserve,
    ImmutableArray<ChoiceExplanation> Better);

/// <summary>What one place more and one fewer would change at an offer, a supervisor, a host or a quota.</summary>
/// <param name="Max">Null: no limit; then neither question has a meaning.</param>
/// <param name="Fewer">Null also where the maximum is 0.</param>
public sealed record LimitSensitivity(LimitKind Kind, string Id, int? Max, int Taken, Effect? More, Effect? Fewer);
