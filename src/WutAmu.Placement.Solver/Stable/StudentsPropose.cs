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
        var next = contracts.First.AsSpan()[..^1].ToArray();
        var held = new int[contracts.NodeCount];
        var holdings = new Holdings(contracts, given);
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
                    leaves = holdings.WorstAfter(full, contracts.Key[contract]);
                    if (leaves == Contracts.None)
                    {
                        continue;
                    }

                    contracts.Count(contracts.Offer[leaves], -1, held);
                    given[contracts.Student[leaves]] = Contracts.None;
                }

                given[student] = contract;
                contracts.Count(contracts.Offer[contract], 1, held);
                holdings.Add(contract);
                student = leaves == Contracts.None ? Contracts.None : contracts.Student[leaves];
            }
        }

        return given;
    }
}
