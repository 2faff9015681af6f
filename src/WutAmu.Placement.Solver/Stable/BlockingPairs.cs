namespace WutAmu.Placement.Solver.Stable;

/// <summary>Pairs of a student and an offer that would rather have each other than what a matching gives them.</summary>
internal static class BlockingPairs
{
    /// <param name="given">Offer by student, or <see cref="Contracts.None"/>.</param>
    /// <remarks>
    /// The student, who is not pinned, has the offer at a better rank than what they got. Over the offer there is room everywhere; or the lowest of offer, supervisor and
    /// host that is full holds somebody who comes after the student there (the student themself, moving within it, included).
    /// </remarks>
    public static int Count(Contracts contracts, int[] given)
    {
        var held = new int[contracts.NodeCount];
        var worst = new long[contracts.NodeCount];
        Array.Fill(worst, -1);
        for (var s = 0; s < given.Length; s++)
        {
            if (given[s] == Contracts.None)
            {
                continue;
            }

            var key = contracts.KeyOf(s, given[s]);
            for (var node = given[s]; node != Contracts.None; node = contracts.Above[node])
            {
                held[node]++;
                worst[node] = Math.Max(worst[node], key);
            }
        }

        var blocking = 0;
        for (var student = 0; student < given.Length; student++)
        {
            if (contracts.IsPinned(student))
            {
                continue;
            }

            var mine = given[student] == Contracts.None ? Contracts.None : contracts.ContractOf(student, given[student]);
            for (var contract = contracts.First[student]; contract < contracts.First[student + 1] && (mine == Contracts.None || contracts.Rank[contract] < contracts.Rank[mine]); contract++)
            {
                var full = contracts.LowestFull(contracts.Offer[contract], held);
                if (full == Contracts.None || worst[full] >= contracts.KeyOfContract(contract, student))
                {
                    blocking++;
                }
            }
        }

        return blocking;
    }
}
