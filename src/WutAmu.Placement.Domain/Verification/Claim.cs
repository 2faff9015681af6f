using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>The verifier's own reading of instance and result; shares nothing with the solver's.</summary>
internal sealed class Claim
{
    public const int Unplaced = -1;

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
        RankAt = new Dictionary<int, int>[instance.Students.Length];
        Forbidden = [.. instance.Forbidden.Select(pair => (pair.Student, pair.Offer))];
        PinOf = instance.Pinned.ToDictionary(pair => pair.Student, pair => pair.Offer, StringComparer.Ordinal);
        for (var s = 0; s < RankAt.Length; s++)
        {
            RankAt[s] = [];
            for (var g = 0; g < instance.Students[s].Choices.Length; g++)
            {
                foreach (var offer in instance.Students[s].Choices[g])
                {
                    RankAt[s].TryAdd(OfferAt[offer], g + 1);
                }
            }
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

    /// <summary>Rank by offer position, for each student.</summary>
    public Dictionary<int, int>[] RankAt { get; }

    /// <summary>Offer position by student position, or <see cref="Unplaced"/>.</summary>
    public int[] Given { get; }

    public bool HasList(int student) => Instance.Students[student].Choices.Length > 0;

    public int? RankOf(int student, int offer) => RankAt[student].TryGetValue(offer, out var rank) ? rank : null;

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

        var candidates = row.UnrankedAcceptable ? Enumerable.Range(0, Instance.Offers.Length) : RankAt[student].Keys;
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
