using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver;

/// <summary>An instance with indices instead of ids, students in canonical (ordinal) order, and the offers each may get.</summary>
internal sealed class Roster
{
    private static readonly Comparer<Option> ByOffer = Comparer<Option>.Create((one, other) => one.Offer.CompareTo(other.Offer));

    private readonly Option[] options;
    private readonly int[] start;
    private readonly bool[] pinned;
    private readonly bool[] hasList;

    // True: some offer is forbidden to the student.
    private readonly bool[] forbids;
    private readonly Lazy<Dictionary<string, int>> students;
    private ulong[]? tickets;

    /// <param name="like">Of an instance with the same rows in the same order, that differs in bounds, pins, forbidden pairs or some students' rows: what is the same is not read again. Null: none.</param>
    public Roster(Instance instance, Roster? like = null)
    {
        Instance = instance;
        OfferIndex = like?.OfferIndex ?? Index(instance.Offers, offer => offer.Id);
        HostIndex = like?.HostIndex ?? Index(instance.Hosts, host => host.Id);
        SupervisorIndex = like?.SupervisorIndex ?? Index(instance.Supervisors, supervisor => supervisor.Id);
        students = like?.students ?? new(() => Index(instance.Students, student => student.Id));
        tickets = like?.Tickets;
        var n = instance.Students.Length;
        var total = 0;
        var positions = instance.Positions;
        hasList = new bool[n];
        for (var s = 0; s < n; s++)
        {
            var student = instance.Students[s];
            hasList[s] = student.Choices.Length > 0;
            GreatestRank = Math.Max(GreatestRank, student.Choices.Length);
            if (positions is not null)
            {
                total += positions.OffersOf(s).Length;
                continue;
            }

            foreach (var group in student.Choices)
            {
                total += group.Length;
            }
        }

        foreach (var pair in instance.Published)
        {
            Published.Add(StudentIndex[pair.Student], OfferIndex[pair.Offer]);
        }

        forbids = new bool[n];
        var forbidden = new HashSet<(int Student, int Offer)>();
        foreach (var pair in instance.Forbidden)
        {
            forbids[StudentIndex[pair.Student]] = true;
            forbidden.Add((StudentIndex[pair.Student], OfferIndex[pair.Offer]));
        }

        pinned = new bool[n];
        var pinOf = new Dictionary<int, int>();
        foreach (var pin in instance.Pinned)
        {
            pinned[StudentIndex[pin.Student]] = true;
            pinOf.Add(StudentIndex[pin.Student], OfferIndex[pin.Offer]);
        }

        // Who last looked at an offer: an offer listed twice, or listed and acceptable unlisted, is one option.
        var seenBy = new int[instance.Offers.Length];
        Array.Fill(seenBy, -1);
        var all = new List<Option>(total);
        start = new int[n + 1];
        for (var s = 0; s < n; s++)
        {
            var student = instance.Students[s];
            var pin = pinned[s] ? pinOf[s] : -1;
            if (like is not null && IsAsIn(like, s))
            {
                foreach (var option in like.OptionsOf(s))
                {
                    all.Add(option);
                }

                start[s + 1] = all.Count;
                continue;
            }

            if (positions is not null)
            {
                var offers = positions.OffersOf(s);
                var ranks = positions.RanksOf(s);
                for (var k = 0; k < offers.Length;)
                {
                    var (before, rank) = (all.Count, ranks[k]);
                    for (; k < offers.Length && ranks[k] == rank; k++)
                    {
                        Take(s, student, offers[k], rank, pin);
                    }

                    SortTied(before);
                }
            }
            else
            {
                for (var g = 0; g < student.Choices.Length; g++)
                {
                    var before = all.Count;
                    foreach (var id in student.Choices[g])
                    {
                        Take(s, student, OfferIndex[id], g + 1, pin);
                    }

                    SortTied(before);
                }
            }

            if (pin >= 0 ? all.Count == start[s] : student.UnrankedAcceptable)
            {
                var (from, to) = pin >= 0 ? (pin, pin + 1) : (0, instance.Offers.Length);
                for (var offer = from; offer < to; offer++)
                {
                    if ((pin >= 0 || Admits(offer, student)) && seenBy[offer] != s && (forbidden.Count == 0 || !forbidden.Contains((s, offer))))
                    {
                        all.Add(new(offer, GreatestRank + 1, student.Costs.TryGetValue(instance.Offers[offer].Id, out var cost) ? cost : GreatestRank + 1, Listed: false, Pinned: pin >= 0));
                    }
                }
            }

            start[s + 1] = all.Count;
        }

        options = [.. all];

        void Take(int s, InstanceStudent student, int offer, int rank, int pin)
        {
            if ((pin < 0 ? Admits(offer, student) : offer == pin) && seenBy[offer] != s && (forbidden.Count == 0 || !forbidden.Contains((s, offer))))
            {
                seenBy[offer] = s;
                all.Add(new(offer, rank, student.Costs.Count > 0 && student.Costs.TryGetValue(instance.Offers[offer].Id, out var cost) ? cost : rank, Listed: true, Pinned: pin >= 0));
            }
        }

        // Written in any order, equally good offers are the same.
        void SortTied(int before)
        {
            if (all.Count - before > 1)
            {
                all.Sort(before, all.Count - before, ByOffer);
            }
        }
    }

