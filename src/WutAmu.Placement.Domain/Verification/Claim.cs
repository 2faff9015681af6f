using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>The verifier's own reading of instance and result; shares nothing with the solver's.</summary>
internal sealed class Claim
{
    public const int Unplaced = -1;

    /// <summary>A list of so many choices is looked through for an offer; a longer one is sorted first.</summary>
    private const int ShortList = 64;

    // Choices of student s, by offer position, best first: from start[s] to before start[s + 1]. Flat: a large instance has millions.
    private readonly ImmutableArray<int> start;
    private readonly ImmutableArray<int> chosen;
    private readonly ImmutableArray<int> ranks;
    private readonly HashSet<long> forbidden = [];
    private readonly bool[] isOpenToAll;
    private readonly bool allAreOpen = true;
    private readonly bool[] hasList;
    private readonly bool[] acceptsAny;
    private readonly Dictionary<int, (int[] Offers, int[] Ranks)> longLists = [];
    private StableMarket? market;
    private double[]? scores;
    private ulong[]? tickets;
    private bool[]? isDrawn;
    private int[]? serviceOrder;
    private int[]? lotteryOrder;

    public Claim(Instance instance, MatchingResult result, PolicyName policy)
    {
        Instance = instance;
        Result = result;
        Policy = policy;
        OfferAt = IdPositions.Of(instance.Offers, offer => offer.Id);
        HostAt = IdPositions.Of(instance.Hosts, host => host.Id);
        SupervisorAt = IdPositions.Of(instance.Supervisors, supervisor => supervisor.Id);
        StudentAt = IdPositions.Of(instance.Students, student => student.Id);
        foreach (var pair in instance.Forbidden)
        {
            forbidden.Add(PairOf(StudentAt[pair.Student], OfferAt[pair.Offer]));
        }

        PinOf = instance.Pinned.ToDictionary(pair => pair.Student, pair => pair.Offer, StringComparer.Ordinal);
        PinAt = Filled(instance.Students.Length);
        foreach (var pair in instance.Pinned)
        {
            PinAt[StudentAt[pair.Student]] = OfferAt[pair.Offer];
        }

        PublishedAt = Filled(instance.Students.Length);
        foreach (var pair in instance.Published)
        {
            PublishedAt[StudentAt[pair.Student]] = OfferAt[pair.Offer];
        }

        isOpenToAll = new bool[instance.Offers.Length];
        HostOf = new int[instance.Offers.Length];
        for (var o = 0; o < isOpenToAll.Length; o++)
        {
            isOpenToAll[o] = instance.Offers[o].Programmes is null;
            allAreOpen &= isOpenToAll[o];
            HostOf[o] = HostAt[instance.Offers[o].Host];
        }

        hasList = new bool[instance.Students.Length];
        acceptsAny = new bool[hasList.Length];
        var positions = instance.Positions;
        for (var s = 0; s < hasList.Length; s++)
        {
            var student = instance.Students[s];
            acceptsAny[s] = student.UnrankedAcceptable;
            HasCosts |= student.Costs.Count > 0;
            var worst = positions?.GroupsOf(s) ?? student.Choices.Length;
            hasList[s] = worst > 0;
            WorstRankOfAll = Math.Max(WorstRankOfAll, worst);
        }

        (start, chosen, ranks) = positions is null ? ReadChoices() : (positions.First, positions.Offer, positions.Rank);
        Given = Filled(instance.Students.Length);
        GivenRank = new int[instance.Students.Length];
    }

    public Instance Instance { get; }

    public MatchingResult Result { get; }

    public PolicyName Policy { get; }

    public IdPositions OfferAt { get; }

    public IdPositions HostAt { get; }

    public IdPositions SupervisorAt { get; }

    public IdPositions StudentAt { get; }

    /// <summary>Host position by offer position.</summary>
    public int[] HostOf { get; }

    public Dictionary<string, string> PinOf { get; }

    /// <summary>Offer position of a pin by student position, or <see cref="Unplaced"/>.</summary>
    public int[] PinAt { get; }

    public int WorstRankOfAll { get; }

    /// <summary>True: somebody states costs.</summary>
    public bool HasCosts { get; }

