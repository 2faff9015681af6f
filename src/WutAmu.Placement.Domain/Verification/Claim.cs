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
        Forbidden = [.. instance.Forbidden.Select(pair => (pair.Student, pair.Offer))];
        PinOf = instance.Pinned.ToDictionary(pair => pair.Student, pair => pair.Offer, StringComparer.Ordinal);
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
            foreach (var group in instance.Students[s].Choices)
            {
                start[s + 1] += group.Length;
            }
        }

        chosen = new int[start[^1]];
        ranks = new int[chosen.Length];
        for (var s = 0; s < instance.Students.Length; s++)
        {
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

    public HashSet<(string Student, string Offer)> Forbidden { get; }

    public Dictionary<string, string> PinOf { get; }

    public int WorstRankOfAll { get; }

    /// <summary>Offer position of an earlier placement by student position, or <see cref="Unplaced"/>.</summary>
    public int[] PublishedAt { get; }

    /// <summary>Offer position by student position, or <see cref="Unplaced"/>.</summary>
    public int[] Given { get; }

    public bool HasList(int student) => Instance.Students[student].Choices.Length > 0;

    public int? RankOf(int student, int offer) =>
        Array.BinarySearch(chosen, start[student], start[student + 1] - start[student], offer) is var at && at >= 0 ? ranks[at] : null;

    public bool Admits(int offer, int student) =>
        Instance.Offers[offer].Programmes is not { } programmes
        || (Instance.Students[student].Programme is { } programme && programmes.Contains(programme, StringComparer.Ordinal));

    /// <summary>Offers the student may get: the pin alone, or the choices, or every offer that admits them; without the forbidden ones.</summary>
    public IEnumerable<int> OptionsOf(int student)
    {
        var row = Instance.Students[student];
        if (PinOf.TryGetValue(row.Id, out var pin))
        {
            return Forbidden.Contains((row.Id, pin)) ? [] : [OfferAt[pin]];
        }

        var candidates = row.UnrankedAcceptable ? Enumerable.Range(0, Instance.Offers.Length) : new ArraySegment<int>(chosen, start[student], start[student + 1] - start[student]);
        return candidates.Where(offer => Admits(offer, student) && !Forbidden.Contains((row.Id, Instance.Offers[offer].Id)));
    }

    private static Dictionary<string, int> Positions(IEnumerable<string> ids)
    {
        var positions = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var id in ids)
        {
            positions.Add(id, positions.Count);
        }

        return positions;
    }
}