    public Instance Instance { get; }

    public Dictionary<string, int> OfferIndex { get; }

    public Dictionary<string, int> HostIndex { get; }

    public Dictionary<string, int> SupervisorIndex { get; }

    public Dictionary<string, int> StudentIndex => students.Value;

    /// <summary>Earlier placements: offer by student index.</summary>
    public Dictionary<int, int> Published { get; } = [];

    /// <summary>Lottery ticket by student index; lower is served first.</summary>
    public ulong[] Tickets => tickets ??= Draw();

    /// <summary>Greatest rank any student gives; 0 if nobody submitted a list.</summary>
    public int GreatestRank { get; }

    /// <summary>Greatest rank that a pin imposes on somebody with a list; 0 if none. A pin off the list has no rank.</summary>
    public int WorstPinnedRank => Instance.Pinned.Length == 0 ? 0 : options.Where(option => option.Pinned).Max(option => option.Rank) ?? 0;

    public OptionList OptionsOf(int student) => new(options, start[student], start[student + 1] - start[student]);

    /// <summary>Number of options of all students.</summary>
    public int OptionCount => options.Length;

    public bool IsPinned(int student) => pinned[student];

    /// <summary>True if the student submitted a list; the others never displace one who did.</summary>
    public bool HasList(int student) => hasList[student];

    /// <summary>Those with a list first, each part in ticket order, equal tickets by ordinal id.</summary>
    public int[] LotteryOrder() => Order(byScore: false);

    /// <summary>Higher score first (none last), then lottery; those without a list after all others.</summary>
    public int[] ServiceOrder() => Order(byScore: true);

    private int[] Order(bool byScore)
    {
        var drawn = Tickets;
        var scores = new double[byScore ? hasList.Length : 0];
        var order = new int[hasList.Length];
        for (var s = 0; s < order.Length; s++)
        {
            order[s] = s;
            if (byScore)
            {
                scores[s] = Instance.Students[s].Score ?? double.NegativeInfinity;
            }
        }

        // Students stand in ordinal order, so that the position stands for the id.
        Array.Sort(order, (one, other) =>
            hasList[one] != hasList[other] ? hasList[other].CompareTo(hasList[one])
            : byScore && scores[one] != scores[other] ? scores[other].CompareTo(scores[one])
            : drawn[one] != drawn[other] ? drawn[one].CompareTo(drawn[other])
            : one.CompareTo(other));
        return order;
    }

    // Neither pinned nor forbidden anything, here or there. The greatest rank is that of an option off the list.
    private bool IsAsIn(Roster like, int student) =>
        ReferenceEquals(Instance.Students[student], like.Instance.Students[student]) && !pinned[student] && !like.pinned[student]
        && !forbids[student] && !like.forbids[student] && GreatestRank == like.GreatestRank;

    private ulong[] Draw()
    {
        var drawn = new ulong[Instance.Students.Length];
        for (var s = 0; s < drawn.Length; s++)
        {
            drawn[s] = Lottery.Ticket(Instance.LotterySeed, Instance.Students[s].Id);
        }

        return drawn;
    }

    private static Dictionary<string, int> Index<T>(ImmutableArray<T> rows, Func<T, string> idOf)
    {
        var index = new Dictionary<string, int>(rows.Length, StringComparer.Ordinal);
        for (var i = 0; i < rows.Length; i++)
        {
            index.Add(idOf(rows[i]), i);
        }

        return index;
    }

    private bool Admits(int offer, InstanceStudent student) =>
        Instance.Offers[offer].Programmes is not { } programmes
        || (student.Programme is { } programme && programmes.Contains(programme, StringComparer.Ordinal));
}
