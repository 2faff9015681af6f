namespace WutAmu.Placement.Solver.Explanations;

/// <summary>A cost vector packed in words that are added and compared one by one, the first word before the others: no carry, and no more bits than the levels need.</summary>
internal interface IPackedCost<T>
    where T : struct, IPackedCost<T>
{
    static abstract T Zero { get; }

    static abstract T operator +(T left, T right);

    static abstract T operator -(T left, T right);

    static abstract bool operator <(T left, T right);

    static abstract bool operator >(T left, T right);

    /// <param name="words">As many as the policy's levels need.</param>
    static abstract T Of(ReadOnlySpan<long> words);

    long Word(int index);
}
