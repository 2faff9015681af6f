namespace WutAmu.Placement.Solver.Stable;

/// <summary>
/// What each offer, supervisor and host holds, and the worst of it. Contracts are only noted where they are held, one list a node in two flat arrays; a node whose worst is asked for by
/// somebody better becomes a heap then. Where hosts rank by score and lottery alone, nobody asks.
/// </summary>
/// <param name="given">Contract by student, kept by the caller; a contract that is no longer its student's is no longer held.</param>
internal sealed class Holdings(Contracts contracts, int[] given)
{
    private readonly int[] last = Filled(contracts.NodeCount, Contracts.None);
    private readonly ContractHeap?[] heaps = new ContractHeap?[contracts.NodeCount];

    // The greatest key ever held, or more than any: who comes after it comes after the worst.
    private readonly long[] greatest = Filled(contracts.NodeCount, long.MinValue);
    private int[] noted = new int[contracts.StudentCount + 1];
    private int[] before = new int[contracts.StudentCount + 1];
    private int count;

    public void Add(int contract)
    {
        for (var node = contracts.Offer[contract]; node != Contracts.None; node = contracts.Above[node])
        {
            if (contracts.Max[node] >= contracts.StudentCount)
            {
                continue;
            }

            greatest[node] = Math.Max(greatest[node], contracts.Key[contract]);
            if (heaps[node] is { } heap)
            {
                heap.Push(contract);
                continue;
            }

            if (count == noted.Length)
            {
                Array.Resize(ref noted, 2 * count);
                Array.Resize(ref before, 2 * count);
            }

            (noted[count], before[count]) = (contract, last[node]);
            last[node] = count++;
        }
    }

    /// <summary>The worst contract that a full node holds; <see cref="Contracts.None"/> where it comes before <paramref name="key"/>, or there is none.</summary>
    public int WorstAfter(int node, long key)
    {
        if (key > greatest[node])
        {
            return Contracts.None;
        }

        var heap = heaps[node] ??= HeapOf(node);
        // Those displaced elsewhere stay until they come up.
        while (heap.Count > 0 && given[contracts.Student[heap.Top]] != heap.Top)
        {
            heap.Pop();
        }

        greatest[node] = heap.Count > 0 ? contracts.Key[heap.Top] : long.MinValue;
        return heap.Count > 0 && contracts.Key[heap.Top] >= key ? heap.Top : Contracts.None;
    }

    private ContractHeap HeapOf(int node)
    {
        var heap = new ContractHeap(contracts.Key);
        for (var at = last[node]; at != Contracts.None; at = before[at])
        {
            heap.Push(noted[at]);
        }

        return heap;
    }

    private static T[] Filled<T>(int length, T value)
    {
        var array = new T[length];
        Array.Fill(array, value);
        return array;
    }
}
