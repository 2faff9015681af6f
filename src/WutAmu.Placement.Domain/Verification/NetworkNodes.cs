using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// The capacity nodes of the network that <see cref="Certificate"/> describes: offers, then supervisors, then hosts, each with one arc up, at last to the root. A quota that counts
/// everybody below one node is a bound of that node; other side constraints, minima that hold only if open among them, are left out.
/// </summary>
internal sealed class NetworkNodes
{
    private readonly Claim claim;

    public NetworkNodes(Claim claim)
    {
        this.claim = claim;
        var instance = claim.Instance;
        SupervisorStart = instance.Offers.Length;
        HostStart = SupervisorStart + instance.Supervisors.Length;
        Root = HostStart + instance.Hosts.Length;
        Above = new int[Root];
        Flow = new long[Root];
        Min = new long[Root];
        Max = new long[Root];
        var n = instance.Students.Length;
        for (var o = 0; o < instance.Offers.Length; o++)
        {
            var offer = instance.Offers[o];
            Above[o] = offer.Supervisor is { } supervisor ? SupervisorStart + claim.SupervisorAt[supervisor] : HostStart + claim.HostOf[o];
            (Min[o], Max[o]) = (offer.Opening == Opening.Always ? offer.Min : 0, Math.Min(offer.Max, n));
        }

        for (var v = 0; v < instance.Supervisors.Length; v++)
        {
            Above[SupervisorStart + v] = HostStart + claim.HostAt[instance.Supervisors[v].Host];
            (Min[SupervisorStart + v], Max[SupervisorStart + v]) = (instance.Supervisors[v].Min, Math.Min(instance.Supervisors[v].Max ?? n, n));
        }

        for (var h = 0; h < instance.Hosts.Length; h++)
        {
            Above[HostStart + h] = Root;
            (Min[HostStart + h], Max[HostStart + h]) = (instance.Hosts[h].Opening == Opening.Always ? instance.Hosts[h].Min : 0, Math.Min(instance.Hosts[h].Max ?? n, n));
        }

        foreach (var quota in instance.Quotas)
        {
            if (NodeUnder(quota) is var node && node >= 0)
            {
                Max[node] = Math.Min(Max[node], quota.Max ?? n);
                Min[node] = Math.Max(Min[node], quota.Min == 0 ? 0 : Math.Max(quota.Min, LeastIfOpen(node)));
            }
        }

        foreach (var given in claim.Given)
        {
            for (var node = given == Claim.Unplaced ? Root : given; node != Root; node = Above[node])
            {
                Flow[node]++;
            }
        }
    }

    public int SupervisorStart { get; }

    public int HostStart { get; }

    /// <summary>Comes after all nodes, and is none of them.</summary>
    public int Root { get; }

    /// <summary>By node.</summary>
    public int[] Above { get; }

    /// <summary>How many the claim has at each node.</summary>
    public long[] Flow { get; }

    public long[] Min { get; }

    public long[] Max { get; }

    /// <summary>True: the bounds of nodes are all that the instance asks for. Open with at least one, or closed with nobody, forbids nothing; and what must have somebody is open.</summary>
    public bool HoldEverything()
    {
        var instance = claim.Instance;
        var nodes = instance.Quotas.Select(quota => (Node: NodeUnder(quota), quota.Min)).ToList();
        var open = nodes.Where(quota => quota.Min > 0).Select(quota => quota.Node).ToHashSet();
        return instance.Together.Length + instance.Apart.Length == 0
            && nodes.TrueForAll(quota => quota.Node >= 0)
            && Enumerable.Range(0, instance.Hosts.Length).All(h => instance.Hosts[h] is not { Opening: Opening.IfOpen, Min: > 1 } || open.Contains(HostStart + h))
            && Enumerable.Range(0, instance.Offers.Length).All(o => instance.Offers[o] is not { Opening: Opening.IfOpen, Min: > 1 } || open.Contains(o));
    }

    /// <summary>The price that each phase states for each node; 0 where it states none.</summary>
    /// <returns>Of node v in phase p at v * phases + p: what one look at a node asks for lies together.</returns>
    public T[] Prices<T>(ReadOnlySpan<CertificatePhase> phases)
        where T : struct, System.Numerics.IBinaryInteger<T>
    {
        var width = phases.Length;
        var prices = new T[Root * width];
        for (var p = 0; p < width; p++)
        {
            Fill(phases[p].Offers, claim.OfferAt, 0, p);
            Fill(phases[p].Supervisors, claim.SupervisorAt, SupervisorStart, p);
            Fill(phases[p].Hosts, claim.HostAt, HostStart, p);
        }

        return prices;

        void Fill(IReadOnlyDictionary<string, long> stated, IdPositions positions, int start, int phase)
        {
            foreach (var (id, value) in stated)
            {
                if (positions.TryGetValue(id, out var position))
                {
                    prices[((start + position) * width) + phase] = T.CreateTruncating(value);
                }
            }
        }
    }

    public string NameOf(int node) =>
        node < SupervisorStart ? $"offer \"{claim.Instance.Offers[node].Id}\""
        : node < HostStart ? $"supervisor \"{claim.Instance.Supervisors[node - SupervisorStart].Id}\""
        : $"host \"{claim.Instance.Hosts[node - HostStart].Id}\"";

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
        for (var node = first; node != Root; node = Above[node])
        {
            var (under, counted) = (0, 0);
            for (var o = 0; o < offers.Length; o++)
            {
                if (o == node || Above[o] == node || Above[Above[o]] == node)
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
        node < SupervisorStart ? claim.Instance.Offers[node].Min : node < HostStart ? claim.Instance.Supervisors[node - SupervisorStart].Min : claim.Instance.Hosts[node - HostStart].Min;
}
