using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// One order of each host over all its wishes: pins; position in the ranking that holds for the offer (its own, else the host's); those in none; then score, ticket, id; then the
/// student's own order. As a key by wish: the position, then the turn among all students.
/// </summary>
internal sealed class HostOrder
{
    private const int InNoRanking = int.MaxValue - 1;
    private const int NotAChoice = int.MaxValue;

    private readonly Claim claim;
    private readonly StableMarket market;
    private readonly int[] turn;
    private readonly int[] studentAtTurn;

    public HostOrder(Claim claim, StableMarket market)
    {
        this.claim = claim;
        this.market = market;
        studentAtTurn = claim.Order(byScore: true);
        turn = new int[studentAtTurn.Length];
        for (var i = 0; i < turn.Length; i++)
        {
            turn[studentAtTurn[i]] = i;
        }

        Key = new long[market.OfferOf.Length];
        SetKeys();
    }

    /// <summary>By wish; smaller comes first. Equal only for wishes of one student.</summary>
    public long[] Key { get; }

    public int StudentOf(int wish) => studentAtTurn[(int)(uint)Key[wish]];

    /// <summary>Key of any placement; off the list it comes after every choice, unless pinned.</summary>
    public long KeyOf(int student, int offer)
    {
        if (claim.PinAt[student] != Claim.Unplaced)
        {
            return Pack(0, student);
        }

        var (first, end) = (market.Start[student], market.Start[student + 1]);
        return market.OfferOf.AsSpan()[first..end].IndexOf(offer) is var at && at >= 0 ? Key[first + at] : Pack(NotAChoice, student);
    }

    private long Pack(int position, int student) => ((long)position << 32) | (uint)turn[student];

    // A ranking is laid over the students once, and read by the wishes of every offer it holds for.
    private void SetKeys()
    {
        var instance = claim.Instance;
        for (var s = 0; s < turn.Length; s++)
        {
            Array.Fill(Key, Pack(claim.PinAt[s] != Claim.Unplaced ? 0 : InNoRanking, s), market.Start[s], market.Start[s + 1] - market.Start[s]);
        }

        if (market.HasOneOrder)
        {
            return;
        }

        var (first, wishes) = WishesByOffer();
        var position = new int[turn.Length];
        var laid = new ImmutableArray<ImmutableArray<string>>?();
        foreach (var o in Enumerable.Range(0, instance.Offers.Length).Where(o => first[o] < first[o + 1]).OrderBy(o => claim.HostOf[o]))
        {
            if ((instance.Offers[o].Ranking ?? instance.Hosts[claim.HostOf[o]].Ranking) is not { } ranking)
            {
                continue;
            }

            if (ranking != laid)
            {
                Lay(laid, position, isLaid: false);
                Lay(ranking, position, isLaid: true);
                laid = ranking;
            }

            foreach (var wish in wishes.AsSpan(first[o], first[o + 1] - first[o]))
            {
                var student = StudentOf(wish);
                if (claim.PinAt[student] == Claim.Unplaced)
                {
                    Key[wish] = Pack(position[student] == 0 ? InNoRanking : position[student], student);
                }
            }
        }
    }

    private (int[] First, int[] Wishes) WishesByOffer()
    {
        var first = new int[claim.Instance.Offers.Length + 1];
        foreach (var offer in market.OfferOf)
        {
            first[offer + 1]++;
        }

        for (var o = 1; o < first.Length; o++)
        {
            first[o] += first[o - 1];
        }

        var wishes = new int[market.OfferOf.Length];
        var next = first[..^1];
        for (var wish = 0; wish < wishes.Length; wish++)
        {
            wishes[next[market.OfferOf[wish]]++] = wish;
        }

        return (first, wishes);
    }

    private void Lay(ImmutableArray<ImmutableArray<string>>? ranking, int[] position, bool isLaid)
    {
        if (ranking is not { } groups)
        {
            return;
        }

        for (var g = 0; g < groups.Length; g++)
        {
            foreach (var id in groups[g])
            {
                ref var place = ref position[claim.StudentAt[id]];
                // The first place counts.
                place = !isLaid ? 0 : place == 0 ? g + 1 : place;
            }
        }
    }
}
