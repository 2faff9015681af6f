using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>The verifier's own reading of instance and result; shares nothing with the solver's.</summary>
internal sealed class Claim
{
    public const int Unplaced = -1;

    // Choices of student s, by offer position: from start[s] to before start[s + 1]. Flat: a large instance has millions.
    private readonly int[] start;
    private readonly int[] chosen;
    private readonly int[] ranks;
    private readonly HashSet<long> forbidden = [];
    private StableMarket? market;
    private int[]? serviceOrder;
    private int[]? lotteryOrder;

    public Claim(Instance instance, MatchingResult result, PolicyName policy)
    {
        Instance = instance;
        Result = result;
        Policy = policy;
        OfferAt = Positions(instance.Offers.Select(offer => offer.Id));
        HostAt = Positions(instance.Hosts.Select(host => host.Id));
        SupervisorAt = Positions(instance.Supervisors.Select(supervisor => supervisor.Id));
        StudentAt = Positions(instance.Students.Select(student => student.Id));
        WorstRankOfAll = instance.Students.Length == 0 ? 0 : instance.Students.Max(student => student.Choices.Length);
        foreach (var pair in instance.Forbidden)
        {
            forbidden.Add(PairOf(StudentAt[pair.Student], OfferAt[pair.Offer]));
        }

        PinOf = instance.Pinned.ToDictionary(pair => pair.Student, pair => pair.Offer, StringComparer.Ordinal);
        PinAt = new int[instance.Students.Length];
        Array.Fill(PinAt, Unplaced);
        foreach (var pair in instance.Pinned)
        {
            PinAt[StudentAt[pair.Student]] = OfferAt[pair.Offer];
        }

        PublishedAt = new int[instance.Students.Length];
        Array.Fill(PublishedAt, Unplaced);
        foreach (var pair in instance.Published)
        {
            PublishedAt[StudentAt[pair.Student]] = OfferAt[pair.Offer];
        }

        start = new int[instance.Students.Length + 1];
        for (var s = 0; s < instance.Students.Length; s++)
        {
            start[s + 1] = start[s];
            if (instance.Positions is { } positions)
            {
                start[s + 1] += positions.OffersOf(s).Length;
                continue;
            }

            foreach (var group in instance.Students[s].Choices)
            {
                start[s + 1] += group.Length;
            }
        }

        chosen = new int[start[^1]];
        ranks = new int[chosen.Length];
        for (var s = 0; s < instance.Students.Length; s++)
        {
            if (instance.Positions is { } positions)
            {
                positions.OffersOf(s).CopyTo(chosen.AsSpan(start[s]));
                positions.RanksOf(s).CopyTo(ranks.AsSpan(start[s]));
                Array.Sort(chosen, ranks, start[s], start[s + 1] - start[s]);
                continue;
            }

            var at = start[s];
            for (var g = 0; g < instance.Students[s].Choices.Length; g++)
            {
                foreach (var offer in instance.Students[s].Choices[g])
                {
                    chosen[at] = OfferAt[offer];
                    ranks[at++] = g + 1;
                }
            }

            Array.Sort(chosen, ranks, start[s], start[s + 1] - start[s]);
        }

        Given = new int[instance.Students.Length];
        Array.Fill(Given, Unplaced);
    }

    public Instance Instance { get; }

    public MatchingResult Result { get; }

    public PolicyName Policy { get; }

    public Dictionary<string, int> OfferAt { get; }

    public Dictionary<string, int> HostAt { get; }

    public Dictionary<string, int> SupervisorAt { get; }

    public Dictionary<string, int> StudentAt { get; }

    public Dictionary<string, string> PinOf { get; }

    /// <summary>Offer position of a pin by student position, or <see cref="Unplaced"/>.</summary>
    public int[] PinAt { get; }

    public int WorstRankOfAll { get; }

    /// <summary>Offer position of an earlier placement by student position, or <see cref="Unplaced"/>.</summary>
    public int[] PublishedAt { get; }

    /// <summary>Offer position by student position, or <see cref="Unplaced"/>.</summary>
    public int[] Given { get; }

