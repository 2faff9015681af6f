namespace WutAmu.Placement.Solver.Explanations;

/// <summary>Up to four words: enough for ten ranks of any number of students that a report can be asked for.</summary>
internal readonly struct FourWords(long first, long second, long third, long fourth) : IPackedCost<FourWords>
{
    private readonly long first = first;
    private readonly long second = second;
    private readonly long third = third;
    private readonly long fourth = fourth;

    public static FourWords Zero => default;

    public static FourWords operator +(FourWords left, FourWords right) =>
        new(left.first + right.first, left.second + right.second, left.third + right.third, left.fourth + right.fourth);

    public static FourWords operator -(FourWords left, FourWords right) =>
        new(left.first - right.first, left.second - right.second, left.third - right.third, left.fourth - right.fourth);

    public static bool operator <(FourWords left, FourWords right) =>
        left.first != right.first ? left.first < right.first
        : left.second != right.second ? left.second < right.second
        : left.third != right.third ? left.third < right.third
        : left.fourth < right.fourth;

    public static bool operator >(FourWords left, FourWords right) => right < left;

    public static FourWords Of(ReadOnlySpan<long> words) =>
        new(words[0], words.Length > 1 ? words[1] : 0, words.Length > 2 ? words[2] : 0, words.Length > 3 ? words[3] : 0);

    public long Word(int index) => index switch { 0 => first, 1 => second, 2 => third, _ => fourth };
}
