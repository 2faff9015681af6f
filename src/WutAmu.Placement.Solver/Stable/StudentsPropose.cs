namespace WutAmu.Placement.Solver.Stable;

/// <summary>
/// Deferred acceptance with students proposing: the stable matching that every student likes best (Gale, Shapley 1962; SPA-S-student, Abraham, Irving, Manlove 2007).
/// A full offer, supervisor or host lets its worst go for a better one. Time O(m log m) for m contracts.
/// </summary>
internal static class StudentsPropose
{
    /// <returns>Contract by student, or <see cref="Contracts.None"/>.</returns>
    public static int[] Solve(Contracts contracts, ContractChange change, CancellationToken cancellationToken)
    {
        var given = new int[contracts.StudentCount];
        Array.Fill(given, Contracts.None);
        var next = contracts.First[..^1];
        var held = new int[contracts.NodeCount];
        var heaps = new ContractHeap?[contracts.NodeCount];
        var served = 0;
        // In order of service nobody is displaced where hosts rank by score and lottery.
        foreach (var first in contracts.ServiceOrder)
        {
            if ((++served & 0xFFFF) == 0)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }

            var student = first;
            while (student != Contracts.None && next[student] < contracts.First[student + 1])
            {
                var contract = next[student]++;
                if (!change.Allows(contract))
                {
                    continue;
                }

                var full = contracts.LowestFull(contracts.Offer[contract], held);
                var leaves = Contracts.None;
                if (full != Contracts.None)
                {
                    leaves = Worst(full);
                    if (leaves == Contracts.None || contracts.Key[leaves] < contracts.Key[contract])
                    {
                        continue;
                    }

                    contracts.Count(contracts.Offer[leaves], -1, held);
                    given[contracts.Student[leaves]] = Contracts.None;
                }

                given[student] = contract;
                contracts.Count(contracts.Offer[contract], 1, held);
                for (var node = contracts.Offer[contract]; node != Contracts.None; node = contracts.Above[node])
                {
                    if (contracts.Max[node] < contracts.StudentCount)
                    {
                        (heaps[node] ??= new(contracts.Key)).Push(contract);
                    }
                }

                student = leaves == Contracts.None ? Contracts.None : contracts.Student[leaves];
            }
        }

        return given;

        // Those displaced elsewhere stay in the heap until they come up.
        int Worst(int node)
        {
            if (heaps[node] is not { } heap)
            {
                return Contracts.None;
            }

            while (heap.Count > 0 && given[contracts.Student[heap.Top]] != heap.Top)
            {
                heap.Pop();
            }

            return heap.Count > 0 ? heap.Top : Contracts.None;
        }
    }
}
