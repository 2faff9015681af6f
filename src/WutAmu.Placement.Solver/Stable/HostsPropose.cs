namespace WutAmu.Placement.Solver.Stable;

/// <summary>
/// Deferred acceptance with hosts proposing: the stable matching that every host likes best (SPA-S-lecturer, Abraham, Irving, Manlove 2007). A host with room proposes
/// the best contract that its capacities allow; a student keeps the best proposal. Time O(m log m) for m contracts.
/// </summary>
internal sealed class HostsPropose
{
    private readonly Contracts contracts;
    private readonly int[] sorted;
    private readonly int[] next;
    private readonly int[] held;
    private readonly int[] given;

    // By supervisor and host: the nodes right below with the best contract under each. Entries that are no longer so stay until they come up.
    private readonly PriorityQueue<int, (long Key, int Contract)>?[] below;
    private readonly int[] queued;
    private readonly Stack<int> hosts = new();
    private ContractChange change;

    // While something is tried: what was, to be brought back (an offer and its next proposal, or a student, as the complement, and their contract), and the offers whose state changed.
    private Stack<(int What, int Was)>? undo;
    private List<int> touched = [];

    /// <param name="like">Of the same contracts, each offer's in the same order; null: they are sorted here.</param>
    internal HostsPropose(Contracts contracts, ContractChange change, HostsPropose? like = null)
    {
        this.contracts = contracts;
        this.change = change;
        next = contracts.FirstOfOffer[..^1];
        held = new int[contracts.NodeCount];
        given = new int[contracts.StudentCount];
        Array.Fill(given, Contracts.None);
        below = new PriorityQueue<int, (long, int)>?[contracts.NodeCount];
        queued = new int[contracts.NodeCount];
        Array.Fill(queued, Contracts.None);
        sorted = (like?.sorted ?? contracts.ByOffer)[..];
        if (like is not null)
        {
            return;
        }

        var keys = Array.ConvertAll(sorted, contract => contracts.Key[contract]);
        for (var offer = 0; offer < contracts.OfferCount; offer++)
        {
            Array.Sort(keys, sorted, contracts.FirstOfOffer[offer], contracts.FirstOfOffer[offer + 1] - contracts.FirstOfOffer[offer]);
        }
    }

    /// <returns>Contract by student, or <see cref="Contracts.None"/>.</returns>
    public static int[] Solve(Contracts contracts, ContractChange change, CancellationToken cancellationToken) => new HostsPropose(contracts, change).Run(Contracts.None, cancellationToken);

    /// <summary>From the beginning. Who proposes when changes nothing in the end: see <see cref="HostsProposeAgain"/>.</summary>
    /// <param name="but">A host that does not propose, or <see cref="Contracts.None"/>.</param>
    internal int[] Run(int but, CancellationToken cancellationToken)
    {
        for (var offer = 0; offer < contracts.OfferCount; offer++)
        {
            Wake(offer);
        }

        for (var node = contracts.OfferCount; node < contracts.NodeCount; node++)
        {
            if (contracts.Above[node] == Contracts.None && node != but)
            {
                hosts.Push(node);
            }
        }

        return GoOn(cancellationToken);
    }

