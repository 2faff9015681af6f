using System.Collections.Immutable;
using System.Runtime.InteropServices;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver;

/// <summary>An instance with indices instead of ids, students in canonical (ordinal) order, and the offers each may get.</summary>
internal sealed class Roster
{
    private readonly OptionColumns options;
    private readonly ImmutableArray<int> start;
    private readonly bool[] pinned;
    private readonly bool[] hasList;

    // True: some offer is forbidden to the student.
    private readonly bool[] forbids;
    private readonly Lazy<Dictionary<string, int>> students;
    private readonly Lazy<Dictionary<string, int>> offers;
    private readonly Lazy<Dictionary<string, int>> hosts;
    private readonly Lazy<Dictionary<string, int>> supervisors;
    private int[]? hostOf;
    private readonly Turns turns;

    /// <param name="like">Of an instance with the same rows in the same order, that differs in bounds, pins, forbidden pairs or some students' rows: what is the same is not read again. Null: none.</param>
    public Roster(Instance instance, Roster? like = null)
    {
        Instance = instance;
        offers = like?.offers ?? new(() => Index(instance.Offers, offer => offer.Id));
        hosts = like?.hosts ?? new(() => Index(instance.Hosts, host => host.Id));
        supervisors = like?.supervisors ?? new(() => Index(instance.Supervisors, supervisor => supervisor.Id));
        students = like?.students ?? new(() => Index(instance.Students, student => student.Id));
        hostOf = like?.hostOf;
        var n = instance.Students.Length;
        var positions = instance.Positions;
        hasList = new bool[n];
        for (var s = 0; s < n; s++)
        {
            var rank = positions?.GroupsOf(s) ?? instance.Students[s].Choices.Length;
            hasList[s] = rank > 0;
            GreatestRank = Math.Max(GreatestRank, rank);
        }

        turns = new(instance, hasList, like?.Tickets);
        foreach (var pair in instance.Published)
        {
            Published.Add(StudentIndex[pair.Student], OfferIndex[pair.Offer]);
        }

        forbids = new bool[n];
        pinned = new bool[n];
        if (like is null && positions is not null && IsPlain(instance, positions))
        {
            start = positions.First;
            options = new(positions.Offer, positions.Rank, null, GreatestRank);
        }
        else
        {
            (start, options) = Collect(like, positions);
        }
    }

    public Instance Instance { get; }

    public Dictionary<string, int> OfferIndex => offers.Value;

    public Dictionary<string, int> HostIndex => hosts.Value;

    public Dictionary<string, int> SupervisorIndex => supervisors.Value;

    public Dictionary<string, int> StudentIndex => students.Value;

    /// <summary>Host by offer.</summary>
    public int[] HostOf => hostOf ??= HostsOfOffers();

    /// <summary>Earlier placements: offer by student index.</summary>
    public Dictionary<int, int> Published { get; } = [];

    /// <summary>Lottery ticket by student index; lower is served first.</summary>
    public ulong[] Tickets => turns.Tickets;

    /// <summary>Greatest rank any student gives; 0 if nobody submitted a list.</summary>
    public int GreatestRank { get; }

    /// <summary>Greatest rank that a pin imposes on somebody with a list; 0 if none. A pin off the list has no rank.</summary>
    public int WorstPinnedRank
    {
        get
        {
            var worst = 0;
            for (var s = 0; Instance.Pinned.Length > 0 && s < pinned.Length; s++)
            {
                for (var i = start[s]; pinned[s] && i < start[s + 1]; i++)
                {
                    worst = Math.Max(worst, options.At(i, pinned: true).Rank ?? 0);
                }
            }

            return worst;
        }
    }

    public OptionList OptionsOf(int student) => new(options, start[student], start[student + 1] - start[student], pinned[student]);

    /// <summary>The options of all students; those of student s from <c>Start[s]</c> to before <c>Start[s + 1]</c>.</summary>
    public OptionColumns Options => options;

    public ImmutableArray<int> Start => start;

    /// <summary>Number of options of all students.</summary>
    public int OptionCount => options.Offer.Length;

    public bool IsPinned(int student) => pinned[student];

    /// <summary>True if the student submitted a list; the others never displace one who did.</summary>
    public bool HasList(int student) => hasList[student];

    /// <summary>Those with a list first, each part in ticket order, equal tickets by ordinal id.</summary>
    public int[] LotteryOrder() => turns.Order(byScore: false);

    /// <summary>Higher score first (none last), then lottery; those without a list after all others.</summary>
    public int[] ServiceOrder() => turns.Order(byScore: true);

    // What everybody may have is what they chose, in the order of offers where two are equally good.
    private static bool IsPlain(Instance instance, ChoicePositions positions)
    {
        if (instance.Pinned.Length > 0 || instance.Forbidden.Length > 0 || instance.Offers.Any(offer => offer.Programmes is not null))
        {
            return false;
        }

        for (var s = 0; s < instance.Students.Length; s++)
        {
            if (instance.Students[s] is { UnrankedAcceptable: true } or { Costs.Count: > 0 } || positions.HasTies(s))
            {
                return false;
            }
        }

        return true;
    }

