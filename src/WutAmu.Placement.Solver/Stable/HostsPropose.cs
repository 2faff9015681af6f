namespace WutAmu.Placement.Solver.Stable;

/// <summary>
/// Deferred acceptance with hosts proposing: the stable matching that every host likes best (SPA-S-lecturer, Abraham, Irving, Manlove 2007). A host with room proposes
/// the best contract that its capacities allow; a student keeps the best proposal. Time O(m log m) for m contracts.
/// </summary>
internal sealed class HostsPropose
{
    private readonly Contracts contracts;
    private readonly ContractChange change;
    private readonly int[] sorted;
    private readonly int[] next;
    private readonly int[] held;
    private readonly int[] given;

    // By supervisor and host: the nodes right below with the best contract under each. Entries that are no longer so stay until they come up.
    private readonly PriorityQueue<int, (long Key, int Contract)>?[] below;
    private readonly int[] queued;
    private readonly Stack<int> hosts = new();

    private HostsPropose(Contracts contracts, ContractChange change)
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
        sorted = contracts.ByOffer[..];
        var keys = Array.ConvertAll(sorted, contract => contracts.Key[contract]);
        for (var offer = 0; offer < contracts.OfferCount; offer++)
        {
            Array.Sort(keys, sorted, contracts.FirstOfOffer[offer], contracts.FirstOfOffer[offer + 1] - contracts.FirstOfOffer[offer]);
        }
    }

    /// <returns>Contract by student, or <see cref="Contracts.None"/>.</returns>
    public static int[] Solve(Contracts contracts, ContractChange change, CancellationToken cancellationToken) => new HostsPropose(contracts, change).Run(cancellationToken);

    private int[] Run(CancellationToken cancellationToken)
    {
        for (var offer = 0; offer < contracts.OfferCount; offer++)
        {
            Wake(offer);
        }

        for (var node = contracts.OfferCount; node < contracts.NodeCount; node++)
        {
            if (contracts.Above[node] == Contracts.None)
            {
                hosts.Push(node);
            }
        }

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
            next[offer]++;
            var had = given[student];
            // Contracts of a student are numbered in their order.
            if (had != Contracts.None && had < contract)
            {
                Wake(offer);
                continue;
            }

            given[student] = contract;
            contracts.Count(offer, 1, held);
            Wake(offer);
            if (had != Contracts.None)
            {
                contracts.Count(contracts.Offer[had], -1, held);
                hosts.Push(Wake(contracts.Offer[had]));
            }
        }
    }

    /// <summary>The best contract at or under a node that the capacities under it allow; <see cref="Contracts.None"/> if there is none.</summary>
    private int Best(int node)
    {
        if (node < contracts.OfferCount)
        {
            while (next[node] < contracts.FirstOfOffer[node + 1] && !change.Allows(sorted[next[node]]))
            {
                next[node]++;
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
}