    private int[] GoOn(CancellationToken cancellationToken)
    {
        var filled = 0;
        while (hosts.TryPop(out var host))
        {
            if ((++filled & 0xFFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            Fill(host);
        }

        return given;
    }

    private void Fill(int host)
    {
        while (held[host] < contracts.Max[host] && Best(host) is var contract && contract != Contracts.None)
        {
            var offer = contracts.Offer[contract];
            var student = contracts.Student[contract];
            Advance(offer, next[offer] + 1);
            var had = given[student];
            // Contracts of a student are numbered in their order.
            if (had != Contracts.None && had < contract)
            {
                Wake(offer);
                continue;
            }

            Give(student, contract);
            Wake(offer);
            if (had != Contracts.None)
            {
                hosts.Push(Wake(contracts.Offer[had]));
            }
        }
    }

    private void Give(int student, int contract)
    {
        var had = given[student];
        undo?.Push((~student, had));
        Move(had, -1);
        given[student] = contract;
        Move(contract, 1);
    }

    private void Move(int contract, int change)
    {
        if (contract == Contracts.None)
        {
            return;
        }

        contracts.Count(contracts.Offer[contract], change, held);
        if (undo is not null)
        {
            touched.Add(contracts.Offer[contract]);
        }
    }

    private void Advance(int offer, int to)
    {
        if (undo is not null)
        {
            undo.Push((offer, next[offer]));
            touched.Add(offer);
        }

        next[offer] = to;
    }

    /// <summary>The best contract at or under a node that the capacities under it allow; <see cref="Contracts.None"/> if there is none.</summary>
    private int Best(int node)
    {
        if (node < contracts.OfferCount)
        {
            while (next[node] < contracts.FirstOfOffer[node + 1] && !change.Allows(sorted[next[node]]))
            {
                Advance(node, next[node] + 1);
            }

            return next[node] < contracts.FirstOfOffer[node + 1] ? sorted[next[node]] : Contracts.None;
        }

        while (below[node] is { } queue && queue.TryPeek(out var child, out var key))
        {
            if (held[child] < contracts.Max[child] && Best(child) == key.Contract)
            {
                return key.Contract;
            }

            queue.Dequeue();
            if (queued[child] == key.Contract)
            {
                queued[child] = Contracts.None;
            }
        }

        return Contracts.None;
    }

    /// <summary>Puts an offer, and what is above it, into the queues with what is now best there, where there is room.</summary>
    /// <returns>The host.</returns>
    private int Wake(int offer)
    {
        var node = offer;
        for (; contracts.Above[node] != Contracts.None; node = contracts.Above[node])
        {
            if (held[node] < contracts.Max[node] && Best(node) is var best && best != Contracts.None && best != queued[node])
            {
                queued[node] = best;
                (below[contracts.Above[node]] ??= new()).Enqueue(node, (contracts.Key[best], best));
            }
        }

        return node;
    }

    /// <summary>What another state of the same contracts has otherwise: offers and their next proposals, then students (as their complement) and contracts.</summary>
    internal (int What, int Is)[] DifferencesTo(HostsPropose other)
    {
        var found = new List<(int, int)>();
        for (var offer = 0; offer < next.Length; offer++)
        {
            if (next[offer] != other.next[offer])
            {
                found.Add((offer, other.next[offer]));
            }
        }

        for (var student = 0; student < given.Length; student++)
        {
            if (given[student] != other.given[student])
            {
                found.Add((~student, other.given[student]));
            }
        }

        return [.. found];
    }

    /// <summary>Goes to another state, lets the hosts propose on with something changed, and comes back.</summary>
    /// <param name="to">From <see cref="DifferencesTo"/>: the state in which <paramref name="host"/> has proposed nothing.</param>
    /// <param name="nodes">The host and all nodes under it, offers first: bounds and keys may differ there.</param>
    /// <param name="moved">A contract of the host whose key has changed, or <see cref="Contracts.None"/>.</param>
    /// <param name="refusing">The student whose other contracts are left out, or <see cref="Contracts.None"/>.</param>
    /// <returns>Contract by student.</returns>
    internal int[] Try((int What, int Is)[] to, int host, int[] nodes, ContractChange with, int moved, int refusing, CancellationToken cancellationToken)
    {
        (undo, touched) = (new(), []);
        foreach (var (what, value) in to)
        {
            Put(what, value);
        }

        change = with;
        var (from, order) = moved == Contracts.None ? (0, []) : Forward(moved);
        WakeTouched();
        Renew(nodes);
        if (refusing != Contracts.None)
        {
            if (given[refusing] is var had && had != Contracts.None)
            {
                Give(refusing, Contracts.None);
                hosts.Push(Wake(contracts.Offer[had]));
            }

            for (var contract = contracts.First[refusing]; contract < contracts.First[refusing + 1]; contract++)
            {
                Wake(contracts.Offer[contract]);
            }
        }

        hosts.Push(host);
        int[] result = [.. GoOn(cancellationToken)];

        var done = undo;
        undo = null;
        change = ContractChange.None;
        order.CopyTo(sorted, from);
        foreach (var (what, was) in done)
        {
            Put(what, was);
        }

        WakeTouched();
        return result;
    }

    /// <summary>The queues of a host as its bounds and keys are now.</summary>
    internal void Renew(int[] nodes)
    {
        foreach (var node in nodes)
        {
            below[node]?.Clear();
            queued[node] = Contracts.None;
        }

        foreach (var node in nodes)
        {
            if (node < contracts.OfferCount)
            {
                Wake(node);
            }
        }
    }

    /// <summary>Moves a contract to where its key, smaller than it was, belongs in the order of its offer.</summary>
    /// <returns>The order before, and where it stood.</returns>
    private (int From, int[] Order) Forward(int moved)
    {
        var from = contracts.FirstOfOffer[contracts.Offer[moved]];
        var at = Array.IndexOf(sorted, moved, from);
        var before = sorted[from..(at + 1)];
        for (; at > from && contracts.Key[sorted[at - 1]] > contracts.Key[moved]; at--)
        {
            sorted[at] = sorted[at - 1];
        }

        sorted[at] = moved;
        return (from, before);
    }

    private void Put(int what, int value)
    {
        if (what >= 0)
        {
            Advance(what, value);
        }
        else
        {
            Give(~what, value);
        }
    }

    private void WakeTouched()
    {
        // Waking may touch, too.
        foreach (var offer in touched.ToArray())
        {
            Wake(offer);
        }
    }
}
