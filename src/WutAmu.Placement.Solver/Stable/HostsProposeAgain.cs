namespace WutAmu.Placement.Solver.Stable;

/// <summary>
/// What hosts proposing gives with one contract or one bound changed, many times over. Who proposes when changes nothing in the end, and more refusals only lead to more proposals; so the
/// host that the change belongs to may come last: what all others have proposed until then is the same for every question about it, and is found once. Of that state only the
/// differences to the end are kept.
/// </summary>
internal sealed class HostsProposeAgain
{
    private readonly Contracts contracts;
    private readonly CancellationToken cancellationToken;
    private readonly HostsPropose end;
    private readonly (int What, int Is)[]?[] withoutHost;
    private readonly int[]?[] nodesOf;
    private int lastHost = Contracts.None;

    public HostsProposeAgain(Contracts contracts, CancellationToken cancellationToken)
    {
        this.contracts = contracts;
        this.cancellationToken = cancellationToken;
        end = new(contracts, ContractChange.None);
        Unchanged = end.Run(Contracts.None, cancellationToken)[..];
        withoutHost = new (int, int)[]?[contracts.NodeCount];
        nodesOf = new int[]?[contracts.NodeCount];
    }

    /// <summary>Contract by student, or <see cref="Contracts.None"/>, with nothing changed.</summary>
    public int[] Unchanged { get; }

    /// <summary>With one bound changed: that of <paramref name="node"/>, in <see cref="Contracts.Max"/>.</summary>
    public int[] WithBound(int node) => Try(node, ContractChange.None, Contracts.None, Contracts.None);

    public int[] Without(int contract) => Try(contracts.Offer[contract], ContractChange.Without(contract), Contracts.None, Contracts.None);

    /// <summary>With a student who takes nothing but this contract, whose key is that of a pin now.</summary>
    public int[] Pinned(int contract) => Try(contracts.Offer[contract], ContractChange.Only(contracts, contract), contract, contracts.Student[contract]);

    private int[] Try(int node, ContractChange change, int moved, int refusing)
    {
        while (contracts.Above[node] != Contracts.None)
        {
            node = contracts.Above[node];
        }

        // The bounds and keys of the host before are what they were again.
        if (lastHost != Contracts.None && lastHost != node)
        {
            end.Renew(NodesOf(lastHost));
        }

        lastHost = node;
        return end.Try(withoutHost[node] ??= WithoutHost(node), node, NodesOf(node), change, moved, refusing, cancellationToken);
    }

    private (int What, int Is)[] WithoutHost(int host)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var others = new HostsPropose(contracts, ContractChange.None, end);
        others.Run(host, cancellationToken);
        return end.DifferencesTo(others);
    }

    private int[] NodesOf(int host)
    {
        if (nodesOf[host] is { } known)
        {
            return known;
        }

        var under = new List<int>[contracts.NodeCount];
        for (var node = 0; node < contracts.NodeCount; node++)
        {
            var top = node;
            while (contracts.Above[top] != Contracts.None)
            {
                top = contracts.Above[top];
            }

            (under[top] ??= []).Add(node);
        }

        for (var top = 0; top < under.Length; top++)
        {
            nodesOf[top] = under[top]?.ToArray();
        }

        return nodesOf[host] ?? throw new ArgumentOutOfRangeException(nameof(host), host, "No host.");
    }
}