    /// <summary>Offer position of an earlier placement by student position, or <see cref="Unplaced"/>.</summary>
    public int[] PublishedAt { get; }

    /// <summary>Offer position by student position, or <see cref="Unplaced"/>.</summary>
    public int[] Given { get; }

    /// <summary>Rank of what each student has in the result; 0: no choice of theirs, or nothing.</summary>
    public int[] GivenRank { get; }

    /// <summary>The two sides of the instance; made when first asked for, and only once: it is the dearest part of a check.</summary>
    public StableMarket Market => market ??= new(this);

    /// <summary>True: nobody is pinned, and every choice is open to whoever made it.</summary>
    public bool IsEveryChoiceOpen => allAreOpen && forbidden.Count == 0 && PinOf.Count == 0;

    /// <summary>The choices of all students; those of student s from Start[s] to before Start[s + 1].</summary>
    public (ImmutableArray<int> Start, ImmutableArray<int> Offers, ImmutableArray<int> Ranks) Choices => (start, chosen, ranks);

    public bool HasList(int student) => hasList[student];

    /// <summary>True: any offer that admits the student will do, if no choice can be had.</summary>
    public bool AcceptsAny(int student) => acceptsAny[student];

    /// <summary>The student's choices, best first: whether they admit them or not.</summary>
    public ReadOnlySpan<int> ChosenBy(int student) => chosen.AsSpan()[start[student]..start[student + 1]];

    /// <summary>Rank of each of <see cref="ChosenBy"/>, never falling.</summary>
    public ReadOnlySpan<int> RanksOf(int student) => ranks.AsSpan()[start[student]..start[student + 1]];

    public int? RankOf(int student, int offer)
    {
        var list = ChosenBy(student);
        if (list.Length <= ShortList)
        {
            return list.IndexOf(offer) is var at && at >= 0 ? ranks[start[student] + at] : null;
        }

        if (!longLists.TryGetValue(student, out var sorted))
        {
            sorted = (list.ToArray(), RanksOf(student).ToArray());
            Array.Sort(sorted.Offers, sorted.Ranks);
            longLists.Add(student, sorted);
        }

        return Array.BinarySearch(sorted.Offers, offer) is var place && place >= 0 ? sorted.Ranks[place] : null;
    }

    public bool IsForbidden(int student, int offer) => forbidden.Count > 0 && forbidden.Contains(PairOf(student, offer));

    public bool Admits(int offer, int student) =>
        isOpenToAll[offer]
        || (Instance.Students[student].Programme is { } programme && Instance.Offers[offer].Programmes is { } programmes && programmes.Contains(programme, StringComparer.Ordinal));

    /// <summary>True: the student may get what the result gives them: their pin, or a choice, or any offer if they accept all; admitted, unless pinned, and not forbidden.</summary>
    public bool MayGetWhatIsGiven(int student)
    {
        var offer = Given[student];
        if (PinAt[student] != Unplaced)
        {
            return PinAt[student] == offer && !IsForbidden(student, offer);
        }

        return (GivenRank[student] > 0 || acceptsAny[student]) && Admits(offer, student) && !IsForbidden(student, offer);
    }

    /// <summary>Offers the student may get: the pin alone, or the choices, or every offer that admits them; without the forbidden ones.</summary>
    public IEnumerable<int> OptionsOf(int student)
    {
        if (PinAt[student] is var pin && pin != Unplaced)
        {
            return IsForbidden(student, pin) ? [] : [pin];
        }

        var candidates = acceptsAny[student] ? Enumerable.Range(0, Instance.Offers.Length) : ChosenBy(student).ToArray();
        return candidates.Where(offer => Admits(offer, student) && !IsForbidden(student, offer));
    }

    /// <summary>Students with a list first; each part by score, if asked, then ticket, then id.</summary>
    public int[] Order(bool byScore) => byScore ? serviceOrder ??= Ordered(Everybody, byScore: true) : lotteryOrder ??= Ordered(Everybody, byScore: false);

