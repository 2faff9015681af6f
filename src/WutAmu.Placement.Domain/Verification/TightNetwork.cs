using System.Collections.Immutable;
using System.Numerics;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// The claimed matching as a flow of the network that <see cref="Certificate"/> describes, and which of its arcs may still change without changing an objective checked so far.
/// </summary>
internal sealed class TightNetwork
{
    /// <summary>So many phases are checked in one walk over the students: the prices of an offer in all of them are one line of the processor's cache.</summary>
    private const int MostAtOnce = 8;

    private readonly Claim claim;
    private readonly NetworkNodes nodes;

    // Arcs of student s: from start[s] to before start[s + 1]; those still in the face lie before end[s]. Offer position or Unplaced.
    private readonly int[] start;
    private readonly int[] end;
    private readonly int[] arcs;

    // Of each arc: the offer's rank; 0: not a choice of the student, or unplaced.
    private readonly int[] ranks;

    // Of each node, narrowed with the face.
    private readonly long[] min;
    private readonly long[] max;

    public TightNetwork(Claim claim, NetworkNodes nodes, long? worstRank)
    {
        (this.claim, this.nodes) = (claim, nodes);
        (min, max) = (nodes.Min[..], nodes.Max[..]);
        var n = claim.Given.Length;
        var most = 0L;
        for (var s = 0; s < n; s++)
        {
            most += StudentArcs.Most(claim, s);
        }

        start = new int[n + 1];
        arcs = new int[most];
        ranks = new int[most];
        for (var s = 0; s < n; s++)
        {
            start[s + 1] = start[s] + StudentArcs.Read(claim, s, worstRank, arcs.AsSpan(start[s]), ranks.AsSpan(start[s]));
        }

        end = start[1..];
    }

    /// <summary>Checks complementary slackness phase by phase, each on what the earlier ones left open, and closes what they decide.</summary>
    /// <returns>How many phases hold, and what the next one violates; null: nothing.</returns>
    public (int Proven, string? Violation) Narrow(ImmutableArray<CertificatePhase> phases, IReadOnlyList<PhaseWeight> weights)
    {
        for (var from = 0; from < weights.Count;)
        {
            var isSmall = weights[from].IsSmallWith(phases[from]);
            var to = from + 1;
            while (to < weights.Count && to < from + MostAtOnce && weights[to].IsSmallWith(phases[to]) == isSmall)
            {
                to++;
            }

            PhaseWeight[] some = [.. weights.Skip(from).Take(to - from)];
            var (proven, violation) = isSmall ? Narrow<long>(phases.AsSpan()[from..to], some) : Narrow<Int128>(phases.AsSpan()[from..to], some);
            if (violation is not null)
            {
                return (from + proven, violation);
            }

            from = to;
        }

        return (weights.Count, null);
    }

    /// <summary>Nobody could have a better rank, then an ordinally smaller offer, while those before keep theirs. Nothing else is asked of the face after it.</summary>
    /// <returns>The first student who could; null if there is none.</returns>
    public string? FirstUnfairService(bool byScore)
    {
        // Who has one arc left has what they have, whoever is asked first.
        var open = new List<int>();
        for (var s = 0; s < end.Length; s++)
        {
            if (end[s] - start[s] > 1)
            {
                open.Add(s);
            }
        }

        return open.Count == 0 ? null : new ServiceCheck(claim, new(start, end, arcs, ranks, nodes.Above, nodes.Flow, min, max), claim.Ordered([.. open], byScore)).FirstUnfair();
    }

    /// <summary>Nothing but what the student has stays open to them.</summary>
    public void Settle(int student)
    {
        for (var a = end[student] - 1; a >= start[student]; a--)
        {
            if (arcs[a] != claim.Given[student])
            {
                CloseAt(student, a);
            }
        }
    }

    private (int Proven, string? Violation) Narrow<T>(ReadOnlySpan<CertificatePhase> phases, PhaseWeight[] weights)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var price = nodes.Prices<T>(phases);
        var (proven, wrong) = NarrowStudents(weights, price);
        // Within a phase students come first.
        var (upTo, wrongNode) = NarrowNodes(price, weights.Length, proven);
        return wrongNode is not null ? (upTo, wrongNode) : (proven, wrong is { } s ? $"student \"{claim.Instance.Students[s].Id}\" has a better alternative at these prices." : null);
    }

    /// <summary>Each student's arcs are looked at in all phases before the next student's: a phase that somebody violates is not looked at for those who follow.</summary>
    /// <returns>How many phases hold, and who violates the next one first.</returns>
    private (int Proven, int? Wrong) NarrowStudents<T>(PhaseWeight[] weights, T[] price)
        where T : struct, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var (proven, wrong) = (weights.Length, (int?)null);
        var values = new T[16];
        for (var s = 0; s < end.Length; s++)
        {
            var given = claim.Given[s];
            for (var p = 0; p < proven; p++)
            {
                var open = end[s] - start[s];
                // One arc left, and it is theirs: at no price is there another.
                if (open == 1 && arcs[start[s]] == given)
                {
                    break;
                }

                if (values.Length < open)
                {
                    values = new T[2 * open];
                }

                var (least, had, weight) = (T.MaxValue, T.Zero, weights[p]);
                var hasGiven = false;
                for (var i = 0; i < open; i++)
                {
                    var offer = arcs[start[s] + i];
                    var value = weight.Of<T>(s, offer, ranks[start[s] + i]);
                    if (offer != Claim.Unplaced)
                    {
                        value += price[(offer * weights.Length) + p];
                    }

                    values[i] = value;
                    least = value < least ? value : least;
                    if (offer == given)
                    {
                        (had, hasGiven) = (value, true);
                    }
                }

                if (!hasGiven || had != least)
                {
                    (proven, wrong) = (p, s);
                    break;
                }

                for (var i = open - 1; i >= 0; i--)
                {
                    if (values[i] > least)
                    {
                        CloseAt(s, start[s] + i);
                    }
                }
            }
        }

        return (proven, wrong);
    }

    /// <summary>Where a node could take more or fewer at a phase's prices, its flow must stand at that bound, and stays there.</summary>
    /// <param name="phases">So many are looked at; each node has the prices of <paramref name="width"/> of them.</param>
    /// <returns>The first phase that a node violates, and how; null: none does.</returns>
    private (int Phase, string? Violation) NarrowNodes<T>(T[] price, int width, int phases)
        where T : struct, IBinaryInteger<T>
    {
        var (first, violation) = (phases, (string?)null);
        for (var node = 0; node < nodes.Root; node++)
        {
            var above = nodes.Above[node];
            for (var p = 0; p < first; p++)
            {
                var reduced = (above == nodes.Root ? T.Zero : price[(above * width) + p]) - price[(node * width) + p];
                if ((reduced < T.Zero && nodes.Flow[node] < max[node]) || (reduced > T.Zero && nodes.Flow[node] > min[node]))
                {
                    (first, violation) = (p, $"{nodes.NameOf(node)} could take {(reduced < T.Zero ? "more" : "fewer")} at these prices.");
                    break;
                }

                if (reduced != T.Zero)
                {
                    (min[node], max[node]) = (nodes.Flow[node], nodes.Flow[node]);
                }
            }
        }

        return (first, violation);
    }

    // The last open arc takes its place.
    private void CloseAt(int student, int arc)
    {
        var last = --end[student];
        (arcs[arc], arcs[last]) = (arcs[last], arcs[arc]);
        (ranks[arc], ranks[last]) = (ranks[last], ranks[arc]);
    }
}
