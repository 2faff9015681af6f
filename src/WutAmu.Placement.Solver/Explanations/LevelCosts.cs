using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>An objective that adds up over students: what is minimised, and the value the result states.</summary>
/// <param name="Cost">Of a student's option, or of "unplaced" (null).</param>
/// <param name="ValueOf">The level's value from the total cost.</param>
internal sealed record AdditiveLevel(string Name, Func<int, Option?, long> Cost, Func<long, long> ValueOf);

/// <summary>The additive levels of a policy, and their packing in words whose order is the lexicographic order.</summary>
internal sealed class LevelCosts
{
    /// <summary>A word and its sums stay inside 64 bits with sign.</summary>
    private const int BitsOfWord = 62;

    // Of the shortfall, then of each level: its radix, and the word it is packed in.
    private readonly long[] radixes;
    private readonly int[] wordOf;

    public LevelCosts(Instance instance, Roster roster, PolicyName policy)
    {
        Levels = [.. Of(instance, roster, policy)];
        // A path visits a student at most once, so that two paths differ by at most 2 · students · (greatest - least cost) in a level; and a total is at most
        // students · greatest cost. A digit is told from the next as long as the radix is greater than that, and twice the total.
        radixes = new long[Levels.Count + 1];
        wordOf = new int[radixes.Length];
        radixes[0] = (16 * (instance.Students.Length + 1L)) + 3 + (2 * Minima(instance));
        for (var l = 0; l < Levels.Count; l++)
        {
            radixes[l + 1] = (2 * (instance.Students.Length + 1L) * Width(Levels[l])) + 3;
        }

        var used = 0;
        for (var d = 0; d < radixes.Length; d++)
        {
            var bits = 1;
            for (var rest = radixes[d] >> 1; rest > 0; rest >>= 1)
            {
                bits++;
            }

            if (used + bits > BitsOfWord)
            {
                WordCount++;
                used = 0;
            }

            used += bits;
            wordOf[d] = WordCount - 1;
        }

        long Width(AdditiveLevel level)
        {
            var (least, greatest) = (0L, 0L);
            for (var s = 0; s < instance.Students.Length; s++)
            {
                Look(level.Cost(s, null));
                foreach (var option in roster.OptionsOf(s))
                {
                    Look(level.Cost(s, option));
                }
            }

            return greatest - least;

            void Look(long cost) => (least, greatest) = (Math.Min(least, cost), Math.Max(greatest, cost));
        }
    }

    public IReadOnlyList<AdditiveLevel> Levels { get; }

    /// <summary>Words a packed cost needs.</summary>
    public int WordCount { get; } = 1;

    /// <summary>Cost vector packed; <paramref name="shortfall"/> (unmet minima and pins) comes before every level.</summary>
    public T Pack<T>(int student, Option? option, int shortfall)
        where T : struct, IPackedCost<T>
    {
        Span<long> words = stackalloc long[WordCount];
        words.Clear();
        words[0] = shortfall;
        for (var l = 0; l < Levels.Count; l++)
        {
            ref var word = ref words[wordOf[l + 1]];
            word = (word * radixes[l + 1]) + Levels[l].Cost(student, option);
        }

        return T.Of(words);
    }

    /// <summary>Units of shortfall and nothing else.</summary>
    public T Shortfall<T>(long units)
        where T : struct, IPackedCost<T>
    {
        Span<long> words = stackalloc long[WordCount];
        words.Clear();
        words[0] = units;
        for (var l = 0; l < Levels.Count && wordOf[l + 1] == 0; l++)
        {
            words[0] *= radixes[l + 1];
        }

        return T.Of(words);
    }

    /// <summary>Shortfall first, then each level's total cost.</summary>
    public long[] Unpack<T>(T packed)
        where T : struct, IPackedCost<T>
    {
        var digits = new long[radixes.Length];
        for (var (d, rest) = (radixes.Length - 1, 0L); d >= 0; d--)
        {
            if (d == radixes.Length - 1 || wordOf[d] != wordOf[d + 1])
            {
                rest = packed.Word(wordOf[d]);
            }

            // The first of a word is what the others leave.
            if (d == 0 || wordOf[d - 1] != wordOf[d])
            {
                digits[d] = rest;
                continue;
            }

            var digit = rest % radixes[d];
            if (digit < 0)
            {
                digit += radixes[d];
            }

            if (digit + digit > radixes[d])
            {
                digit -= radixes[d];
            }

            digits[d] = digit;
            rest = (rest - digit) / radixes[d];
        }

        return digits;
    }

    private static long Minima(Instance instance)
    {
        var sum = 0L;
        foreach (var offer in instance.Offers)
        {
            sum += offer.Min;
        }

        foreach (var supervisor in instance.Supervisors)
        {
            sum += supervisor.Min;
        }

        foreach (var host in instance.Hosts)
        {
            sum += host.Min;
        }

        return sum;
    }

    /// <summary>The levels without <c>worst-rank</c>, which does not add up.</summary>
    public static IEnumerable<AdditiveLevel> Of(Instance instance, Roster roster, PolicyName policy)
    {
        var submitters = Enumerable.Range(0, instance.Students.Length).Count(roster.HasList);
        if (policy.Name is not (PolicyName.RankMaximal or PolicyName.Serial))
        {
            yield return new("placed", (student, option) => option is null && roster.HasList(student) ? 1 : 0, total => submitters - total);
        }

        if (policy.KeepPublished)
        {
            yield return new("moved", (student, option) => roster.Published.TryGetValue(student, out var offer) && option?.Offer != offer ? 1 : 0, total => total);
        }

        if (policy.Name == PolicyName.Serial)
        {
            // The order of service is the rest.
            yield break;
        }

        if (policy.Name == PolicyName.MinCost)
        {
            yield return new("cost", (student, option) => roster.HasList(student) ? option?.Cost ?? 0 : 0, total => total);
        }
        else if (policy.Name == PolicyName.GenerousMaximum)
        {
            if (HaveOffListOptions(instance, roster))
            {
                yield return new("off-list", (student, option) => option is { Rank: null } && roster.HasList(student) ? 1 : 0, total => total);
            }

            for (var rank = roster.GreatestRank; rank >= 2; rank--)
            {
                var r = rank;
                yield return new($"rank-{rank}", (_, option) => option?.Rank == r ? 1 : 0, total => total);
            }
        }
        else
        {
            for (var rank = 1; rank <= roster.GreatestRank; rank++)
            {
                var r = rank;
                yield return new($"rank-{rank}", (_, option) => option?.Rank == r ? -1 : 0, total => -total);
            }
        }

        if (policy.Name == PolicyName.RankMaximal && HaveOffListOptions(instance, roster))
        {
            // A place off the list is more than none.
            yield return new("off-list", (student, option) => option is { Rank: null } && roster.HasList(student) ? -1 : 0, total => -total);
        }
    }

    /// <summary>True: somebody with a list may get an offer that is not on it.</summary>
    public static bool HaveOffListOptions(Instance instance, Roster roster) =>
        Enumerable.Range(0, instance.Students.Length).Any(s => roster.HasList(s) && HasOffListOption(roster.OptionsOf(s)));

    private static bool HasOffListOption(OptionList options)
    {
        foreach (var option in options)
        {
            if (option.Rank is null)
            {
                return true;
            }
        }

        return false;
    }
}
