using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver;

/// <summary>An offer a student may get.</summary>
/// <param name="Offer">Index in <see cref="Instance.Offers"/>.</param>
/// <param name="Rank">From 1; null: not a choice of the student.</param>
/// <param name="RankOrOffList">The rank; off-list is the instance's greatest rank + 1.</param>
/// <param name="Cost">What <c>min-cost</c> adds up.</param>
internal sealed record Option(int Offer, int? Rank, int RankOrOffList, long Cost, bool Pinned);

/// <summary>An instance with indices instead of ids, students in canonical (ordinal) order, and the offers each may get.</summary>
internal sealed class Roster
{
    private readonly ImmutableArray<Option>[] options;
    private readonly HashSet<int> pinned = [];

    public Roster(Instance instance)
    {
        Instance = instance;
        OfferIndex = Index(instance.Offers.Select(o => o.Id));
        HostIndex = Index(instance.Hosts.Select(h => h.Id));
        SupervisorIndex = Index(instance.Supervisors.Select(s => s.Id));
        StudentIndex = Index(instance.Students.Select(s => s.Id));
        GreatestRank = instance.Students.Length == 0 ? 0 : instance.Students.Max(student => student.Choices.Length);

        var forbidden = instance.Forbidden.Select(pair => (pair.Student, pair.Offer)).ToHashSet();
        var pins = instance.Pinned.ToDictionary(pair => pair.Student, pair => pair.Offer, StringComparer.Ordinal);
        Published = instance.Published.ToDictionary(pair => StudentIndex[pair.Student], pair => OfferIndex[pair.Offer]);
        Tickets = [.. instance.Students.Select(student => Lottery.Ticket(instance.LotterySeed, student.Id))];
        options = new ImmutableArray<Option>[instance.Students.Length];
        for (var s = 0; s < options.Length; s++)
        {
            var student = instance.Students[s];
            if (pins.TryGetValue(student.Id, out var pin))
            {
                pinned.Add(s);
                options[s] = forbidden.Contains((student.Id, pin)) ? [] : [MakeOption(student, OfferIndex[pin], pinned: true)];
                continue;
            }

            var mine = ImmutableArray.CreateBuilder<Option>();
            var seen = new HashSet<int>();
            foreach (var offer in student.Choices.SelectMany(group => group).Select(id => OfferIndex[id]))
            {
                if (Admits(offer, student) && !forbidden.Contains((student.Id, instance.Offers[offer].Id)) && seen.Add(offer))
                {
                    mine.Add(MakeOption(student, offer, pinned: false));
                }
            }

            if (student.UnrankedAcceptable)
            {
                for (var offer = 0; offer < instance.Offers.Length; offer++)
                {
                    if (Admits(offer, student) && !forbidden.Contains((student.Id, instance.Offers[offer].Id)) && seen.Add(offer))
                    {
                        mine.Add(MakeOption(student, offer, pinned: false));
                    }
                }
            }

            options[s] = mine.ToImmutable();
        }
    }

    public Instance Instance { get; }

    public Dictionary<string, int> OfferIndex { get; }

    public Dictionary<string, int> HostIndex { get; }

    public Dictionary<string, int> SupervisorIndex { get; }

    public Dictionary<string, int> StudentIndex { get; }

    /// <summary>Earlier placements: offer by student index.</summary>
    public Dictionary<int, int> Published { get; }

    /// <summary>Lottery ticket by student index; lower is served first.</summary>
    public ImmutableArray<ulong> Tickets { get; }

    /// <summary>Greatest rank any student gives; 0 if nobody submitted a list.</summary>
    public int GreatestRank { get; }

    /// <summary>Greatest rank that a pin imposes on somebody with a list; 0 if none. A pin off the list has no rank.</summary>
    public int WorstPinnedRank => pinned.SelectMany(student => options[student]).Max(option => option.Rank) ?? 0;

    public ImmutableArray<Option> OptionsOf(int student) => options[student];

    public bool IsPinned(int student) => pinned.Contains(student);

    /// <summary>True if the student submitted a list; the others never displace one who did.</summary>
    public bool HasList(int student) => Instance.Students[student].Choices.Length > 0;

    /// <summary>Those with a list first, each part in ticket order, equal tickets by ordinal id.</summary>
    public int[] LotteryOrder() =>
        [.. Enumerable.Range(0, Instance.Students.Length)
            .OrderBy(s => HasList(s) ? 0 : 1)
            .ThenBy(s => Tickets[s])
            .ThenBy(s => Instance.Students[s].Id, StringComparer.Ordinal)];

    /// <summary>Higher score first (none last), then lottery; those without a list after all others.</summary>
    public int[] ServiceOrder() =>
        [.. Enumerable.Range(0, Instance.Students.Length)
            .OrderBy(s => HasList(s) ? 0 : 1)
            .ThenByDescending(s => Instance.Students[s].Score ?? double.NegativeInfinity)
            .ThenBy(s => Tickets[s])
            .ThenBy(s => Instance.Students[s].Id, StringComparer.Ordinal)];

    private static Dictionary<string, int> Index(IEnumerable<string> ids) =>
        ids.Select((id, i) => (id, i)).ToDictionary(pair => pair.id, pair => pair.i, StringComparer.Ordinal);

    private bool Admits(int offer, InstanceStudent student) =>
        Instance.Offers[offer].Programmes is not { } programmes
        || (student.Programme is { } programme && programmes.Contains(programme, StringComparer.Ordinal));

    private Option MakeOption(InstanceStudent student, int offer, bool pinned)
    {
        var id = Instance.Offers[offer].Id;
        int? rank = null;
        for (var g = 0; g < student.Choices.Length && rank is null; g++)
        {
            if (student.Choices[g].Contains(id, StringComparer.Ordinal))
            {
                rank = g + 1;
            }
        }

        var standIn = rank ?? GreatestRank + 1;
        return new(offer, rank, standIn, student.Costs.TryGetValue(id, out var cost) ? cost : standIn, pinned);
    }
}
