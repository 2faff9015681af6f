using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// The two sides of a claim's instance. Wishes: a student with a choice that is open to them, or with their pin, each student's in order of rank, then ordinal offer id.
/// A host has one order over all its wishes: pins; position in the ranking that holds for the offer (its own, else the host's); those in none; then score, ticket, id;
/// then the student's own order. Flat arrays by wish: a large instance has millions.
/// </summary>
internal sealed class StableMarket
{
    private const int Nowhere = -1;
    private const int InNoRanking = int.MaxValue - 1;
    private const int NotAChoice = int.MaxValue;

    private readonly Claim claim;
    private readonly int[] turn;

    // Wishes of student s: from start[s] to before start[s + 1], best first. Their offer, rank, and key in the host's order (position, then turn).
    private readonly int[] start;
    private readonly int[] offerOf;
    private readonly int[] rankOf;
    private readonly long[] key;

    // Storeys: offers, then supervisors, then hosts.
    private readonly int[] above;
    private readonly int[] most;

    // The wishes for host h in its order: inOrder[firstOfHost[h]] to before firstOfHost[h + 1]; and where each wish stands.
    private readonly int hostStart;
    private readonly int[] firstOfHost;
    private readonly int[] inOrder;
    private readonly int[] standing;

    public StableMarket(Claim claim)
    {
        this.claim = claim;
        var instance = claim.Instance;
        var order = claim.Order(byScore: true);
        turn = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            turn[order[i]] = i;
        }

