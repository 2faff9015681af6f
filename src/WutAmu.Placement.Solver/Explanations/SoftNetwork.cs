using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// The placement network solved to its least packed cost, where a minimum or a pin that is not met costs one unit of shortfall, more than everything else:
/// it always has a flow, and the instance is feasible if and only if its shortfall is 0.
/// </summary>
internal sealed class SoftNetwork<T>
    where T : struct, IPackedCost<T>
{
    private const int Unplaced = -1;

    private readonly LevelCosts costs;
    private readonly ResidualNetwork<T> residual;
    private readonly PlacementNetwork network;
    // Edges of student s: from start[s] to before start[s + 1]; the last one leads to the root. Offer by edge, or Unplaced.
    private readonly int[] start;
    private readonly int[] edges;
    private readonly int[] offers;
    private readonly LimitEdges[] limits;
    private readonly T minima;

    /// <param name="worstRank">As in <c>PlacementNetwork</c>: choices of greater rank are left out; null: none.</param>
    public SoftNetwork(Instance instance, Roster roster, LevelCosts costs, int? worstRank, CancellationToken cancellationToken)
    {
        this.costs = costs;
        var n = instance.Students.Length;
        Positions = new(instance, roster);
        residual = new(Positions.NodeCount);
        start = new int[n + 1];
        edges = new int[roster.OptionCount + n];
        offers = new int[edges.Length];
        var at = 0;
        for (var s = 0; s < n; s++)
        {
            foreach (var option in roster.OptionsOf(s))
            {
                if (worstRank is not { } worst || option.Pinned || option.RankOrOffList <= worst || !roster.HasList(s))
                {
                    (edges[at], offers[at]) = (residual.Add(s, Positions.OfferStart + option.Offer, 1, costs.Pack<T>(s, option, 0)), option.Offer);
                    at++;
                }
            }

            (edges[at], offers[at]) = (residual.Add(s, Positions.Root, 1, costs.Pack<T>(s, null, roster.IsPinned(s) ? 1 : 0)), Unplaced);
            start[s + 1] = ++at;
        }

        var met = costs.Shortfall<T>(-1);
        limits = new LimitEdges[Positions.Limits.Length];
        var asked = 0L;
        for (var l = 0; l < limits.Length; l++)
        {
            var limit = Positions.Limits[l];
            var max = Math.Min(limit.Max ?? n, n);
            var first = Math.Min(limit.Min, max);
            asked += limit.Min;
            limits[l] = new(limit.Tail, limit.Head, max, residual.Add(limit.Tail, limit.Head, first, met), residual.Add(limit.Tail, limit.Head, max - first, T.Zero));
        }

        minima = costs.Shortfall<T>(asked);
        network = new(instance, roster, worstRank);
        if (!TakeFlow(cancellationToken))
        {
            for (var s = 0; s < n; s++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                residual.Augment(s, Positions.Root);
            }
        }
    }

    public NetworkPositions Positions { get; }

    /// <summary>Shortfall first, then each level's total cost, in the optimum.</summary>
    public long[] Totals => costs.Unpack(residual.Total + minima);

    public int FlowThrough(int limit) => residual.FlowOf(limits[limit].First) + residual.FlowOf(limits[limit].Above);

    /// <summary>Totals of the best flow that gives the student <paramref name="offer"/> (null: leaves them unplaced).</summary>
    /// <returns>Null: this network has no such arc, or no such flow.</returns>
    public long[]? Forced(int student, int? offer)
    {
        var edge = EdgeTo(student, offer ?? Unplaced);
        if (edge < 0)
        {
            return null;
        }

        var current = Current(student);
        if (edge == current)
        {
            return Totals;
        }

        return residual.Distance(residual.HeadOf(edge), residual.HeadOf(current)) is { } back
            ? After(residual.CostOf(edge) - residual.CostOf(current) + back)
            : null;
    }

    /// <summary>Totals with one place more at a limit.</summary>
    public long[] More(int limit)
    {
        return residual.Distance(limits[limit].Head, limits[limit].Tail) is { } back && back < T.Zero ? After(back) : Totals;
    }

    /// <summary>Totals with one place fewer at a limit whose maximum is at least 1.</summary>
    public long[] Fewer(int limit)
    {
        var (tail, head, max, first, rest) = limits[limit];
        // "max" is cut at the number of students; the instance's own may be greater.
        if (FlowThrough(limit) < (Positions.Limits[limit].Max ?? max))
        {
            return Totals;
        }

        var lost = residual.FlowOf(rest) > 0 ? T.Zero : costs.Shortfall<T>(1);
        var detour = residual.Distance(tail, head);
        // Without a detour the unit goes back to a student, who always may stay unplaced: that path ends in the root, above every limit.
        return After(lost + (detour ?? throw new InvalidOperationException($"Edge {first} has no detour.")));
    }

    /// <summary>
    /// What the levels leave open is served in an order, as in every result, where one student cannot have an offer: the offer they then get, or null. The cheapest detour tells all
    /// flows that are as good without it.
    /// </summary>
    /// <remarks>Only where some flow without it has no shortfall.</remarks>
    public int? Drawn(int student, int? lost, int[] order, CancellationToken cancellationToken)
    {
        var edge = EdgeTo(student, lost ?? Unplaced);
        var current = Current(student);
        var (detour, potential) = edge == current && lost is not null
            ? residual.Detour(student, residual.HeadOf(edge), edge) ?? throw new InvalidOperationException($"The student at position {student} has no other arc.")
            : ([], residual.Potential());
        var state = new FlowState(network);
        for (var s = 0; s < network.StudentCount; s++)
        {
            state.Move(s, ArcOf(s, Current(s)));
        }

        for (var limit = 0; limit < limits.Length; limit++)
        {
            state.Flow[limit] = FlowThrough(limit);
        }

        foreach (var step in detour)
        {
            var (tail, sign) = (step & 1) == 0 ? (residual.HeadOf(step ^ 1), 1) : (residual.HeadOf(step), -1);
            if (tail >= network.StudentCount)
            {
                state.Flow[tail - network.StudentCount] += sign;
            }
            else if (sign > 0)
            {
                state.Move(tail, ArcOf(tail, step));
            }
        }

        Narrow(state, potential);
        for (var a = state.First[student]; a < state.End[student]; a++)
        {
            if (state.Head[a] == lost)
            {
                state.Close(student, a);
                break;
            }
        }

        new OrderOfService(network, state).ServeUntilDecided(order, student, cancellationToken);
        return state.NodeOf(student) is var node && node == network.Root ? null : node;
    }

    /// <summary>Complementary slackness: what costs more than it is worth at these potentials is in no optimum, and what is worth more than it costs is in every one.</summary>
    private void Narrow(FlowState state, T[] potential)
    {
        for (var s = 0; s < network.StudentCount; s++)
        {
            var mine = ReducedCost(edges[start[s] + state.At[s] - network.First[s]]);
            for (var i = state.End[s] - network.First[s] - 1; i >= 0; i--)
            {
                var a = network.First[s] + i;
                if (a != state.At[s] && mine < ReducedCost(edges[start[s] + i]))
                {
                    state.Close(s, a);
                }
            }
        }

        for (var limit = 0; limit < limits.Length; limit++)
        {
            var (lowFirst, highFirst) = Bounds(limits[limit].First);
            var (lowAbove, highAbove) = Bounds(limits[limit].Above);
            // Where nothing falls short, minima hold in every optimum.
            state.Min[limit] = Math.Max(lowFirst + lowAbove, state.Min[limit]);
            state.Max[limit] = Math.Min(highFirst + highAbove, state.Max[limit]);
        }

        T ReducedCost(int edge) => residual.CostOf(edge) + potential[residual.HeadOf(edge ^ 1)] - potential[residual.HeadOf(edge)];

        (int Low, int High) Bounds(int edge)
        {
            var most = residual.FlowOf(edge) + residual.FreeOf(edge);
            var reduced = ReducedCost(edge);
            return reduced < T.Zero ? (most, most) : T.Zero < reduced ? (0, 0) : (0, most);
        }
    }

    // The edges of students come first, two numbers each.
    private int ArcOf(int student, int edge) => network.First[student] + (edge / 2) - start[student];

    /// <summary>Where nothing falls short, the levels' own flow is the one of least packed cost.</summary>
    /// <returns>False: there is no such flow.</returns>
    private bool TakeFlow(CancellationToken cancellationToken)
    {
        if (FlowFace.Feasible(network, FlowAlgorithm.Automatic, cancellationToken, out _) is not { } face)
        {
            return false;
        }

        foreach (var level in costs.Levels)
        {
            face.Minimise(level.Cost, cancellationToken);
        }

        for (var s = 0; s < network.StudentCount; s++)
        {
            residual.Send(EdgeTo(s, face.OptionOf(s)?.Offer ?? Unplaced), 1);
        }

        for (var limit = 0; limit < limits.Length; limit++)
        {
            var first = Math.Min(face.Flow[limit], residual.FreeOf(limits[limit].First));
            residual.Send(limits[limit].First, first);
            residual.Send(limits[limit].Above, face.Flow[limit] - first);
        }

        return true;
    }

    private long[] After(T change) => costs.Unpack(residual.Total + minima + change);

    private int EdgeTo(int student, int offer)
    {
        for (var i = start[student]; i < start[student + 1]; i++)
        {
            if (offers[i] == offer)
            {
                return edges[i];
            }
        }

        return -1;
    }

    private int Current(int student)
    {
        for (var i = start[student]; i < start[student + 1]; i++)
        {
            if (residual.FlowOf(edges[i]) == 1)
            {
                return edges[i];
            }
        }

        throw new InvalidOperationException($"Student at position {student} sends no unit.");
    }

    /// <param name="First">Edge of the units that meet the minimum; <paramref name="Above"/> of those beyond it.</param>
    private sealed record LimitEdges(int Tail, int Head, int Max, int First, int Above);
}
