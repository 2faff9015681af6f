namespace WutAmu.Placement.Solver.Explanations;

/// <summary>Any number of words; an absent array is zero.</summary>
internal readonly struct ManyWords : IPackedCost<ManyWords>
{
    private readonly long[]? words;

    private ManyWords(long[] words) => this.words = words;

    public static ManyWords Zero => default;

    public static ManyWords operator +(ManyWords left, ManyWords right)
    {
        if (left.words is null || right.words is null)
        {
            return left.words is null ? right : left;
        }

        var sum = new long[left.words.Length];
        for (var w = 0; w < sum.Length; w++)
        {
            sum[w] = left.words[w] + right.words[w];
        }

        return new(sum);
    }

    public static ManyWords operator -(ManyWords left, ManyWords right)
    {
        if (right.words is null)
        {
            return left;
        }

        var difference = new long[right.words.Length];
        for (var w = 0; w < difference.Length; w++)
        {
            difference[w] = left.Word(w) - right.words[w];
        }

        return new(difference);
    }

    public static bool operator <(ManyWords left, ManyWords right)
    {
        var length = left.words?.Length ?? right.words?.Length ?? 0;
        for (var w = 0; w < length; w++)
        {
            if (left.Word(w) != right.Word(w))
            {
                return left.Word(w) < right.Word(w);
            }
        }

        return false;
    }

    public static bool operator >(ManyWords left, ManyWords right) => right < left;

    public static ManyWords Of(ReadOnlySpan<long> words) => new(words.ToArray());

    public long Word(int index) => words is null ? 0 : words[index];
}
