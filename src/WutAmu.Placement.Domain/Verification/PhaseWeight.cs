using System.Collections.Immutable;
using System.Numerics;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>The weight that a phase of a certificate gives to a student's arc: its levels' weights, packed as digits of its radix.</summary>
internal sealed class PhaseWeight(Claim claim, ImmutableArray<LevelWeight> levels, long radix)
{
    /// <summary>Prices up to here, either way, and the weight of one level cannot leave 64 bits together.</summary>
    private const long GreatestSmallPrice = long.MaxValue / 4;

    /// <returns>Null: the phase cannot be what a policy minimises, which is told.</returns>
    public static PhaseWeight? Of(Claim claim, CertificatePhase phase, out string problem)
    {
        problem = "";
        if (phase.Levels.Length == 0)
        {
            problem = "A phase of the certificate proves no level.";
            return null;
        }

        // A radix so great that the packed weight leaves 128 bits would make the first levels vanish.
        if (phase.Levels.Length > 1
            && (phase.Radix <= claim.Instance.Students.Length || phase.Levels.Contains("cost") || BigInteger.Pow(phase.Radix, Math.Min(phase.Levels.Length, 100)) >= BigInteger.Pow(2, 100)))
        {
            problem = $"Levels {string.Join(", ", phase.Levels)} cannot be packed with radix {phase.Radix}.";
            return null;
        }

        var levels = ImmutableArray.CreateBuilder<LevelWeight>(phase.Levels.Length);
        foreach (var level in phase.Levels)
        {
            if (Objectives.WeightOf(claim, level) is not { } weight)
            {
                problem = $"Level \"{level}\" is unknown.";
                return null;
            }

            levels.Add(weight);
        }

        return new(claim, levels.MoveToImmutable(), phase.Radix);
    }

    /// <summary>True: with a price of the phase the weight stays within 64 bits.</summary>
    public bool IsSmallWith(CertificatePhase phase) => levels.Length == 1 && AreSmall(phase.Offers) && AreSmall(phase.Supervisors) && AreSmall(phase.Hosts);

    /// <param name="rank">The offer's rank; 0: not a choice, or unplaced.</param>
    public T Of<T>(int student, int offer, int rank)
        where T : struct, IBinaryInteger<T>
    {
        if (levels.Length == 1)
        {
            return T.CreateTruncating(levels[0].Of(claim, student, offer, rank));
        }

        var (packed, each) = (T.Zero, T.CreateTruncating(radix));
        foreach (var level in levels)
        {
            packed = (packed * each) + T.CreateTruncating(level.Of(claim, student, offer, rank));
        }

        return packed;
    }

    private static bool AreSmall(IReadOnlyDictionary<string, long> prices)
    {
        foreach (var (_, price) in prices)
        {
            if (price is < -GreatestSmallPrice or > GreatestSmallPrice)
            {
                return false;
            }
        }

        return true;
    }
}
