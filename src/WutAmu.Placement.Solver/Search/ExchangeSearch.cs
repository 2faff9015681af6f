namespace WutAmu.Placement.Solver.Search;

/// <summary>
/// Looks for a matching near another one, by chains of students who move out of each other's way: where somebody must move or a limit holds too many, one student goes elsewhere,
/// and so on. Finds no proof; what it finds is checked by the caller. Its work is counted, so that it ends the same on every machine.
/// </summary>
/// <param name="options">By student: their options that are open, and the limits over each, by position.</param>
/// <param name="mayBeUnplaced">By student.</param>
/// <param name="most">By limit: its maximum.</param>
/// <param name="costOf">Of a student at an offer or <see cref="Matched.Unplaced"/>; the sum may exceed that of the first matching by <paramref name="slack"/>.</param>
internal sealed class ExchangeSearch(
    (int Offer, int[] Limits)[][] options, bool[] mayBeUnplaced, long[] most, Func<int, int, long> costOf, long slack, Func<int[], bool> isGood)
{
    private const int Longest = 4;
    private const int MostMoves = 3000;
    private const int MostTried = 60;

    private readonly long[] taken = new long[most.Length];
    private readonly List<int>[] students = [.. most.Select(_ => new List<int>())];
    private readonly int[][] limitsOf = new int[options.Length][];
    private readonly bool[] moved = new bool[options.Length];
    private int[] given = [];
    private int tried;

    public int Moves { get; private set; }

    /// <param name="from">Offer by student, or <see cref="Matched.Unplaced"/>; may break what is asked.</param>
    /// <param name="limitsOver">The limits over a student's placement, whether or not it is open.</param>
    /// <returns>Null: none was found.</returns>
    public int[]? Find(int[] from, Func<int, int[]> limitsOver)
    {
        given = [.. from];
        var must = new List<int>();
        for (var s = 0; s < given.Length; s++)
        {
            limitsOf[s] = [];
            if (given[s] == Matched.Unplaced ? !mayBeUnplaced[s] : !Array.Exists(options[s], pair => pair.Offer == given[s]))
            {
                must.Add(s);
            }

            if (given[s] != Matched.Unplaced)
            {
                Enter(s, limitsOver(s));
            }
        }

        // Short chains first: they change least, and there are few of them.
        for (var length = Math.Max(1, must.Count); length <= must.Count + Longest && Moves < MostMoves; length++)
        {
            if (Move(must, 0, length, slack))
            {
                return [.. given];
            }
        }

        return null;
    }

    private bool Move(List<int> must, int next, int left, long allowed)
    {
        if (next < must.Count)
        {
            return left > 0 && TryEach(must, next + 1, must[next], left, allowed, avoided: -1);
        }

        var full = -1;
        for (var limit = 0; limit < most.Length && full < 0; limit++)
        {
            full = taken[limit] > most[limit] ? limit : -1;
        }

        if (full < 0)
        {
            return allowed >= 0 && tried++ < MostTried && isGood(given);
        }

        return left > 0 && students[full].ToArray().Any(student => !moved[student] && TryEach(must, next, student, left, allowed, full));
    }

    private bool TryEach(List<int> must, int next, int student, int left, long allowed, int avoided)
    {
        var (before, limits) = (given[student], limitsOf[student]);
        var had = costOf(student, before);
        moved[student] = true;
        Leave(student);
        foreach (var (offer, wanted) in options[student])
        {
            // Whoever comes later may win back one.
            if (Moves < MostMoves && offer != before && !wanted.Contains(avoided) && allowed - costOf(student, offer) + had is var rest && rest >= -1)
            {
                Moves++;
                given[student] = offer;
                Enter(student, wanted);
                if (Move(must, next, left - 1, rest))
                {
                    return true;
                }

                Leave(student);
            }
        }

        if (mayBeUnplaced[student] && before != Matched.Unplaced && allowed - costOf(student, Matched.Unplaced) + had is var without && without >= 0)
        {
            Moves++;
            given[student] = Matched.Unplaced;
            limitsOf[student] = [];
            if (Move(must, next, left - 1, without))
            {
                return true;
            }
        }

        moved[student] = false;
        given[student] = before;
        Enter(student, limits);
        return false;
    }

    private void Enter(int student, int[] limits)
    {
        limitsOf[student] = limits;
        foreach (var limit in limits)
        {
            taken[limit]++;
            students[limit].Add(student);
        }
    }

    private void Leave(int student)
    {
        foreach (var limit in limitsOf[student])
        {
            taken[limit]--;
            students[limit].Remove(student);
        }

        limitsOf[student] = [];
    }
}
