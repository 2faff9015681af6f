using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Looks for the fewest students who cannot all be placed. For every set U of nodes no more than f(U) students can be placed whose choices all lie in U: the maxima of limits on
/// the way out of U, less the minima of those on the way in, less the pins in U. So the smallest group has one student more than the least f(U) of a U with more than f(U) such students.
/// Finding it is as hard as finding a clique; here branch and bound on who belongs to it, with the bound of Lagrange's multiplier for "more than f(U)": each one a minimum cut.
/// </summary>
internal sealed class SmallestGroup
{
    // What the multiplier makes of a capacity stays below the capacity that is endless.
    private const long GreatestMultiplier = 1L << 20;

    private readonly PlacementNetwork network;
    private readonly int[] students;
    private readonly int[] nodes;
    private readonly int[] indexOf;
    private readonly MinimumCut cut;
    private readonly int[] supplyArc;
    private readonly int[] upArc;
    private readonly long[] upCapacity;
    private readonly int[] gainArc;
    private readonly int[] lossArc;
    private readonly long[] own;
    private readonly int[][] options;
    private readonly List<int> endlessArcs = [];
    private readonly State[] states;
    private readonly bool[] inside;
    private readonly long mostSteps;
    private long fewest;
    private bool complete = true;

    /// <param name="students">Everybody whom some matching of most placed leaves out, pins apart.</param>
    /// <param name="reached">The nodes that all of them reach by exchanges.</param>
    /// <param name="pins">By node: how many are pinned there.</param>
    /// <param name="mostSteps">Arcs that may be looked at.</param>
    public SmallestGroup(PlacementNetwork network, int[] students, bool[] reached, int[] pins, long mostSteps)
    {
        this.network = network;
        this.students = students;
        this.mostSteps = mostSteps;
        nodes = [.. Enumerable.Range(0, network.Root).Where(node => reached[node])];
        indexOf = new int[network.NodeCount];
        Array.Fill(indexOf, -1);
        for (var i = 0; i < nodes.Length; i++)
        {
            indexOf[nodes[i]] = i;
        }

        states = new State[students.Length];
        inside = new bool[nodes.Length];
        options = [.. students.Select(OptionsOf)];
        var (source, sink, studentStart) = (0, 1, 2 + nodes.Length);
        cut = new(studentStart + students.Length, source, sink);
        own = new long[nodes.Length];
        (upArc, upCapacity, gainArc, lossArc) = (new int[nodes.Length], new long[nodes.Length], new int[nodes.Length], new int[nodes.Length]);
        for (var i = 0; i < nodes.Length; i++)
        {
            var node = nodes[i];
            own[i] += network.Min[node] - pins[node];
            var above = indexOf[network.Above[node]];
            (upArc[i], upCapacity[i]) = (cut.Add(2 + i, above < 0 ? sink : 2 + above), network.Max[node] - network.Min[node]);
            (gainArc[i], lossArc[i]) = (cut.Add(source, 2 + i), cut.Add(2 + i, sink));
        }

        for (var node = 0; node < network.Root; node++)
        {
            if (indexOf[network.Above[node]] is var above && above >= 0)
            {
                own[above] -= network.Min[node];
            }
        }

        supplyArc = new int[students.Length];
        for (var s = 0; s < students.Length; s++)
        {
            supplyArc[s] = cut.Add(source, studentStart + s);
            endlessArcs.AddRange(options[s].Select(option => cut.Add(studentStart + s, 2 + option)));
        }
    }

    private enum State
    {
        Open,
        In,
        Out,
    }

