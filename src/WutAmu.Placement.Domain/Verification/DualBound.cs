using System.Numerics;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>Weak duality: any prices whatever bound the least total weight of a matching from below.</summary>
internal static class DualBound
{
    /// <param name="worstRank">Of the matchings without greater ranks; null: of all.</param>
    /// <returns>The bound; the greatest number where somebody has no arc at all, so that there is no matching.</returns>
    public static Int128 Of(Claim claim, NetworkNodes nodes, long? worstRank, PhaseWeight weight, CertificatePhase phase) =>
        weight.IsSmallWith(phase) ? Of<long>(claim, nodes, worstRank, weight, phase) : Of<Int128>(claim, nodes, worstRank, weight, phase);

    private static Int128 Of<T>(Claim claim, NetworkNodes nodes, long? worstRank, PhaseWeight weight, CertificatePhase phase)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var price = nodes.Prices<T>([phase]);
        var (offers, ranks) = (new int[16], new int[16]);
        Int128 bound = 0;
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (StudentArcs.Most(claim, s) is var most && most > offers.Length)
            {
                (offers, ranks) = (new int[2 * most], new int[2 * most]);
            }

            var count = StudentArcs.Read(claim, s, worstRank, offers, ranks);
            if (count == 0)
            {
                return Int128.MaxValue;
            }

            var least = T.MaxValue;
            for (var i = 0; i < count; i++)
            {
                var cost = weight.Of<T>(s, offers[i], ranks[i]) + (offers[i] == Claim.Unplaced ? T.Zero : price[offers[i]]);
                least = T.Min(least, cost);
            }

            bound += Int128.CreateTruncating(least);
        }

        for (var node = 0; node < nodes.Root; node++)
        {
            var reduced = (nodes.Above[node] == nodes.Root ? 0 : Int128.CreateTruncating(price[nodes.Above[node]])) - Int128.CreateTruncating(price[node]);
            bound += reduced > 0 ? reduced * nodes.Min[node] : reduced * nodes.Max[node];
        }

        return bound;
    }
}