        hostStart = instance.Offers.Length + instance.Supervisors.Length;
        (above, most) = Storeys();
        start = new int[order.Length + 1];
        offerOf = new int[CountWishes()];
        rankOf = new int[offerOf.Length];
        TakeWishes(Ordinals(instance.Offers));
        key = new long[offerOf.Length];
        SetKeys();
        firstOfHost = new int[instance.Hosts.Length + 1];
        inOrder = new int[offerOf.Length];
        standing = new int[offerOf.Length];
        SortByHost(order);
    }

    /// <summary>Pairs of a student and a choice they have at a better rank than what they got, and which the host's side would take: there is room everywhere over it, or the lowest full storey holds somebody who comes later.</summary>
    public IReadOnlyList<(int Student, int Offer)> BlockingPairs()
    {
        var count = new int[above.Length];
        var last = new long[above.Length];
        Array.Fill(last, long.MinValue);
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.Given[s] == Claim.Unplaced)
            {
                continue;
            }

            var mine = KeyOf(s, claim.Given[s]);
            for (var storey = claim.Given[s]; storey != Nowhere; storey = above[storey])
            {
                count[storey]++;
                last[storey] = Math.Max(last[storey], mine);
            }
        }

        var pairs = new List<(int, int)>();
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.PinAt[s] != Claim.Unplaced)
            {
                continue;
            }

            var had = claim.Given[s] == Claim.Unplaced ? int.MaxValue : claim.RankOf(s, claim.Given[s]) ?? int.MaxValue;
            for (var wish = start[s]; wish < start[s + 1] && rankOf[wish] < had; wish++)
            {
                if (IsWelcome(wish))
                {
                    pairs.Add((s, offerOf[wish]));
                }
            }
        }

        return pairs;

        bool IsWelcome(int wish)
        {
            for (var storey = offerOf[wish]; storey != Nowhere; storey = above[storey])
            {
                if (count[storey] >= most[storey])
                {
                    // Equal: the student themself, moving within the storey.
                    return last[storey] >= key[wish];
                }
            }

            return true;
        }
    }

    /// <summary>The stable matching that every student likes best, in rounds: the unheld propose, each host keeps what it likes best of all that it holds and hears.</summary>
    /// <returns>Offer position by student, or <see cref="Claim.Unplaced"/>.</returns>
    public int[] BestForStudents()
    {
        var hosts = firstOfHost.Length - 1;
        var next = start.AsSpan(0, claim.Given.Length).ToArray();
        var held = new List<int>?[hosts];
        var taken = new int[above.Length];
        var isKept = new bool[offerOf.Length];
        var wasAsked = new bool[hosts];
        var (free, others, asked) = (new List<int>(), new List<int>(), new List<int>());
        free.AddRange(Enumerable.Range(0, claim.Given.Length));
        while (free.Count > 0)
        {
            asked.Clear();
            foreach (var student in free)
            {
                if (next[student] == start[student + 1])
                {
                    continue;
                }

                var wish = next[student]++;
                var host = HostOf(wish);
                (held[host] ??= []).Add(standing[wish]);
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
                var all = held[host]!; // not null: it was asked
                all.Sort();
                var kept = Choose(all, host, taken, isKept);
                foreach (var place in all)
                {
                    var wish = inOrder[firstOfHost[host] + place];
                    if (!isKept[wish])
                    {
                        others.Add(StudentOf(wish));
                    }

                    isKept[wish] = false;
                }

                held[host] = kept;
            }

            (free, others) = (others, free);
        }

        var given = new int[claim.Given.Length];
        Array.Fill(given, Claim.Unplaced);
        for (var host = 0; host < hosts; host++)
        {
            foreach (var place in held[host] ?? [])
            {
                var wish = inOrder[firstOfHost[host] + place];
                given[StudentOf(wish)] = offerOf[wish];
            }
        }

        return given;
    }

    /// <summary>The stable matching that every host likes best, in rounds: each host proposes its best choice of what is not refused, each student refuses all that is worse than the best they heard.</summary>
    /// <returns>Offer position by student, or <see cref="Claim.Unplaced"/>.</returns>
    public int[] BestForHosts()
    {
        var hosts = firstOfHost.Length - 1;
        var best = new int[claim.Given.Length];
        Array.Fill(best, Nowhere);
        var taken = new int[above.Length];
        var isKept = new bool[offerOf.Length];
        var open = new List<int>?[hosts];
        var wasAsked = new bool[hosts];
        var (asking, again) = (new List<int>(), new List<int>());
        asking.AddRange(Enumerable.Range(0, hosts));
        while (asking.Count > 0)
        {
            foreach (var host in asking)
            {
                wasAsked[host] = false;
                var first = firstOfHost[host];
                var places = open[host] ??= [.. Enumerable.Range(0, firstOfHost[host + 1] - first)];
                places.RemoveAll(place => inOrder[first + place] is var wish && best[StudentOf(wish)] is var known && known != Nowhere && wish > known);
                foreach (var place in Choose(places, host, taken, isKept))
                {
                    var wish = inOrder[first + place];
                    isKept[wish] = false;
                    ref var heard = ref best[StudentOf(wish)];
                    if (heard == wish)
                    {
                        continue;
                    }

                    // The worse of two is refused, and its host asks again; wishes are numbered in their student's order.
                    if (heard != Nowhere && HostOf(Math.Max(heard, wish)) is var refused && !wasAsked[refused])
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

        return Array.ConvertAll(best, wish => wish == Nowhere ? Claim.Unplaced : offerOf[wish]);
    }

    /// <summary>The best that fit, taken greedily in the host's order; exact, because the storeys nest.</summary>
    /// <param name="places">Ascending: places in the host's order.</param>
    /// <param name="isKept">Set for the wishes chosen.</param>
    private List<int> Choose(List<int> places, int host, int[] taken, bool[] isKept)
    {
        var chosen = new List<int>(Math.Min(places.Count, most[hostStart + host]));
        foreach (var place in places)
        {
            if (taken[hostStart + host] >= most[hostStart + host])
            {
                break;
            }

            var wish = inOrder[firstOfHost[host] + place];
            if (Fits(offerOf[wish]))
            {
                Add(offerOf[wish], 1);
                chosen.Add(place);
                isKept[wish] = true;
            }
        }

        foreach (var place in chosen)
        {
            Add(offerOf[inOrder[firstOfHost[host] + place]], -1);
        }

        return chosen;

        bool Fits(int storey)
        {
            for (; storey != Nowhere; storey = above[storey])
            {
                if (taken[storey] >= most[storey])
                {
                    return false;
                }
            }

            return true;
        }

        void Add(int storey, int change)
        {
            for (; storey != Nowhere; storey = above[storey])
            {
                taken[storey] += change;
            }
        }
    }

    private int HostOf(int wish) => HostOver(offerOf[wish]);

    private int HostOver(int offer) => (above[offer] >= hostStart ? above[offer] : above[above[offer]]) - hostStart;

    // The turn is in the key.
    private int StudentOf(int wish) => claim.Order(byScore: true)[(int)(uint)key[wish]];

    private long Pack(int position, int student) => ((long)position << 32) | (uint)turn[student];

    /// <summary>Key in the host's order of any placement; off the list it comes after every choice, unless pinned.</summary>
    private long KeyOf(int student, int offer)
    {
        if (claim.PinAt[student] != Claim.Unplaced)
        {
            return Pack(0, student);
        }

        for (var wish = start[student]; wish < start[student + 1]; wish++)
        {
            if (offerOf[wish] == offer)
            {
                return key[wish];
            }
        }

        return Pack(NotAChoice, student);
    }

    private (int[] Above, int[] Most) Storeys()
    {
        var instance = claim.Instance;
        var over = new int[hostStart + instance.Hosts.Length];
        var limit = new int[over.Length];
        for (var o = 0; o < instance.Offers.Length; o++)
        {
            var offer = instance.Offers[o];
            over[o] = offer.Supervisor is { } supervisor ? instance.Offers.Length + claim.SupervisorAt[supervisor] : hostStart + claim.HostAt[offer.Host];
            limit[o] = offer.Max;
        }

        for (var v = 0; v < instance.Supervisors.Length; v++)
        {
            over[instance.Offers.Length + v] = hostStart + claim.HostAt[instance.Supervisors[v].Host];
            limit[instance.Offers.Length + v] = instance.Supervisors[v].Max ?? int.MaxValue;
        }

        for (var h = 0; h < instance.Hosts.Length; h++)
        {
            (over[hostStart + h], limit[hostStart + h]) = (Nowhere, instance.Hosts[h].Max ?? int.MaxValue);
        }

        return (over, limit);
    }

    /// <summary>Place of each offer in the ordinal order of ids.</summary>
    private static int[] Ordinals(ImmutableArray<InstanceOffer> offers)
    {
        var byId = new int[offers.Length];
        var isSorted = true;
        for (var o = 0; o < byId.Length; o++)
        {
            byId[o] = o;
            isSorted &= o == 0 || string.CompareOrdinal(offers[o - 1].Id, offers[o].Id) < 0;
        }

        if (isSorted)
        {
            return byId;
        }

        Array.Sort(byId, (one, other) => string.CompareOrdinal(offers[one].Id, offers[other].Id));
        var ordinals = new int[byId.Length];
        for (var i = 0; i < byId.Length; i++)
        {
            ordinals[byId[i]] = i;
        }

        return ordinals;
    }

    private int CountWishes()
    {
        var most = 0;
        for (var s = 0; s < claim.Given.Length; s++)
        {
            most += claim.PinAt[s] != Claim.Unplaced ? 1 : claim.ChosenBy(s).Length;
        }

        return most;
    }

    private void TakeWishes(int[] ordinals)
    {
        var count = 0;
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.PinAt[s] is var pin && pin != Claim.Unplaced)
            {
                if (!claim.IsForbidden(s, pin))
                {
                    (offerOf[count], rankOf[count]) = (pin, 0);
                    count++;
                }
            }
            else
            {
                var chosen = claim.ChosenBy(s);
                var ranks = claim.RanksOf(s);
                for (var c = 0; c < chosen.Length; c++)
                {
                    if (!claim.Admits(chosen[c], s) || claim.IsForbidden(s, chosen[c]))
                    {
                        continue;
                    }

                    var at = count++;
                    for (; at > start[s] && (rankOf[at - 1] > ranks[c] || (rankOf[at - 1] == ranks[c] && ordinals[offerOf[at - 1]] > ordinals[chosen[c]])); at--)
                    {
                        (offerOf[at], rankOf[at]) = (offerOf[at - 1], rankOf[at - 1]);
                    }

                    (offerOf[at], rankOf[at]) = (chosen[c], ranks[c]);
                }
            }

            start[s + 1] = count;
        }
    }

    // A ranking is laid over the students once, and read by the wishes of every offer it holds for.
    private void SetKeys()
    {
        var instance = claim.Instance;
        for (var s = 0; s < claim.Given.Length; s++)
        {
            for (var wish = start[s]; wish < start[s + 1]; wish++)
            {
                key[wish] = Pack(claim.PinAt[s] != Claim.Unplaced ? 0 : InNoRanking, s);
            }
        }

        var ranked = new bool[instance.Offers.Length];
        for (var o = 0; o < ranked.Length; o++)
        {
            ranked[o] = instance.Offers[o].Ranking is not null || instance.Hosts[claim.HostAt[instance.Offers[o].Host]].Ranking is not null;
        }

        if (!Array.Exists(ranked, isRanked => isRanked))
        {
            return;
        }

        var wishesOf = new List<(int Student, int Wish)>?[ranked.Length];
        for (var s = 0; s < claim.Given.Length; s++)
        {
            for (var wish = start[s]; claim.PinAt[s] == Claim.Unplaced && wish < start[s + 1]; wish++)
            {
                if (ranked[offerOf[wish]])
                {
                    (wishesOf[offerOf[wish]] ??= []).Add((s, wish));
                }
            }
        }

        var position = new int[claim.Given.Length];
        var laid = new ImmutableArray<ImmutableArray<string>>?();
        foreach (var o in Enumerable.Range(0, ranked.Length).Where(o => wishesOf[o] is not null).OrderBy(o => claim.HostAt[instance.Offers[o].Host]))
        {
            var ranking = instance.Offers[o].Ranking ?? instance.Hosts[claim.HostAt[instance.Offers[o].Host]].Ranking;
            if (ranking != laid)
            {
                Lay(laid, position, isLaid: false);
                Lay(ranking, position, isLaid: true);
                laid = ranking;
            }

            foreach (var (student, wish) in wishesOf[o] ?? [])
            {
                key[wish] = Pack(position[student] == 0 ? InNoRanking : position[student], student);
            }
        }
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

    private void SortByHost(int[] order)
    {
        for (var wish = 0; wish < start[^1]; wish++)
        {
            firstOfHost[HostOf(wish) + 1]++;
        }

        for (var h = 1; h < firstOfHost.Length; h++)
        {
            firstOfHost[h] += firstOfHost[h - 1];
        }

        // In order of service: so they stand already where no ranking or pin says otherwise.
        var next = firstOfHost[..^1];
        foreach (var s in order)
        {
            for (var wish = start[s]; wish < start[s + 1]; wish++)
            {
                inOrder[next[HostOf(wish)]++] = wish;
            }
        }

        for (var h = 0; h < firstOfHost.Length - 1; h++)
        {
            var wishes = inOrder.AsSpan(firstOfHost[h], firstOfHost[h + 1] - firstOfHost[h]);
            for (var i = 1; i < wishes.Length; i++)
            {
                if (ComparePlaces(wishes[i - 1], wishes[i]) > 0)
                {
                    wishes.Sort(ComparePlaces);
                    break;
                }
            }

            for (var i = 0; i < wishes.Length; i++)
            {
                standing[wishes[i]] = i;
            }
        }
    }

    // Wishes are numbered in their student's order.
    private int ComparePlaces(int one, int other) => key[one] != key[other] ? key[one].CompareTo(key[other]) : one.CompareTo(other);
}