    /// <summary>Students among whom there is a group of less than <paramref name="known"/>, the smallest found; null: none was found.</summary>
    /// <param name="known">Size of the smallest group known.</param>
    /// <returns>Proven: no group is smaller than that, or than the known one.</returns>
    public (int[]? Students, bool Proven) Find(int known)
    {
        fewest = known - 1;
        int[]? best = null;
        Branch();
        return (best is null ? null : Array.ConvertAll(best, s => students[s]), complete);

        void Branch()
        {
            if (!complete || Bound(out var low, out var high) is not { } least || least >= fewest)
            {
                return;
            }

            // Who is beyond the least places without too many students, and within the fewest places with too many.
            var next = high.Where(student => states[student] == State.Open && !low.Contains(student)).DefaultIfEmpty(-1).First();
            if (next < 0)
            {
                throw new InvalidOperationException("Too many students for the places are all within a set that has places enough.");
            }

            states[next] = State.In;
            Branch();
            states[next] = State.Out;
            Branch();
            states[next] = State.Open;
        }

        // No f(U) is less here, with U holding all that are in, and counting none that are out; null: nothing is there.
        long? Bound(out HashSet<int> low, out int[] high)
        {
            (low, high) = ([], []);
            if (Solve(0, 1) is not { } least)
            {
                return null;
            }

            if (least.Excess >= 1 || Solve(1, 0) is not { Excess: >= 1 } most)
            {
                return null;
            }

            (low, high) = ([.. least.Inside], most.Inside);
            while (complete && most.Places > least.Places)
            {
                var (p, q) = (most.Places - least.Places, (long)most.Excess - least.Excess);
                if (p > GreatestMultiplier || q > GreatestMultiplier || Solve(p, q) is not { } middle)
                {
                    break;
                }

                var (value, line) = ((q * middle.Places) + (p * (1 - middle.Excess)), (q * least.Places) + (p * (1 - least.Excess)));
                if (value >= line || (value + q - 1) / q >= fewest)
                {
                    return value <= 0 ? 0 : (value + q - 1) / q;
                }

                if (middle.Excess >= 1)
                {
                    (most, high) = (middle, middle.Inside);
                }
                else
                {
                    (least, low) = (middle, [.. middle.Inside]);
                }
            }

            return least.Places;
        }

        // The U of least (p + q) f(U) − p × students inside; null: no more steps.
        Set? Solve(long p, long q)
        {
            for (var i = 0; i < nodes.Length; i++)
            {
                cut.SetCapacity(upArc[i], (p + q) * upCapacity[i]);
                cut.SetCapacity(gainArc[i], (p + q) * Math.Max(0, -own[i]));
                cut.SetCapacity(lossArc[i], (p + q) * Math.Max(0, own[i]));
            }

            endlessArcs.ForEach(arc => cut.SetCapacity(arc, MinimumCut.Endless));
            for (var s = 0; s < students.Length; s++)
            {
                cut.SetCapacity(supplyArc[s], states[s] switch { State.In => MinimumCut.Endless, State.Out => 0, _ => p });
            }

            if (!cut.Find(mostSteps))
            {
                complete = false;
                return null;
            }

            var set = Read();
            if (set.Excess >= 1 && set.Places < fewest)
            {
                (fewest, best) = (set.Places, set.Inside);
            }

            return set;
        }
    }

    private Set Read()
    {
        var places = 0L;
        for (var i = 0; i < nodes.Length; i++)
        {
            inside[i] = cut.IsOnSourceSide(2 + i);
        }

        for (var i = 0; i < nodes.Length; i++)
        {
            if (inside[i])
            {
                var above = indexOf[network.Above[nodes[i]]];
                places += own[i] + (above < 0 || !inside[above] ? upCapacity[i] : 0);
            }
        }

        int[] within = [.. Enumerable.Range(0, students.Length).Where(s => states[s] != State.Out && Array.TrueForAll(options[s], option => inside[option]))];
        return new(places, within.Length - places, within);
    }

    private int[] OptionsOf(int student)
    {
        var mine = new List<int>();
        for (var a = network.First[student]; a < network.First[student + 1]; a++)
        {
            if (network.OptionAt[a] != PlacementNetwork.Unplaced)
            {
                mine.Add(indexOf[network.Head[a]]);
            }
        }

        return [.. mine];
    }

    /// <param name="Places">f(U).</param>
    /// <param name="Excess">How many more students have all their choices inside.</param>
    /// <param name="Inside">Those, by their position among the students.</param>
    private sealed record Set(long Places, long Excess, int[] Inside);
}
