namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// Deferred acceptance in rounds, each host choosing greedily from all it has and hears: the stable matchings that every student, and that every host, likes best. Another algorithm
/// than the solver's, which moves one student at a time.
/// </summary>
internal sealed class StableRounds
{
    private const int Nowhere = StableMarket.Nowhere;

    private readonly StableMarket market;
    private readonly HostOrder order;
    private readonly Comparison<int> byPlace;
    private readonly int[] taken;
    private readonly List<int> chosen = [];
    private readonly bool[] isKept;

    public StableRounds(StableMarket market)
    {
        this.market = market;
        order = market.Order;
        byPlace = ComparePlaces;
        taken = new int[market.Above.Length];
        isKept = new bool[market.OfferOf.Length];
    }

    /// <summary>The stable matching that every student likes best, in rounds: the unheld propose, each host keeps what it likes best of all that it holds and hears.</summary>
    /// <returns>Offer position by student, or <see cref="Claim.Unplaced"/>.</returns>
    public int[] BestForStudents()
    {
        // Each student's wish that a host holds or hears; those of one host are a list, chained by student.
        var wishOf = new int[market.StudentCount];
        Array.Fill(wishOf, Nowhere);
        var firstAt = new int[market.HostCount];
        Array.Fill(firstAt, Nowhere);
        var nextAt = new int[market.StudentCount];
        var wasAsked = new bool[market.HostCount];
        var (free, others, asked, wishes) = (new List<int>(), new List<int>(), new List<int>(), new List<int>());
        free.AddRange(Enumerable.Range(0, market.StudentCount));
        while (free.Count > 0)
        {
            asked.Clear();
            foreach (var student in free)
            {
                var wish = wishOf[student] == Nowhere ? market.Start[student] : wishOf[student] + 1;
                wishOf[student] = wish;
                if (wish == market.Start[student + 1])
                {
                    continue;
                }

                var host = market.HostOf(wish);
                (nextAt[student], firstAt[host]) = (firstAt[host], student);
                if (!wasAsked[host])
                {
                    wasAsked[host] = true;
                    asked.Add(host);
                }
            }

            others.Clear();
            foreach (var host in asked)
            {
                // Held and heard together, the host's best first; those it does not choose are free.
                wasAsked[host] = false;
                wishes.Clear();
                for (var student = firstAt[host]; student != Nowhere; student = nextAt[student])
                {
                    wishes.Add(wishOf[student]);
                }

                wishes.Sort(byPlace);
                Choose(wishes, host);
                firstAt[host] = Nowhere;
                foreach (var wish in wishes)
                {
                    var student = order.StudentOf(wish);
                    if (isKept[wish])
                    {
                        (nextAt[student], firstAt[host]) = (firstAt[host], student);
                        isKept[wish] = false;
                    }
                    else
                    {
                        others.Add(student);
                    }
                }
            }

            (free, others) = (others, free);
        }

        var given = new int[market.StudentCount];
        for (var s = 0; s < given.Length; s++)
        {
            given[s] = wishOf[s] < market.Start[s + 1] ? market.OfferOf[wishOf[s]] : Claim.Unplaced;
        }

        return given;
    }

    /// <summary>The stable matching that every host likes best, in rounds: each host proposes its best choice of what is not refused, each student refuses all that is worse than the best they heard.</summary>
    /// <returns>Offer position by student, or <see cref="Claim.Unplaced"/>.</returns>
    public int[] BestForHosts()
    {
        var hosts = market.HostCount;
        var (firstOfHost, inOrder) = WishesByHost();
        var best = new int[market.StudentCount];
        Array.Fill(best, Nowhere);
        var open = new List<int>?[hosts];
        var wasAsked = new bool[hosts];
        var (asking, again) = (new List<int>(), new List<int>());
        asking.AddRange(Enumerable.Range(0, hosts));
        while (asking.Count > 0)
        {
            foreach (var host in asking)
            {
                wasAsked[host] = false;
                var wishes = open[host] ??= [.. inOrder[firstOfHost[host]..firstOfHost[host + 1]]];
                wishes.RemoveAll(wish => best[order.StudentOf(wish)] is var known && known != Nowhere && wish > known);
                foreach (var wish in Choose(wishes, host))
                {
                    isKept[wish] = false;
                    ref var heard = ref best[order.StudentOf(wish)];
                    if (heard == wish)
                    {
                        continue;
                    }

                    // The worse of two is refused, and its host asks again; wishes are numbered in their student's order.
                    if (heard != Nowhere && market.HostOf(Math.Max(heard, wish)) is var refused && !wasAsked[refused])
                    {
                        wasAsked[refused] = true;
                        again.Add(refused);
                    }

                    heard = heard == Nowhere ? wish : Math.Min(heard, wish);
                }
            }

            (asking, again) = (again, asking);
            again.Clear();
        }

        return Array.ConvertAll(best, wish => wish == Nowhere ? Claim.Unplaced : market.OfferOf[wish]);
    }

    /// <summary>The best that fit, taken greedily in the host's order; exact, because the storeys nest.</summary>
    /// <param name="wishes">In the host's order. Those chosen are marked in <see cref="isKept"/>.</param>
    /// <returns>Valid until the next call.</returns>
    private List<int> Choose(List<int> wishes, int host)
    {
        var top = market.StoreyOfHost(host);
        chosen.Clear();
        foreach (var wish in wishes)
        {
            if (taken[top] >= market.Most[top])
            {
                break;
            }

            if (Fits(market.OfferOf[wish]))
            {
                Add(market.OfferOf[wish], 1);
                chosen.Add(wish);
                isKept[wish] = true;
            }
        }

        foreach (var wish in chosen)
        {
            Add(market.OfferOf[wish], -1);
        }

        return chosen;

        bool Fits(int storey)
        {
            for (; storey != Nowhere; storey = market.Above[storey])
            {
                if (taken[storey] >= market.Most[storey])
                {
                    return false;
                }
            }

            return true;
        }

        void Add(int storey, int change)
        {
            for (; storey != Nowhere; storey = market.Above[storey])
            {
                taken[storey] += change;
            }
        }
    }

    /// <summary>The wishes for host h, in its order: from First[h] to before First[h + 1].</summary>
    private (int[] First, int[] Wishes) WishesByHost()
    {
        var first = new int[market.HostCount + 1];
        for (var wish = 0; wish < market.OfferOf.Length; wish++)
        {
            first[market.HostOf(wish) + 1]++;
        }

        for (var h = 1; h < first.Length; h++)
        {
            first[h] += first[h - 1];
        }

        var next = first[..^1];
        var wishes = new int[market.OfferOf.Length];
        for (var wish = 0; wish < wishes.Length; wish++)
        {
            wishes[next[market.HostOf(wish)]++] = wish;
        }

        for (var h = 0; h < market.HostCount; h++)
        {
            wishes.AsSpan(first[h], first[h + 1] - first[h]).Sort(byPlace);
        }

        return (first, wishes);
    }

    // Wishes are numbered in their student's order.
    private int ComparePlaces(int one, int other) => order.Key[one] != order.Key[other] ? order.Key[one].CompareTo(order.Key[other]) : one.CompareTo(other);
}
