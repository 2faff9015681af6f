using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver;

/// <summary>Whose turn comes before whose: by score, and by the lottery.</summary>
/// <param name="instance">Students in ordinal order of their ids.</param>
/// <param name="hasList">By student: they submitted a list; the others come after all who did.</param>
/// <param name="drawn">Tickets of the same students and seed, if they are known.</param>
internal sealed class Turns(Instance instance, bool[] hasList, ulong[]? drawn)
{
    private const int ManyTickets = 20_000;

    private ulong[]? tickets = drawn;

    /// <summary>Lottery ticket by student; lower is served first.</summary>
    public ulong[] Tickets => tickets ??= Draw();

    /// <summary>Those with a list first; each part by score, if asked, then ticket, then ordinal id.</summary>
    public int[] Order(bool byScore)
    {
        var drawn = Tickets;
        var order = new int[hasList.Length];
        var keys = new ulong[order.Length];
        var count = 0;
        foreach (var wanted in new[] { true, false })
        {
            var from = count;
            for (var s = 0; s < hasList.Length; s++)
            {
                if (hasList[s] == wanted)
                {
                    keys[count] = byScore ? ScoreKey(instance.Students[s].Score) : drawn[s];
                    order[count++] = s;
                }
            }

            Sort(from, count, byScore);
        }

        return order;

        // Numbers are sorted, and what they leave equal by the next ones: score, ticket, position, for students stand in ordinal order.
        void Sort(int from, int to, bool areScores)
        {
            Array.Sort(keys, order, from, to - from);
            for (var (first, end) = (from, from); first < to; first = end)
            {
                while (end < to && keys[end] == keys[first])
                {
                    end++;
                }

                if (end - first > 1 && areScores)
                {
                    for (var i = first; i < end; i++)
                    {
                        keys[i] = drawn[order[i]];
                    }

                    Sort(first, end, areScores: false);
                }
                else if (end - first > 1)
                {
                    Array.Sort(order, first, end - first);
                }
            }
        }
    }

    /// <summary>A whole number that falls as the score rises; the greatest for none.</summary>
    private static ulong ScoreKey(double? score)
    {
        // Zero has two signs, and they are equal.
        var bits = BitConverter.DoubleToUInt64Bits((score ?? double.NegativeInfinity) + 0.0);
        return (bits >> 63) == 0 ? ~(bits | (1UL << 63)) : bits;
    }

    private ulong[] Draw()
    {
        var drawn = new ulong[instance.Students.Length];
        if (drawn.Length < ManyTickets)
        {
            Range(0, drawn.Length);
        }
        else
        {
            // Each is a hash of its own.
            var half = drawn.Length / 2;
            var other = Task.Run(() => Range(half, drawn.Length), CancellationToken.None);
            Range(0, half);
            other.GetAwaiter().GetResult();
        }

        return drawn;

        void Range(int from, int to)
        {
            for (var s = from; s < to; s++)
            {
                drawn[s] = Lottery.Ticket(instance.LotterySeed, instance.Students[s].Id);
            }
        }
    }
}
