using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// The claimed matching as a flow of the network that <see cref="Certificate"/> describes, and which of its arcs may still change without
/// changing an objective checked so far. Side constraints, minima that hold only if open among them, are left out.
/// </summary>
internal sealed class TightNetwork
{
    private readonly Claim claim;

    // Arcs of student s: from start[s] to before start[s + 1]; those still in the face lie before end[s]. Offer position or Unplaced.
    private readonly int[] start;
    private readonly int[] end;
    private readonly int[] arcs;

    // Capacity nodes: offers, then supervisors, then hosts; each has one arc up.
    private readonly int[] above;
    private readonly long[] flow;
    private readonly long[] min;
    private readonly long[] max;
    private readonly int supervisorStart;
    private readonly int hostStart;
    private readonly int root;
    private (List<int>[] Nodes, List<int>[] Students)? belowCache;

    // Marks of the searches: what a round has seen carries its number.
    private readonly int[] seen;
    private readonly int[] seenStudent;
    private int round;

    public TightNetwork(Claim claim, long? worstRank)
    {
        this.claim = claim;
        var instance = claim.Instance;
        supervisorStart = instance.Offers.Length;
        hostStart = supervisorStart + instance.Supervisors.Length;
        root = hostStart + instance.Hosts.Length;
        above = new int[root];
        flow = new long[root];
        min = new long[root];
        max = new long[root];
        var n = instance.Students.Length;
        for (var o = 0; o < instance.Offers.Length; o++)
        {
            var offer = instance.Offers[o];
            above[o] = offer.Supervisor is { } supervisor ? supervisorStart + claim.SupervisorAt[supervisor] : hostStart + claim.HostAt[offer.Host];
            (min[o], max[o]) = (offer.Opening == Opening.Always ? offer.Min : 0, Math.Min(offer.Max, n));
        }

        for (var v = 0; v < instance.Supervisors.Length; v++)
        {
            above[supervisorStart + v] = hostStart + claim.HostAt[instance.Supervisors[v].Host];
            (min[supervisorStart + v], max[supervisorStart + v]) = (instance.Supervisors[v].Min, Math.Min(instance.Supervisors[v].Max ?? n, n));
        }

        for (var h = 0; h < instance.Hosts.Length; h++)
        {
            above[hostStart + h] = root;
            (min[hostStart + h], max[hostStart + h]) = (instance.Hosts[h].Opening == Opening.Always ? instance.Hosts[h].Min : 0, Math.Min(instance.Hosts[h].Max ?? n, n));
        }

        start = new int[n + 1];
        var all = new List<int>(n * 4);
        for (var s = 0; s < n; s++)
        {
            var pinned = claim.PinOf.Count > 0 && claim.PinOf.ContainsKey(instance.Students[s].Id);
            var bounded = worstRank is not null && !pinned && claim.HasList(s);
            foreach (var offer in claim.OptionsOf(s))
            {
                if (!bounded || (claim.RankOf(s, offer) ?? claim.WorstRankOfAll + 1) <= worstRank)
                {
                    all.Add(offer);
                }
            }

            if (!pinned)
            {
                all.Add(Claim.Unplaced);
            }

            start[s + 1] = all.Count;
            if (claim.Given[s] != Claim.Unplaced)
            {
                for (var node = claim.Given[s]; node != root; node = above[node])
                {
                    flow[node]++;
                }
            }
        }

        arcs = [.. all];
        end = start[1..];
        seen = new int[root + 1];
        seenStudent = new int[n];
    }

    /// <summary>Checks complementary slackness of one phase on what the earlier phases left open, and closes what it decides.</summary>
    /// <returns>The first violation; null if the phase is proven.</returns>
    public string? Narrow(Func<int, int, Int128> weight, CertificatePhase phase)
    {
        var price = Prices(phase);
        var values = new List<Int128>();
        for (var s = 0; s < end.Length; s++)
        {
            // One arc left, and it is theirs: at no price is there another.
            if (end[s] - start[s] == 1 && arcs[start[s]] == claim.Given[s])
            {
                continue;
            }

            values.Clear();
            Int128? given = null;
            var least = Int128.MaxValue;
            for (var a = start[s]; a < end[s]; a++)
            {
                var value = weight(s, arcs[a]) + PriceOf(price, arcs[a]);
                values.Add(value);
                least = value < least ? value : least;
                if (arcs[a] == claim.Given[s])
                {
                    given = value;
                }
            }

            if (given != least)
            {
                return $"student \"{claim.Instance.Students[s].Id}\" has a better alternative at these prices.";
            }

            for (var i = values.Count - 1; i >= 0; i--)
            {
                if (values[i] > least)
                {
                    CloseAt(s, start[s] + i);
                }
            }
        }

        for (var node = 0; node < root; node++)
        {
            var reduced = (above[node] == root ? 0 : price[above[node]]) - price[node];
            if ((reduced < 0 && flow[node] < max[node]) || (reduced > 0 && flow[node] > min[node]))
            {
                return $"{Name(node)} could take {(reduced < 0 ? "more" : "fewer")} at these prices.";
            }

            if (reduced != 0)
            {
                min[node] = flow[node];
                max[node] = flow[node];
            }
        }

        return null;
    }

