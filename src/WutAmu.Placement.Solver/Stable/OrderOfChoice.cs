namespace WutAmu.Placement.Solver.Stable;

/// <summary>
/// The policy <c>serial</c> where every student likes their choices in a strict order and nothing has a minimum: pins first, then each in order of service takes the best that has
/// room. There the levels of ranks leave exactly this. Time linear in the contracts.
/// </summary>
internal static class OrderOfChoice
{
    public static bool Suits(Contracts contracts)
    {
        for (var contract = 1; contract < contracts.ContractCount; contract++)
        {
            if (contracts.Student[contract] == contracts.Student[contract - 1] && contracts.Rank[contract] == contracts.Rank[contract - 1])
            {
                return false;
            }
        }

        return true;
    }

    /// <param name="pinned">A student pinned besides those of the instance, or <see cref="Contracts.None"/>.</param>
    /// <returns>Contract by student, or <see cref="Contracts.None"/>.</returns>
    public static int[] Solve(Contracts contracts, ContractChange change, int pinned)
    {
        var given = new int[contracts.StudentCount];
        Array.Fill(given, Contracts.None);
        var held = new int[contracts.NodeCount];
        Serve(true);
        Serve(false);
        return given;

        void Serve(bool pins)
        {
            foreach (var student in contracts.ServiceOrder)
            {
                if ((contracts.IsPinned(student) || student == pinned) != pins)
                {
                    continue;
                }

                for (var contract = contracts.First[student]; contract < contracts.First[student + 1]; contract++)
                {
                    if (change.Allows(contract) && contracts.LowestFull(contracts.Offer[contract], held) == Contracts.None)
                    {
                        given[student] = contract;
                        contracts.Count(contracts.Offer[contract], 1, held);
                        break;
                    }
                }
            }
        }
    }
}
