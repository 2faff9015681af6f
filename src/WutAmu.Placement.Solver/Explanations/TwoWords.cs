namespace WutAmu.Placement.Solver.Explanations;

/// <summary>Up to two words: enough for a campaign of a few hundred students with ten ranks.</summary>
internal readonly struct TwoWords(long first, long second) : IPackedCost<TwoWords>
{
    private readonly long first = first;
    private readonly long second = second;

    public static TwoWords Zero => default;

    public static TwoWords operator +(TwoWords left, TwoWords right) => new(left.first + right.first, left.second + right.second);

    public static TwoWords operator -(TwoWords left, TwoWords right) => new(left.first - right.first, left.second - right.second);

    public static bool operator <(TwoWords left, TwoWords right) => left.first < right.first || (left.first == right.first && left.second < right.second);

    public static bool operator >(TwoWords left, TwoWords right) => right < left;

    public static TwoWords Of(ReadOnlySpan<long> words) => new(words[0], words.Length > 1 ? words[1] : 0);

    public long Word(int index) => index == 0 ? first : second;
}