    /// <summary>Lower bound on the least total weight, for any prices whatever (weak duality).</summary>
    public Int128 DualValue(Func<int, int, Int128> weight, CertificatePhase phase)
    {
        var price = Prices(phase);
        Int128 value = 0;
        for (var s = 0; s < end.Length; s++)
        {
            // No arc at all: no flow, any bound holds.
            if (start[s] == start[s + 1])
            {
                return Int128.MaxValue;
            }

            var least = Int128.MaxValue;
            for (var a = start[s]; a < start[s + 1]; a++)
            {
                var cost = weight(s, arcs[a]) + PriceOf(price, arcs[a]);
                least = cost < least ? cost : least;
            }

            value += least;
        }

        for (var node = 0; node < root; node++)
        {
            var reduced = (above[node] == root ? 0 : price[above[node]]) - price[node];
            value += reduced > 0 ? reduced * min[node] : reduced * max[node];
        }

        return value;
    }

    /// <summary>In <paramref name="order"/>: nobody could have a better rank, then an ordinally smaller offer, while the earlier ones keep theirs.</summary>
    /// <returns>The first student who could; null if there is none.</returns>
    public string? FirstUnfairService(int[] order)
    {
        int RankOrWorse(int student, int offer) => offer == Claim.Unplaced ? int.MaxValue : claim.RankOf(student, offer) ?? claim.WorstRankOfAll + 1;
        foreach (var student in order)
        {
            var mine = RankOrWorse(student, claim.Given[student]);
            foreach (var offer in OpenOf(student))
            {
                if (RankOrWorse(student, offer) < mine && CanExchange(student, offer))
                {
                    return $"student \"{claim.Instance.Students[student].Id}\" is served before others and could have \"{claim.Instance.Offers[offer].Id}\" with every level unchanged.";
                }
            }

            Close(student, offer => RankOrWorse(student, offer) != mine);
        }

        foreach (var student in order.Where(student => claim.Given[student] != Claim.Unplaced))
        {
            var mine = claim.Instance.Offers[claim.Given[student]].Id;
            foreach (var offer in OpenOf(student))
            {
                if (offer != Claim.Unplaced && string.CompareOrdinal(claim.Instance.Offers[offer].Id, mine) < 0 && CanExchange(student, offer))
                {
                    return $"student \"{claim.Instance.Students[student].Id}\" could have the ordinally smaller offer \"{claim.Instance.Offers[offer].Id}\" of the same rank.";
                }
            }

            Close(student, offer => offer != claim.Given[student]);
        }

        return null;
    }

    /// <summary>Nothing but what the student has stays open to them.</summary>
    public void Settle(int student) => Close(student, offer => offer != claim.Given[student]);

    private ReadOnlySpan<int> OpenOf(int student) => arcs.AsSpan(start[student], end[student] - start[student]);

    private void Close(int student, Func<int, bool> isClosed)
    {
        for (var a = end[student] - 1; a >= start[student]; a--)
        {
            if (isClosed(arcs[a]))
            {
                CloseAt(student, a);
            }
        }
    }

    // The last open arc takes its place.
    private void CloseAt(int student, int arc)
    {
        var last = --end[student];
        (arcs[arc], arcs[last]) = (arcs[last], arcs[arc]);
    }

    // A unit entering at the wanted offer must be able to leave where the student's unit left: depth first over open residual arcs.
    private bool CanExchange(int student, int wanted)
    {
        var goal = claim.Given[student] == Claim.Unplaced ? root : claim.Given[student];
        var below = Below();
        round++;
        seenStudent[student] = round;
        var stack = new Stack<int>([wanted]);
        seen[wanted] = round;
        while (stack.TryPop(out var node))
        {
            if (node == goal)
            {
                return true;
            }

            if (node != root && flow[node] < max[node])
            {
                Visit(above[node]);
            }

            foreach (var child in below.Nodes[node])
            {
                if (flow[child] > min[child])
                {
                    Visit(child);
                }
            }

            foreach (var other in below.Students[node])
            {
                if (seenStudent[other] == round)
                {
                    continue;
                }

                seenStudent[other] = round;
                foreach (var offer in OpenOf(other))
                {
                    Visit(offer == Claim.Unplaced ? root : offer);
                }
            }
        }

        return false;

        void Visit(int next)
        {
            if (seen[next] != round)
            {
                seen[next] = round;
                stack.Push(next);
            }
        }
    }

    private (List<int>[] Nodes, List<int>[] Students) Below()
    {
        if (belowCache is { } cached)
        {
            return cached;
        }

        var nodes = new List<int>[root + 1];
        var students = new List<int>[root + 1];
        for (var node = 0; node <= root; node++)
        {
            (nodes[node], students[node]) = ([], []);
        }

        for (var node = 0; node < root; node++)
        {
            nodes[above[node]].Add(node);
        }

        for (var s = 0; s < claim.Given.Length; s++)
        {
            students[claim.Given[s] == Claim.Unplaced ? root : claim.Given[s]].Add(s);
        }

        belowCache = (nodes, students);
        return (nodes, students);
    }

    private static Int128 PriceOf(Int128[] price, int offer) => offer == Claim.Unplaced ? 0 : price[offer];

    private Int128[] Prices(CertificatePhase phase)
    {
        var price = new Int128[root];
        Fill(phase.Offers, claim.OfferAt, 0);
        Fill(phase.Supervisors, claim.SupervisorAt, supervisorStart);
        Fill(phase.Hosts, claim.HostAt, hostStart);
        return price;

        void Fill(IReadOnlyDictionary<string, long> stated, Dictionary<string, int> positions, int start)
        {
            foreach (var (id, value) in stated)
            {
                if (positions.TryGetValue(id, out var position))
                {
                    price[start + position] = value;
                }
            }
        }
    }

    private string Name(int node) =>
        node < supervisorStart ? $"offer \"{claim.Instance.Offers[node].Id}\""
        : node < hostStart ? $"supervisor \"{claim.Instance.Supervisors[node - supervisorStart].Id}\""
        : $"host \"{claim.Instance.Hosts[node - hostStart].Id}\"";
}