    private (ImmutableArray<int> Start, OptionColumns Options) Collect(Roster? like, ChoicePositions? positions)
    {
        var instance = Instance;
        var n = instance.Students.Length;
        var forbidden = new HashSet<(int Student, int Offer)>();
        foreach (var pair in instance.Forbidden)
        {
            forbids[StudentIndex[pair.Student]] = true;
            forbidden.Add((StudentIndex[pair.Student], OfferIndex[pair.Offer]));
        }

        var pinOf = new Dictionary<int, int>();
        foreach (var pin in instance.Pinned)
        {
            pinned[StudentIndex[pin.Student]] = true;
            pinOf.Add(StudentIndex[pin.Student], OfferIndex[pin.Offer]);
        }

        // Who last looked at an offer: an offer listed twice, or listed and acceptable unlisted, is one option.
        var seenBy = new int[instance.Offers.Length];
        Array.Fill(seenBy, -1);
        var (all, ranks) = (new List<int>(positions?.Offer.Length ?? n), new List<int>(positions?.Offer.Length ?? n));
        var costs = instance.Students.Any(student => student.Costs.Count > 0) ? new List<long>(all.Capacity) : null;
        var first = ImmutableArray.CreateBuilder<int>(n + 1);
        first.Add(0);
        for (var s = 0; s < n; s++)
        {
            var student = instance.Students[s];
            var pin = pinned[s] ? pinOf[s] : -1;
            if (like is not null && IsAsIn(like, s))
            {
                foreach (var option in like.OptionsOf(s))
                {
                    all.Add(option.Offer);
                    ranks.Add(option.RankOrOffList);
                    costs?.Add(option.Cost);
                }
            }
            else
            {
                TakeAll(s, student, pin);
            }

            first.Add(all.Count);
        }

        return (first.MoveToImmutable(), new([.. all], [.. ranks], costs is null ? null : [.. costs], GreatestRank));

        void TakeAll(int s, InstanceStudent student, int pin)
        {
            if (positions is not null)
            {
                var chosen = positions.OffersOf(s);
                var rank = positions.RanksOf(s);
                for (var k = 0; k < chosen.Length;)
                {
                    var (before, group) = (all.Count, rank[k]);
                    for (; k < chosen.Length && rank[k] == group; k++)
                    {
                        Take(s, student, chosen[k], group, pin);
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

            if (pin >= 0 ? all.Count == first[s] : student.UnrankedAcceptable)
            {
                var (from, to) = pin >= 0 ? (pin, pin + 1) : (0, instance.Offers.Length);
                for (var offer = from; offer < to; offer++)
                {
                    if ((pin >= 0 || Admits(offer, student)) && seenBy[offer] != s && (forbidden.Count == 0 || !forbidden.Contains((s, offer))))
                    {
                        Put(student, offer, GreatestRank + 1);
                    }
                }
            }
        }

        void Take(int s, InstanceStudent student, int offer, int rank, int pin)
        {
            if ((pin < 0 ? Admits(offer, student) : offer == pin) && seenBy[offer] != s && (forbidden.Count == 0 || !forbidden.Contains((s, offer))))
            {
                seenBy[offer] = s;
                Put(student, offer, rank);
            }
        }

        void Put(InstanceStudent student, int offer, int rank)
        {
            all.Add(offer);
            ranks.Add(rank);
            costs?.Add(student.Costs.Count > 0 && student.Costs.TryGetValue(instance.Offers[offer].Id, out var cost) ? cost : rank);
        }

        // Written in any order, equally good offers are the same.
        void SortTied(int before)
        {
            if (all.Count - before < 2)
            {
                return;
            }

            var tied = CollectionsMarshal.AsSpan(all)[before..];
            if (costs is null)
            {
                tied.Sort();
            }
            else
            {
                tied.Sort(CollectionsMarshal.AsSpan(costs)[before..]);
            }
        }
    }

    // Neither pinned nor forbidden anything, here or there. The greatest rank is that of an option off the list.
    private bool IsAsIn(Roster like, int student) =>
        ReferenceEquals(Instance.Students[student], like.Instance.Students[student]) && !pinned[student] && !like.pinned[student]
        && !forbids[student] && !like.forbids[student] && GreatestRank == like.GreatestRank;

    // Offers mostly stand in the order of their hosts: the host of the one before, or the next, is looked at before any table is made.
    private int[] HostsOfOffers()
    {
        var found = new int[Instance.Offers.Length];
        var likely = 0;
        for (var o = 0; o < found.Length; o++)
        {
            var host = Instance.Offers[o].Host;
            for (var tries = 0; tries < 2 && likely < Instance.Hosts.Length && Instance.Hosts[likely].Id != host; tries++)
            {
                likely++;
            }

            if (likely == Instance.Hosts.Length || Instance.Hosts[likely].Id != host)
            {
                likely = HostIndex[host];
            }

            found[o] = likely;
        }

        return found;
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