    /// <summary>Some students in that order. Draws tickets for those alone whom nothing else parts.</summary>
    public int[] Ordered(int[] some, bool byScore)
    {
        int[] ordered = [.. some.Where(HasList), .. some.Where(student => !HasList(student))];
        var lists = some.Count(HasList);
        foreach (var part in new[] { 0..lists, lists..ordered.Length })
        {
            if (byScore)
            {
                SortByScore(ordered.AsSpan()[part]);
            }
            else
            {
                SortByTicket(ordered.AsSpan()[part]);
            }
        }

        return ordered;
    }

    /// <summary>Who of two comes first in <see cref="Order"/> by score; negative: the one. Draws tickets for those alone whom nothing else parts.</summary>
    public int Compare(int one, int other) =>
        hasList[one] != hasList[other] ? (hasList[one] ? -1 : 1)
        : ScoreOf(other).CompareTo(ScoreOf(one)) is var byScore && byScore != 0 ? byScore
        : TicketOf(one).CompareTo(TicketOf(other)) is var byTicket && byTicket != 0 ? byTicket
        : string.CompareOrdinal(Instance.Students[one].Id, Instance.Students[other].Id);

    private int[] Everybody => [.. Enumerable.Range(0, hasList.Length)];

    // Numbers alone are sorted; what they leave equal is sorted by what comes next.
    private void SortByScore(Span<int> students)
    {
        var keys = new double[students.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = -ScoreOf(students[i]);
        }

        keys.AsSpan().Sort(students);
        for (int from = 0, to = 1; from < keys.Length; to++)
        {
            if (to == keys.Length || keys[to] != keys[from])
            {
                SortByTicket(students[from..to]);
                from = to;
            }
        }
    }

    private void SortByTicket(Span<int> students)
    {
        if (students.Length < 2)
        {
            return;
        }

        var keys = new ulong[students.Length];
        for (var i = 0; i < keys.Length; i++)
        {
            keys[i] = TicketOf(students[i]);
        }

        keys.AsSpan().Sort(students);
        for (int from = 0, to = 1; from < keys.Length; to++)
        {
            if (to == keys.Length || keys[to] != keys[from])
            {
                students[from..to].Sort((one, other) => string.CompareOrdinal(Instance.Students[one].Id, Instance.Students[other].Id));
                from = to;
            }
        }
    }

    private double ScoreOf(int student) => (scores ??= [.. Instance.Students.Select(row => row.Score ?? double.NegativeInfinity)])[student];

    private ulong TicketOf(int student)
    {
        tickets ??= new ulong[hasList.Length];
        isDrawn ??= new bool[hasList.Length];
        if (!isDrawn[student])
        {
            (tickets[student], isDrawn[student]) = (Lottery.Ticket(Instance.LotterySeed, Instance.Students[student].Id), true);
        }

        return tickets[student];
    }

    private (ImmutableArray<int> Start, ImmutableArray<int> Chosen, ImmutableArray<int> Ranks) ReadChoices()
    {
        var first = ImmutableArray.CreateBuilder<int>(Instance.Students.Length + 1);
        var offers = ImmutableArray.CreateBuilder<int>();
        var places = ImmutableArray.CreateBuilder<int>();
        first.Add(0);
        foreach (var student in Instance.Students)
        {
            for (var g = 0; g < student.Choices.Length; g++)
            {
                foreach (var offer in student.Choices[g])
                {
                    offers.Add(OfferAt[offer]);
                    places.Add(g + 1);
                }
            }

            first.Add(offers.Count);
        }

        return (first.MoveToImmutable(), offers.DrainToImmutable(), places.DrainToImmutable());
    }

    private static int[] Filled(int length)
    {
        var array = new int[length];
        Array.Fill(array, Unplaced);
        return array;
    }

    private long PairOf(int student, int offer) => ((long)student * Instance.Offers.Length) + offer;

    /// <summary>Whether a quota counts those placed at an offer, whoever of them it counts.</summary>
    public static bool CountsAt(Quota quota, InstanceOffer offer) =>
        (quota.Hosts is not { } hosts || hosts.Contains(offer.Host, StringComparer.Ordinal))
        && (quota.Offers is not { } offers || offers.Contains(offer.Id, StringComparer.Ordinal));
}
