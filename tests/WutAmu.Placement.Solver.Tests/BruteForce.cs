using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Tests;

/// <summary>Tries every matching; written from the format's description, with none of the engine's code.</summary>
internal sealed class BruteForce(Instance instance, PolicyName policy)
{
    private readonly int ranks = instance.Students.Max(student => student.Choices.Length);
    private readonly string?[] current = new string?[instance.Students.Length];
    private long[]? best;
    private string?[]? bestMatching;
    private Func<string?[], bool>? wanted;

    /// <returns>Offer by student id (null: unplaced), or null if no matching meets the constraints.</returns>
    public Dictionary<string, string?>? Solve()
    {
        Place(0);
        return bestMatching is null ? null : instance.Students.Select((student, s) => (student.Id, Offer: bestMatching[s])).ToDictionary(pair => pair.Id, pair => pair.Offer);
    }

    /// <summary>True: some matching that meets the constraints is as wanted; it is given as offer by student, null for unplaced.</summary>
    public bool Any(Func<string?[], bool> one)
    {
        wanted = one;
        Place(0);
        return bestMatching is not null;
    }

    private void Place(int s)
    {
        if (s == instance.Students.Length)
        {
            if (!MeetsBounds() || wanted?.Invoke(current) == false) { return; }
            var vector = Vector();
            if (best is null || vector.AsSpan().SequenceCompareTo(best) < 0) { (best, bestMatching) = (vector, [.. current]); }
            return;
        }

        var student = instance.Students[s];
        var pin = instance.Pinned.FirstOrDefault(pair => pair.Student == student.Id)?.Offer;
        foreach (var offer in instance.Offers)
        {
            if (instance.Forbidden.Contains(new(student.Id, offer.Id))) { continue; }
            var admitted = offer.Programmes is not { } programmes || (student.Programme is { } programme && programmes.Contains(programme));
            if (pin is not null ? pin == offer.Id : admitted && (Rank(student, offer.Id) is not null || student.UnrankedAcceptable))
            {
                current[s] = offer.Id;
                Place(s + 1);
            }
        }

        current[s] = null;
        if (pin is null) { Place(s + 1); }
    }

    private bool MeetsBounds() =>
        instance.Offers.All(offer => Within(current.Count(id => id == offer.Id), offer.Min, offer.Max, offer.Opening))
        && instance.Supervisors.All(supervisor => Within(Count(offer => offer.Supervisor == supervisor.Id), supervisor.Min, supervisor.Max))
        && instance.Hosts.All(host => Within(Count(offer => offer.Host == host.Id), host.Min, host.Max, host.Opening))
        && instance.Quotas.All(quota => Within(Enumerable.Range(0, current.Length).Count(s => current[s] is { } id && IsIn(quota, instance.Students[s], instance.Offers.Single(offer => offer.Id == id))), quota.Min, quota.Max))
        && instance.Together.All(group => Places(group.Students, group.Level).Distinct().Count() <= 1)
        && instance.Apart.All(group => Places(group.Students, group.Level).Where(place => place is not null).GroupBy(place => place).All(same => same.Count() == 1));

    private static bool Within(int count, int min, int? max, Opening opening = Opening.Always) =>
        (count >= min || (opening == Opening.IfOpen && count == 0)) && (max is null || count <= max);

    private static bool IsIn(Quota quota, InstanceStudent student, InstanceOffer offer) =>
        (quota.Programmes is not { } programmes || (student.Programme is not null && programmes.Contains(student.Programme)))
        && (quota.Hosts is not { } hosts || hosts.Contains(offer.Host))
        && (quota.Offers is not { } offers || offers.Contains(offer.Id));

    private IEnumerable<string?> Places(IEnumerable<string> students, GroupLevel level) =>
        students.Select(id => current[instance.Students.ToList().FindIndex(student => student.Id == id)])
            .Select(id => id is null || level == GroupLevel.Offer ? id : instance.Offers.Single(offer => offer.Id == id).Host);

    private int Count(Func<InstanceOffer, bool> of) => current.Count(id => id is not null && of(instance.Offers.Single(offer => offer.Id == id)));

    private static int? Rank(InstanceStudent student, string offer)
    {
        for (var g = 0; g < student.Choices.Length; g++)
        {
            if (student.Choices[g].Contains(offer)) { return g + 1; }
        }

        return null;
    }

    /// <summary>Everything to be minimised, most important first.</summary>
    private long[] Vector()
    {
        var vector = new List<long>();
        var submitters = Enumerable.Range(0, current.Length).Where(s => instance.Students[s].Choices.Length > 0).ToArray();
        var moved = instance.Published.Count(pair => current[Array.FindIndex([.. instance.Students], student => student.Id == pair.Student)] != pair.Offer);
        long AtRank(int? rank) => submitters.Count(s => current[s] is { } offer && Rank(instance.Students[s], offer) == rank);
        if (policy.Name is not (PolicyName.RankMaximal or PolicyName.Serial)) { vector.Add(submitters.Count(s => current[s] is null)); }
        if (policy.KeepPublished) { vector.Add(moved); }
        switch (policy.Name)
        {
            case PolicyName.MinRegretGreedy:
                vector.Add(submitters.Select(s => current[s] is { } offer ? Rank(instance.Students[s], offer) ?? (instance.Pinned.Any(pin => pin.Student == instance.Students[s].Id) ? 0 : ranks + 1) : 0).DefaultIfEmpty(0).Max());
                goto default;
            case PolicyName.GenerousMaximum:
                vector.Add(AtRank(null));
                for (var rank = ranks; rank >= 2; rank--) { vector.Add(AtRank(rank)); }
                break;
            case PolicyName.MinCost:
                vector.Add(submitters.Sum(s => current[s] is { } offer
                    ? instance.Students[s].Costs.TryGetValue(offer, out var cost) ? cost : Rank(instance.Students[s], offer) ?? ranks + 1
                    : 0));
                break;
            case PolicyName.Serial:
                break;
            default:
                for (var rank = 1; rank <= ranks; rank++) { vector.Add(-AtRank(rank)); }
                break;
        }

        // Off the list is more than nothing; those who submitted nothing come after all of this, in the order below.
        if (policy.Name == PolicyName.RankMaximal) { vector.Add(submitters.Count(s => current[s] is null)); }

        var order = Enumerable.Range(0, current.Length)
            .OrderBy(s => instance.Students[s].Choices.Length > 0 ? 0 : 1)
            .ThenByDescending(s => policy.Name == PolicyName.Serial ? instance.Students[s].Score ?? double.NegativeInfinity : 0)
            .ThenBy(s => Lottery.Ticket(instance.LotterySeed, instance.Students[s].Id)).ToArray();
        vector.AddRange(order.Select(s => current[s] is { } offer ? Rank(instance.Students[s], offer) ?? ranks + 1L : ranks + 2L));
        vector.AddRange(order.Select(s => current[s] is { } offer ? instance.Offers.Select(o => o.Id).Order(StringComparer.Ordinal).ToList().IndexOf(offer) : -1L));
        return [.. vector];
    }
}
