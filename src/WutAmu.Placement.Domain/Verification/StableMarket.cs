using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// The two sides of a claim's instance. Wishes: a student with a choice that is open to them, or with their pin, each student's in order of rank, then ordinal offer id.
/// A host has one order over all its wishes: pins; position in the ranking that holds for the offer (its own, else the host's); those in none; then score, ticket, id;
/// then the student's own order.
/// </summary>
internal sealed class StableMarket
{
    private const int Nowhere = -1;
    private const int InNoRanking = int.MaxValue - 1;
    private const int NotAChoice = int.MaxValue;

    private readonly Claim claim;
    private readonly int[] turn;
    private readonly int[] start;
    private readonly List<Wish> wishes = [];
    private readonly Dictionary<string, int>?[] positionAtOffer;
    private readonly Dictionary<string, int>?[] positionAtHost;
    private readonly int[] hostOf;
    private readonly int[] supervisorOf;
    private readonly int[] atOffer;
    private readonly int[] atSupervisor;
    private readonly int[] atHost;

    /// <param name="order">Students in the order of service: with a list first, then score, ticket, id.</param>
    public StableMarket(Claim claim, int[] order)
    {
        this.claim = claim;
        var instance = claim.Instance;
        turn = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            turn[order[i]] = i;
        }

        hostOf = [.. instance.Offers.Select(offer => claim.HostAt[offer.Host])];
        supervisorOf = [.. instance.Offers.Select(offer => offer.Supervisor is { } supervisor ? claim.SupervisorAt[supervisor] : Nowhere)];
        positionAtOffer = [.. instance.Offers.Select(offer => Positions(offer.Ranking))];
        positionAtHost = [.. instance.Hosts.Select(host => Positions(host.Ranking))];
        atOffer = new int[instance.Offers.Length];
        atSupervisor = new int[instance.Supervisors.Length];
        atHost = new int[instance.Hosts.Length];
        start = new int[order.Length + 1];
        for (var s = 0; s < order.Length; s++)
        {
            foreach (var (rank, offer) in WishesOf(s).OrderBy(wish => wish.Rank).ThenBy(wish => instance.Offers[wish.Offer].Id, StringComparer.Ordinal))
            {
                wishes.Add(new(s, offer, rank, wishes.Count, PlaceIn(s, offer, isWish: true), turn[s]));
            }

            start[s + 1] = wishes.Count;
        }
    }

    /// <summary>Pairs of a student and a choice they have at a better rank than what they got, and which the host's side would take: there is room everywhere over it, or the lowest full storey holds somebody who comes later.</summary>
    public IReadOnlyList<(int Student, int Offer)> BlockingPairs()
    {
        var last = new Dictionary<(char Storey, int Index), (int, int)>();
        var count = new Dictionary<(char Storey, int Index), int>();
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.Given[s] == Claim.Unplaced)
            {
                continue;
            }

            var place = (PlaceIn(s, claim.Given[s], isWish: false), turn[s]);
            foreach (var (storey, index, _) in StoreysOver(claim.Given[s]))
            {
                count[(storey, index)] = count.GetValueOrDefault((storey, index)) + 1;
                last[(storey, index)] = last.TryGetValue((storey, index), out var other) && other.CompareTo(place) > 0 ? other : place;
            }
        }

        return
        [
            .. wishes.Where(wish => !IsPinned(wish.Student) && Prefers(wish) && IsWelcome(wish)).Select(wish => (wish.Student, wish.Offer)),
        ];

        bool IsWelcome(Wish wish)
        {
            foreach (var (storey, index, max) in StoreysOver(wish.Offer))
            {
                if (count.GetValueOrDefault((storey, index)) >= max)
                {
                    // Equal: the student themself, moving within the storey.
                    return last.TryGetValue((storey, index), out var latest) && latest.CompareTo((wish.Position, wish.Turn)) >= 0;
                }
            }

            return true;
        }
    }

    /// <summary>The stable matching that every student likes best, in rounds: the unheld propose, each host keeps what it likes best of all that it holds and hears.</summary>
    /// <returns>Offer position by student, or <see cref="Claim.Unplaced"/>.</returns>
    public int[] BestForStudents()
    {
        var next = start[..^1];
        var held = new List<int>[atHost.Length];
        var heard = new List<int>[atHost.Length];
        for (var h = 0; h < held.Length; h++)
        {
            (held[h], heard[h]) = ([], []);
        }

        var free = Enumerable.Range(0, claim.Given.Length).ToList();
        while (free.Count > 0)
        {
            var asked = new HashSet<int>();
            foreach (var student in free.Where(student => next[student] < start[student + 1]))
            {
                var wish = next[student]++;
                var host = hostOf[wishes[wish].Offer];
                heard[host].Add(wish);
                asked.Add(host);
            }

            free.Clear();
            foreach (var host in asked)
            {
                List<int> all = [.. held[host], .. heard[host]];
                all.Sort(InHostsOrder);
                held[host] = Choose(all, host);
                heard[host].Clear();
                var kept = held[host].ToHashSet();
                free.AddRange(all.Where(wish => !kept.Contains(wish)).Select(wish => wishes[wish].Student));
            }
        }

        return Read(held.SelectMany(kept => kept));
    }

    /// <summary>The stable matching that every host likes best, in rounds: each host proposes its best choice of what is not refused, each student refuses all that is worse than the best they heard.</summary>
    /// <returns>Offer position by student, or <see cref="Claim.Unplaced"/>.</returns>
    public int[] BestForHosts()
    {
        var inOrder = new List<int>[atHost.Length];
        for (var h = 0; h < inOrder.Length; h++)
        {
            inOrder[h] = [];
        }

        for (var wish = 0; wish < wishes.Count; wish++)
        {
            inOrder[hostOf[wishes[wish].Offer]].Add(wish);
        }

        var best = new int[claim.Given.Length];
        Array.Fill(best, Nowhere);
        var asking = Enumerable.Range(0, inOrder.Length).ToHashSet();
        foreach (var list in inOrder)
        {
            list.Sort(InHostsOrder);
        }

        while (asking.Count > 0)
        {
            var again = new HashSet<int>();
            foreach (var host in asking)
            {
                inOrder[host].RemoveAll(wish => best[wishes[wish].Student] is var heard && heard != Nowhere && wish > heard);
                foreach (var wish in Choose(inOrder[host], host))
                {
                    ref var heard = ref best[wishes[wish].Student];
                    if (heard == wish)
                    {
                        continue;
                    }

                    // The worse of two is refused, and its host asks again; wishes are numbered in their student's order.
                    if (heard != Nowhere)
                    {
                        again.Add(hostOf[wishes[Math.Max(heard, wish)].Offer]);
                    }

                    heard = heard == Nowhere ? wish : Math.Min(heard, wish);
                }
            }

            asking = again;
        }

        return Read(best.Where(wish => wish != Nowhere));
    }

    private int[] Read(IEnumerable<int> chosen)
    {
        var given = new int[claim.Given.Length];
        Array.Fill(given, Claim.Unplaced);
        foreach (var wish in chosen)
        {
            given[wishes[wish].Student] = wishes[wish].Offer;
        }

        return given;
    }

    /// <summary>The best that fit, taken greedily in the host's order; exact, because the storeys nest.</summary>
    private List<int> Choose(List<int> sorted, int host)
    {
        var chosen = new List<int>();
        foreach (var wish in sorted)
        {
            if (atHost[host] >= (claim.Instance.Hosts[host].Max ?? int.MaxValue))
            {
                break;
            }

            if (Fits(wishes[wish].Offer))
            {
                Add(wishes[wish].Offer, 1);
                chosen.Add(wish);
            }
        }

        chosen.ForEach(wish => Add(wishes[wish].Offer, -1));
        return chosen;
    }

    private bool Fits(int offer) =>
        atOffer[offer] < claim.Instance.Offers[offer].Max
        && (supervisorOf[offer] == Nowhere || atSupervisor[supervisorOf[offer]] < (claim.Instance.Supervisors[supervisorOf[offer]].Max ?? int.MaxValue));

    private void Add(int offer, int change)
    {
        atOffer[offer] += change;
        atHost[hostOf[offer]] += change;
        if (supervisorOf[offer] != Nowhere)
        {
            atSupervisor[supervisorOf[offer]] += change;
        }
    }

    private int InHostsOrder(int one, int other)
    {
        var (a, b) = (wishes[one], wishes[other]);
        return (a.Position, a.Turn, a.Number).CompareTo((b.Position, b.Turn, b.Number));
    }

    private IEnumerable<(char Storey, int Index, int Max)> StoreysOver(int offer)
    {
        yield return ('o', offer, claim.Instance.Offers[offer].Max);
        if (supervisorOf[offer] != Nowhere)
        {
            yield return ('s', supervisorOf[offer], claim.Instance.Supervisors[supervisorOf[offer]].Max ?? int.MaxValue);
        }

        yield return ('h', hostOf[offer], claim.Instance.Hosts[hostOf[offer]].Max ?? int.MaxValue);
    }

    private IEnumerable<(int Rank, int Offer)> WishesOf(int student)
    {
        var row = claim.Instance.Students[student];
        if (IsPinned(student))
        {
            return claim.OptionsOf(student).Select(offer => (0, offer));
        }

        return row.Choices.SelectMany((group, g) => group.Select(id => (Rank: g + 1, Offer: claim.OfferAt[id])))
            .Where(wish => claim.Admits(wish.Offer, student) && !claim.Forbidden.Contains((row.Id, claim.Instance.Offers[wish.Offer].Id)));
    }

    private bool Prefers(Wish wish)
    {
        var given = claim.Given[wish.Student];
        return given == Claim.Unplaced || claim.RankOf(wish.Student, given) is not { } rank || wish.Rank < rank;
    }

    private bool IsPinned(int student) => claim.PinOf.ContainsKey(claim.Instance.Students[student].Id);

    private int PlaceIn(int student, int offer, bool isWish)
    {
        var id = claim.Instance.Students[student].Id;
        if (IsPinned(student))
        {
            return 0;
        }

        if (!isWish && claim.RankOf(student, offer) is null)
        {
            return NotAChoice;
        }

        return (positionAtOffer[offer] ?? positionAtHost[hostOf[offer]])?.GetValueOrDefault(id, InNoRanking) ?? InNoRanking;
    }

    private static Dictionary<string, int>? Positions(ImmutableArray<ImmutableArray<string>>? ranking)
    {
        if (ranking is not { } groups)
        {
            return null;
        }

        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var g = 0; g < groups.Length; g++)
        {
            foreach (var id in groups[g])
            {
                positions.TryAdd(id, g + 1);
            }
        }

        return positions;
    }

    /// <param name="Number">In the student's order.</param>
    /// <param name="Position">In the host's ranking.</param>
    /// <param name="Turn">In the order of service.</param>
    private readonly record struct Wish(int Student, int Offer, int Rank, int Number, int Position, int Turn);
}