    /// <summary>The two sides of the instance; made when first asked for, and only once: it is the dearest part of a check.</summary>
    public StableMarket Market => market ??= new(this);

    public bool HasList(int student) => Instance.Students[student].Choices.Length > 0;

    /// <summary>The student's choices, ascending: whether they admit them or not.</summary>
    public ReadOnlySpan<int> ChosenBy(int student) => chosen.AsSpan(start[student], start[student + 1] - start[student]);

    /// <summary>Rank of each of <see cref="ChosenBy"/>.</summary>
    public ReadOnlySpan<int> RanksOf(int student) => ranks.AsSpan(start[student], start[student + 1] - start[student]);

    public int? RankOf(int student, int offer) => ChosenBy(student).BinarySearch(offer) is var at && at >= 0 ? ranks[start[student] + at] : null;

    public bool IsForbidden(int student, int offer) => forbidden.Count > 0 && forbidden.Contains(PairOf(student, offer));

    public bool Admits(int offer, int student) =>
        Instance.Offers[offer].Programmes is not { } programmes
        || (Instance.Students[student].Programme is { } programme && programmes.Contains(programme, StringComparer.Ordinal));

    /// <summary>True: the student may get the offer: their pin, or a choice, or any offer if they accept all; admitted, unless pinned, and not forbidden.</summary>
    public bool MayGet(int student, int offer)
    {
        if (PinAt[student] != Unplaced)
        {
            return PinAt[student] == offer && !IsForbidden(student, offer);
        }

        return (Instance.Students[student].UnrankedAcceptable || RankOf(student, offer) is not null) && Admits(offer, student) && !IsForbidden(student, offer);
    }

    /// <summary>Offers the student may get: the pin alone, or the choices, or every offer that admits them; without the forbidden ones.</summary>
    public IEnumerable<int> OptionsOf(int student)
    {
        if (PinAt[student] is var pin && pin != Unplaced)
        {
            return IsForbidden(student, pin) ? [] : [pin];
        }

        var candidates = Instance.Students[student].UnrankedAcceptable ? Enumerable.Range(0, Instance.Offers.Length) : new ArraySegment<int>(chosen, start[student], start[student + 1] - start[student]);
        return candidates.Where(offer => Admits(offer, student) && !IsForbidden(student, offer));
    }

    /// <summary>Students with a list first; each part by score, if asked, then ticket, then id.</summary>
    public int[] Order(bool byScore) => byScore ? serviceOrder ??= Ordered(byScore: true) : lotteryOrder ??= Ordered(byScore: false);

    private int[] Ordered(bool byScore)
    {
        var students = Instance.Students;
        var tickets = new ulong[students.Length];
        var order = new int[students.Length];
        for (var s = 0; s < order.Length; s++)
        {
            (tickets[s], order[s]) = (Lottery.Ticket(Instance.LotterySeed, students[s].Id), s);
        }

        Array.Sort(order, (one, other) =>
        {
            var compared = HasList(other).CompareTo(HasList(one));
            if (compared == 0 && byScore)
            {
                compared = (students[other].Score ?? double.NegativeInfinity).CompareTo(students[one].Score ?? double.NegativeInfinity);
            }

            compared = compared == 0 ? tickets[one].CompareTo(tickets[other]) : compared;
            return compared == 0 ? string.CompareOrdinal(students[one].Id, students[other].Id) : compared;
        });
        return order;
    }

    private long PairOf(int student, int offer) => ((long)student * Instance.Offers.Length) + offer;

    /// <summary>Whether a quota counts those placed at an offer, whoever of them it counts.</summary>
    public static bool CountsAt(Quota quota, InstanceOffer offer) =>
        (quota.Hosts is not { } hosts || hosts.Contains(offer.Host, StringComparer.Ordinal))
        && (quota.Offers is not { } offers || offers.Contains(offer.Id, StringComparer.Ordinal));

    private static Dictionary<string, int> Positions(IEnumerable<string> ids)
    {
        var positions = new Dictionary<string, int>(ids.TryGetNonEnumeratedCount(out var count) ? count : 0, StringComparer.Ordinal);
        foreach (var id in ids)
        {
            positions.Add(id, positions.Count);
        }

        return positions;
    }
}
