using System.Numerics;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>An objective that adds up over students: what is minimised, and the value the result states.</summary>
/// <param name="Cost">Of a student's option, or of "unplaced" (null).</param>
/// <param name="ValueOf">The level's value from the total cost.</param>
internal sealed record AdditiveLevel(string Name, Func<int, Option?, long> Cost, Func<long, long> ValueOf);

/// <summary>The additive levels of a policy, and their packing in one integer whose order is the lexicographic order.</summary>
internal sealed class LevelCosts
{
    private readonly long[] radixes;

    public LevelCosts(Instance instance, Roster roster, PolicyName policy)
    {
        Levels = [.. Of(instance, roster, policy)];
        // A path visits a student at most once, so that two paths differ by at most 2 · students · (greatest - least cost) in a level; and a total is at most
        // students · greatest cost. A digit is told from the next as long as the radix is greater than that, and twice the total.
        radixes = [.. Levels.Select(level => (2 * (instance.Students.Length + 1L) * Width(level)) + 3)];
        ShortfallRadix = (4L * (instance.Students.Length + 1) * 4) + 3;
        Bits = radixes.Append(ShortfallRadix).Sum(radix => BitOperations.Log2((ulong)radix) + 1) + 2;

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

    /// <summary>Bits a packed total needs, with its sign.</summary>
    public int Bits { get; }

    private long ShortfallRadix { get; }

    /// <summary>Cost vector packed; <paramref name="shortfall"/> (unmet minima and pins) comes before every level.</summary>
    public T Pack<T>(int student, Option? option, int shortfall)
        where T : struct, IBinaryInteger<T>
    {
        var packed = T.CreateChecked(shortfall);
        for (var l = 0; l < Levels.Count; l++)
        {
            packed = (packed * T.CreateChecked(radixes[l])) + T.CreateChecked(Levels[l].Cost(student, option));
        }

        return packed;
    }

    /// <summary>One unit of shortfall and nothing else.</summary>
    public T Shortfall<T>()
        where T : struct, IBinaryInteger<T> => radixes.Aggregate(T.One, (packed, radix) => packed * T.CreateChecked(radix));

    /// <summary>Shortfall first, then each level's total cost.</summary>
    public long[] Unpack<T>(T packed)
        where T : struct, IBinaryInteger<T>
    {
        var digits = new long[radixes.Length + 1];
        for (var l = radixes.Length - 1; l >= 0; l--)
        {
            var radix = T.CreateChecked(radixes[l]);
            var digit = packed % radix;
            if (digit < T.Zero)
            {
                digit += radix;
            }

            if (digit + digit > radix)
            {
                digit -= radix;
            }

            digits[l + 1] = long.CreateChecked(digit);
            packed = (packed - digit) / radix;
        }

        digits[0] = long.CreateChecked(packed);
        return digits;
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
            if (Enumerable.Range(0, instance.Students.Length).Any(s => roster.HasList(s) && roster.OptionsOf(s).Any(option => option.Rank is null)))
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

        var others = Enumerable.Range(0, instance.Students.Length).Count(student => !roster.HasList(student) && roster.OptionsOf(student).Length > 0);
        if (others > 0)
        {
            yield return new(
                "placed-without-list",
                (student, option) => option is null && !roster.HasList(student) && roster.OptionsOf(student).Length > 0 ? 1 : 0,
                total => others - total);
        }
    }
}
