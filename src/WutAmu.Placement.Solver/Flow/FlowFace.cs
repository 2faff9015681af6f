namespace WutAmu.Placement.Solver.Flow;

/// <summary>
/// A flow and the set of all flows equal to it in every objective so far (the optimal face): open arcs and bounds, narrowed by complementary slackness.
/// </summary>
internal sealed class FlowFace
{
    /// <summary>Greatest cost, and greatest cost × nodes, that the primal-dual method takes: its phases are as many as there are path lengths.</summary>
    private const long GreatestSmallCost = 4_096;

    private readonly FlowState state;
    private readonly FlowAlgorithm algorithm;
    private readonly int[] costs;

    private FlowFace(PlacementNetwork network, FlowAlgorithm algorithm)
    {
        Network = network;
        this.algorithm = algorithm;
        state = new(network);
        costs = new int[network.Head.Length];
    }

    public PlacementNetwork Network { get; }

    /// <summary>True if OR-Tools solved a level.</summary>
    public bool UsedOrTools { get; private set; }

    /// <summary>Through each node to the one above; the root has none.</summary>
    public ReadOnlySpan<int> Flow => state.Flow;

    /// <summary>What the student has; null: unplaced.</summary>
    public Option? OptionOf(int student) => state.OptionAt[state.At[student]] is var option && option < 0 ? null : Network.Roster.OptionsOf(student)[option];

    /// <summary>All flows that meet the bounds.</summary>
    /// <returns>Null if there is none; then <paramref name="pricesOfInfeasibility"/> proves it (see <c>Certificate.WorstRank</c>), else it is empty.</returns>
    public static FlowFace? Feasible(PlacementNetwork network, FlowAlgorithm algorithm, CancellationToken cancellationToken, out long[] pricesOfInfeasibility)
    {
        pricesOfInfeasibility = [];
        for (var s = 0; s < network.StudentCount; s++)
        {
            if (network.First[s] == network.First[s + 1])
            {
                return null;
            }
        }

        for (var node = 0; node < network.Root; node++)
        {
            if (network.Min[node] > network.Max[node])
            {
                return null;
            }
        }

        var face = new FlowFace(network, algorithm);
        face.TakeWhatIsFree();
        // Nothing is asked for and everybody may stay unplaced: the start is a flow.
        if (network.Instance.Pinned.Length == 0 && network.Min.All(min => min == 0))
        {
            return face;
        }

        var search = new PrimalDual(face.state, face.costs);
        if (search.Solve(cancellationToken))
        {
            return face;
        }

        // Whoever is stuck can be raised for ever: far enough to exceed every total of one level.
        var raise = 4L * (network.StudentCount + 1L);
        pricesOfInfeasibility = [.. search.Prices.Select((price, node) => (search.Stuck[node] ? raise : 0) - (search.Stuck[network.Root] ? raise : 0) + price - search.Prices[network.Root])];
        return null;
    }

    /// <summary>Moves to the flow of least cost on the face, and narrows the face to the flows of that cost.</summary>
    /// <returns>The total, and node prices that prove it least (root 0).</returns>
    public (long Total, long[] Prices) Minimise(Func<int, Option?, long> costOf, CancellationToken cancellationToken)
    {
        var greatest = 0L;
        var roster = Network.Roster;
        long[]? great = null;
        for (var s = 0; s < state.StudentCount; s++)
        {
            var options = roster.OptionsOf(s);
            for (var a = state.First[s]; a < state.End[s]; a++)
            {
                var option = state.OptionAt[a];
                var cost = costOf(s, option < 0 ? null : options[option]);
                greatest = Math.Max(greatest, Math.Abs(cost));
                if (great is not null)
                {
                    great[a] = cost;
                }
                else if (greatest > GreatestSmallCost)
                {
                    great = new long[costs.Length];
                    Array.Copy(costs, great, a);
                    great[a] = cost;
                }
                else
                {
                    costs[a] = (int)cost;
                }
            }
        }

        if (great is null && algorithm == FlowAlgorithm.Automatic)
        {
            var search = new PrimalDual(state, costs);
            if (!search.Solve(cancellationToken))
            {
                throw new InvalidOperationException("A face has a flow, and none was found.");
            }

            return (Narrow(a => costs[a], search.Prices), Array.ConvertAll(search.Prices, price => (long)price));
        }

        UsedOrTools = true;
        great ??= [.. costs.Select(cost => (long)cost)];
        var prices = OrToolsFlow.Solve(state, great, cancellationToken);
        return (Narrow(a => great[a], prices), prices);
    }

    /// <summary>
    /// Serves students in <paramref name="order"/>: each gets the best rank that some flow of the face gives while keeping the earlier students' ranks;
    /// then, in the same order, the ordinally smallest offer of that rank. Unplaced is worse than off-list, off-list worse than any rank.
    /// </summary>
    public void ServeInOrder(IReadOnlyList<int> order, CancellationToken cancellationToken) => new OrderOfService(Network, state).Serve(order, cancellationToken);

    // A start near the end: first come, first served.
    private void TakeWhatIsFree()
    {
        var inflow = new int[state.Root + 1];
        for (var s = 0; s < state.StudentCount; s++)
        {
            var taken = state.First[s];
            for (var a = state.First[s]; a < state.End[s]; a++)
            {
                if (HasRoom(state.Head[a]))
                {
                    taken = a;
                    break;
                }
            }

            state.Move(s, taken);
            for (var node = state.Head[taken]; node != state.Root; node = state.Above[node])
            {
                inflow[node]++;
            }
        }

        Array.Copy(inflow, state.Flow, state.Root);

        bool HasRoom(int node)
        {
            for (; node != state.Root; node = state.Above[node])
            {
                if (inflow[node] >= state.Max[node])
                {
                    return false;
                }
            }

            return true;
        }
    }

    /// <summary>Complementary slackness: what costs more than it is worth at these prices is in no optimum.</summary>
    private long Narrow<T>(Func<int, long> costOf, T[] prices)
        where T : struct, System.Numerics.IBinaryInteger<T>
    {
        var price = Array.ConvertAll(prices, long.CreateChecked);
        var total = 0L;
        for (var s = 0; s < state.StudentCount; s++)
        {
            var at = state.At[s];
            total = checked(total + costOf(at));
            var least = costOf(at) + price[state.Head[at]];
            for (var a = state.End[s] - 1; a >= state.First[s]; a--)
            {
                if (costOf(a) + price[state.Head[a]] > least)
                {
                    state.Close(s, a);
                }
            }
        }

        for (var node = 0; node < state.Root; node++)
        {
            if (price[state.Above[node]] != price[node])
            {
                state.Min[node] = state.Flow[node];
                state.Max[node] = state.Flow[node];
            }
        }

        return total;
    }
}
