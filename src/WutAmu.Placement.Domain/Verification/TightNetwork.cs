using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// The claimed matching as a flow of the network that <see cref="Certificate"/> describes, and which of its arcs may still change without
/// changing an objective checked so far. A quota that counts everybody below one node is a bound of that node; other side constraints, minima that hold only if open among
/// them, are left out.
/// </summary>
internal sealed class TightNetwork
{
    private readonly Claim claim;

    // Arcs of student s: from start[s] to before start[s + 1]; those still in the face lie before end[s]. Offer position or Unplaced.
    private readonly int[] start;
    private readonly int[] end;
    private readonly int[] arcs;

    // Of each arc: the offer's rank; 0: not a choice of the student, or unplaced.
    private readonly int[] ranks;

    // Capacity nodes: offers, then supervisors, then hosts; each has one arc up.
    private readonly int[] above;
    private readonly long[] flow;
    private readonly long[] min;
    private readonly long[] max;
    private readonly int supervisorStart;
    private readonly int hostStart;
    private readonly int root;

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
            above[o] = offer.Supervisor is { } supervisor ? supervisorStart + claim.SupervisorAt[supervisor] : hostStart + claim.HostOf[o];
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

        foreach (var quota in instance.Quotas)
        {
            if (NodeUnder(quota) is var node && node >= 0)
            {
                max[node] = Math.Min(max[node], quota.Max ?? n);
                min[node] = Math.Max(min[node], quota.Min == 0 ? 0 : Math.Max(quota.Min, LeastIfOpen(node)));
            }
        }

        start = new int[n + 1];
        arcs = new int[CountArcs()];
        ranks = new int[arcs.Length];
        var at = 0;
        for (var s = 0; s < n; s++)
        {
            var pinned = claim.PinAt[s] != Claim.Unplaced;
            var bound = worstRank is { } worst && !pinned && claim.HasList(s) ? worst : long.MaxValue;
            if (!pinned && !instance.Students[s].UnrankedAcceptable)
            {
                var chosen = claim.ChosenBy(s);
                var rank = claim.RanksOf(s);
                for (var c = 0; c < chosen.Length; c++)
                {
                    if (rank[c] <= bound && claim.Admits(chosen[c], s) && !claim.IsForbidden(s, chosen[c]))
                    {
                        (arcs[at], ranks[at]) = (chosen[c], rank[c]);
                        at++;
                    }
                }
            }
            else
            {
                foreach (var offer in claim.OptionsOf(s))
                {
                    var rank = claim.RankOf(s, offer);
                    if ((rank ?? claim.WorstRankOfAll + 1) <= bound)
                    {
                        (arcs[at], ranks[at]) = (offer, rank ?? 0);
                        at++;
                    }
                }
            }

            if (!pinned)
            {
                arcs[at++] = Claim.Unplaced;
            }

            start[s + 1] = at;
            if (claim.Given[s] != Claim.Unplaced)
            {
                for (var node = claim.Given[s]; node != root; node = above[node])
                {
                    flow[node]++;
                }
            }
        }

