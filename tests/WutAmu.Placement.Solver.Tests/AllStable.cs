using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Every stable matching of pins and choices, by trying every matching; written from the definition, with none of the engine's code.</summary>
internal sealed class AllStable(Instance instance)
{
    private readonly string?[] current = new string?[instance.Students.Length];
    private readonly List<string?[]> found = [];

    /// <summary>Offer by student, in the instance's order.</summary>
    public IReadOnlyList<string?[]> Find()
    {
        Place(0);
        return found;
    }

    /// <summary>The matching in which each student is as well off as in any (or as badly); null where every matching misses a pin.</summary>
    public string?[]? Extreme(bool bestForStudents)
    {
        var all = Find();
        if (all.Count == 0) { return null; }
        var extreme = all.Where(matching => all.All(other => Enumerable.Range(0, matching.Length).All(s =>
            bestForStudents ? Standing(s, matching[s]) <= Standing(s, other[s]) : Standing(s, matching[s]) >= Standing(s, other[s])))).ToList();
        return extreme.Should().ContainSingle("stable matchings form a lattice").Subject;
    }

    /// <summary>Pairs that would rather have each other; students compare ranks alone, unless <paramref name="strict"/>.</summary>
    public int Blocking(string?[] matching, bool strict) =>
        instance.Students.Select((student, s) => PinOf(student) is not null ? 0 : Wishes(s).Count(offer =>
            (strict ? Standing(s, offer) < Standing(s, matching[s]) : RankOf(s, offer) < RankOf(s, matching[s])) && IsWelcome(matching, s, offer))).Sum();

    private void Place(int s)
    {
        if (s == current.Length)
        {
            if (Fits() && Blocking(current, strict: true) == 0) { found.Add([.. current]); }
            return;
        }

        foreach (var offer in Wishes(s)) { current[s] = offer; Place(s + 1); }
        current[s] = null;
        if (PinOf(instance.Students[s]) is null) { Place(s + 1); }
    }

    private bool Fits() =>
        instance.Offers.All(offer => current.Count(id => id == offer.Id) <= offer.Max)
        && instance.Supervisors.All(supervisor => current.Count(id => id is not null && Offer(id).Supervisor == supervisor.Id) <= (supervisor.Max ?? 99))
        && instance.Hosts.All(host => current.Count(id => id is not null && Offer(id).Host == host.Id) <= (host.Max ?? 99));

    private IEnumerable<string> Wishes(int s)
    {
        var student = instance.Students[s];
        bool IsOpen(string id) => !instance.Forbidden.Contains(new(student.Id, id));
        if (PinOf(student) is { } pin) { return IsOpen(pin) ? [pin] : []; }
        return student.Choices.SelectMany(group => group).Where(id => IsOpen(id)
            && (Offer(id).Programmes is not { } programmes || (student.Programme is { } programme && programmes.Contains(programme))));
    }

    private bool IsWelcome(string?[] matching, int s, string wanted)
    {
        var offer = Offer(wanted);
        int[] Under(Func<InstanceOffer, bool> storey) => [.. Enumerable.Range(0, matching.Length).Where(t => matching[t] is { } id && storey(Offer(id)))];
        var here = Under(o => o.Id == wanted);
        if (here.Length >= offer.Max) { return HasLater(here); }
        if (offer.Supervisor is { } v && Under(o => o.Supervisor == v) is var supervised && supervised.Length >= (instance.Supervisors.Single(x => x.Id == v).Max ?? 99)) { return HasLater(supervised); }
        var hosted = Under(o => o.Host == offer.Host);
        return hosted.Length < (instance.Hosts.Single(h => h.Id == offer.Host).Max ?? 99) || HasLater(hosted);

        bool HasLater(int[] holders) => holders.Any(t => t == s
            ? Position(t, matching[t]!) >= Position(s, wanted) // not null: a holder; moving within the storey frees the place
            : Comes(t, matching[t]!).CompareTo(Comes(s, wanted)) > 0); // not null: a holder
    }

    private (int, double, ulong) Comes(int s, string offer) =>
        (Position(s, offer), -(instance.Students[s].Score ?? double.NegativeInfinity), Lottery.Ticket(instance.LotterySeed, instance.Students[s].Id));

    private int Position(int s, string offer)
    {
        var student = instance.Students[s];
        if (PinOf(student) is not null) { return -1; }
        if (RankOf(s, offer) == 99) { return 1000; }
        var ranking = Offer(offer).Ranking ?? instance.Hosts.Single(host => host.Id == Offer(offer).Host).Ranking;
        var position = ranking is { } groups ? groups.ToList().FindIndex(group => group.Contains(student.Id)) : -1;
        return position < 0 ? 999 : position;
    }

    private double Standing(int s, string? offer) => offer is null ? 1e9 : RankOf(s, offer) + (instance.Offers.Select(o => o.Id).Order(StringComparer.Ordinal).ToList().IndexOf(offer) / 100.0);

    private int RankOf(int s, string? offer)
    {
        var rank = offer is null ? -1 : instance.Students[s].Choices.ToList().FindIndex(group => group.Contains(offer));
        return offer is null ? 100 : rank < 0 ? 99 : rank;
    }

    private string? PinOf(InstanceStudent student) => instance.Pinned.FirstOrDefault(pin => pin.Student == student.Id)?.Offer;

    private InstanceOffer Offer(string id) => instance.Offers.Single(offer => offer.Id == id);
}