        end = start[1..];
    }

    /// <summary>The node all of whose students, and no others, a quota counts; -1: there is none.</summary>
    private int NodeUnder(Quota quota)
    {
        var offers = claim.Instance.Offers;
        var (first, count) = (-1, 0);
        for (var o = 0; o < offers.Length; o++)
        {
            if (Claim.CountsAt(quota, offers[o]))
            {
                (first, count) = (first < 0 ? o : first, count + 1);
            }
        }

        if (quota.Programmes is not null || first < 0)
        {
            return -1;
        }

        // The lowest that is over as many offers as are counted, all of them: a quota of one offer lies at that.
        for (var node = first; node != root; node = above[node])
        {
            var (under, counted) = (0, 0);
            for (var o = 0; o < offers.Length; o++)
            {
                if (o == node || above[o] == node || above[above[o]] == node)
                {
                    under++;
                    counted += Claim.CountsAt(quota, offers[o]) ? 1 : 0;
                }
            }

            if (under == counted && counted == count)
            {
                return node;
            }
        }

        return -1;
    }

    /// <summary>What a host or offer that must be open takes at least.</summary>
    private int LeastIfOpen(int node) =>
        node < supervisorStart ? claim.Instance.Offers[node].Min : node < hostStart ? claim.Instance.Supervisors[node - supervisorStart].Min : claim.Instance.Hosts[node - hostStart].Min;

    /// <summary>True: the bounds of nodes are all that the instance asks for. Open with at least one, or closed with nobody, forbids nothing; and what must have somebody is open.</summary>
    public bool HoldsEverything()
    {
        var instance = claim.Instance;
        var nodes = instance.Quotas.Select(quota => (Node: NodeUnder(quota), quota.Min)).ToList();
        var open = nodes.Where(quota => quota.Min > 0).Select(quota => quota.Node).ToHashSet();
        return instance.Together.Length + instance.Apart.Length == 0
            && nodes.TrueForAll(quota => quota.Node >= 0)
            && Enumerable.Range(0, instance.Hosts.Length).All(h => instance.Hosts[h] is not { Opening: Opening.IfOpen, Min: > 1 } || open.Contains(hostStart + h))
            && Enumerable.Range(0, instance.Offers.Length).All(o => instance.Offers[o] is not { Opening: Opening.IfOpen, Min: > 1 } || open.Contains(o));
    }

    private int CountArcs()
    {
        var instance = claim.Instance;
        var count = 0;
        for (var s = 0; s < instance.Students.Length; s++)
        {
            count += claim.PinAt[s] != Claim.Unplaced ? 1 : 1 + (instance.Students[s].UnrankedAcceptable ? instance.Offers.Length : claim.ChosenBy(s).Length);
        }

        return count;
    }

    /// <summary>Checks complementary slackness of one phase on what the earlier phases left open, and closes what it decides.</summary>
    /// <returns>The first violation; null if the phase is proven.</returns>
    public string? Narrow(Func<int, int, int, Int128> weight, CertificatePhase phase)
    {
        var price = Prices(phase);
        var values = new Int128[16];
        for (var s = 0; s < end.Length; s++)
        {
            // One arc left, and it is theirs: at no price is there another.
            if (end[s] - start[s] == 1 && arcs[start[s]] == claim.Given[s])
            {
                continue;
            }

            var open = end[s] - start[s];
            if (values.Length < open)
            {
                values = new Int128[2 * open];
            }

            Int128? given = null;
            var least = Int128.MaxValue;
            for (var i = 0; i < open; i++)
            {
                var offer = arcs[start[s] + i];
                var value = weight(s, offer, ranks[start[s] + i]) + PriceOf(price, offer);
                values[i] = value;
                least = value < least ? value : least;
                if (offer == claim.Given[s])
                {
                    given = value;
                }
            }

            if (given != least)
            {
                return $"student \"{claim.Instance.Students[s].Id}\" has a better alternative at these prices.";
            }

            for (var i = open - 1; i >= 0; i--)
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
    public Int128 DualValue(Func<int, int, int, Int128> weight, CertificatePhase phase)
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
                var cost = weight(s, arcs[a], ranks[a]) + PriceOf(price, arcs[a]);
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

    /// <summary>In <paramref name="order"/>: nobody could have a better rank, then an ordinally smaller offer, while the earlier ones keep theirs. Nothing else is asked of the face after it.</summary>
    /// <returns>The first student who could; null if there is none.</returns>
    public string? FirstUnfairService(int[] order) => new ServiceCheck(claim, new(start, end, arcs, ranks, above, flow, min, max)).FirstUnfair(order);

    /// <summary>Nothing but what the student has stays open to them.</summary>
    public void Settle(int student) => Close(student, offer => offer != claim.Given[student]);

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
        (ranks[arc], ranks[last]) = (ranks[last], ranks[arc]);
    }

    private static Int128 PriceOf(Int128[] price, int offer) => offer == Claim.Unplaced ? 0 : price[offer];

    private Int128[] Prices(CertificatePhase phase)
    {
        var price = new Int128[root];
        Fill(phase.Offers, claim.OfferAt, 0);
        Fill(phase.Supervisors, claim.SupervisorAt, supervisorStart);
        Fill(phase.Hosts, claim.HostAt, hostStart);
        return price;

        void Fill(IReadOnlyDictionary<string, long> stated, IdPositions positions, int start)
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
