using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// Looks for a matching that meets every constraint and is better than the claimed one: by the levels in order, then by the order of service, then by offer ids.
/// First all that one student or two can change, then every matching, as far as a limit of steps allows.
/// </summary>
internal sealed class BetterMatching
{
    /// <summary>Students looked at in all steps of one search: about a second. With it, instances of some ten to twenty students are searched to the end.</summary>
    private const long MostWork = 20_000_000;

    private readonly Claim claim;
    private readonly int[] order;
    private readonly ImmutableArray<string> levels;
    private readonly LevelWeight?[] weights;
    private readonly int worstRankAt;
    private readonly int[][] options;
    private readonly int[] ordinal;

    // The claimed matching's totals; what the students from the i-th in order on add at least.
    private readonly long[] claimed;
    private readonly long[][] least;
    private readonly long[] leastStanding;

    private readonly int[] trial;

    // How each student stands in the trial and in the claim: looked up once, compared often.
    private readonly (long Standing, int Ordinal)[] tried;
    private readonly (long Standing, int Ordinal)[] theirs;
    private readonly int[] taken;
    private readonly int[] most;
    private readonly int[][] storeysOf;
    private readonly int[][] quotasOf;
    private readonly long workOfHolds;
    private long work;

    public BetterMatching(Claim claim, int[] order)
    {
        this.claim = claim;
        this.order = order;
        var instance = claim.Instance;
        workOfHolds = (order.Length * (10L + instance.Quotas.Length)) + instance.Together.Sum(group => group.Students.Length) + instance.Apart.Sum(group => group.Students.Length) + instance.Offers.Length + instance.Hosts.Length;
        levels = [.. claim.Result.Levels.Select(level => level.Objective)];
        weights = [.. levels.Select(level => Objectives.WeightOf(claim, level))];
        worstRankAt = levels.IndexOf("worst-rank");
        var byId = Enumerable.Range(0, claim.Instance.Offers.Length).OrderBy(offer => claim.Instance.Offers[offer].Id, StringComparer.Ordinal).ToArray();
        ordinal = new int[byId.Length];
        for (var i = 0; i < byId.Length; i++)
        {
            ordinal[byId[i]] = i;
        }

        options = [.. Enumerable.Range(0, claim.Given.Length).Select(s =>
            (claim.PinAt[s] != Claim.Unplaced ? claim.OptionsOf(s) : claim.OptionsOf(s).Append(Claim.Unplaced)).OrderBy(offer => Standing(s, offer)).ThenBy(Ordinal).ToArray())];
        claimed = Totals(claim.Given);
        (least, leastStanding) = Least();
        trial = [.. claim.Given];
        theirs = [.. trial.Select((offer, s) => (Standing(s, offer), Ordinal(offer)))];
        tried = [.. theirs];
        (storeysOf, quotasOf, most) = Limits();
        taken = new int[most.Length];
    }

    /// <summary>True once a search has been through every matching: then the claim is the optimum, the last level included.</summary>
    public bool IsComplete { get; private set; }

    private bool IsTooMuchWork => work > MostWork;

    /// <returns>In what the better matching is better: a level's name or <c>lottery</c>. Null: none was found.</returns>
    public string? Find()
    {
        if (ByFew() is { } few)
        {
            return few;
        }

        if (IsTooMuchWork)
        {
            return null;
        }

        work = 0;
        var found = Place(0, new long[levels.Length]);
        IsComplete = !IsTooMuchWork;
        return found;
    }

    /// <summary>One student elsewhere, or two who take each other's places; as far as the work allows.</summary>
    private string? ByFew()
    {
        for (var s = 0; s < trial.Length; s++)
        {
            work += s + 1L;
            foreach (var offer in options[s])
            {
                if (Try([(s, offer)]) is { } better)
                {
                    return better;
                }
            }

            for (var other = 0; other < s; other++)
            {
                if (claim.Given[s] != claim.Given[other] && options[s].Contains(claim.Given[other]) && options[other].Contains(claim.Given[s])
                    && Try([(s, claim.Given[other]), (other, claim.Given[s])]) is { } better)
                {
                    return better;
                }
            }
        }

        return null;
    }

    private string? Try(ReadOnlySpan<(int Student, int Offer)> change)
    {
        if (IsTooMuchWork)
        {
            return null;
        }

        foreach (var (student, offer) in change)
        {
            Set(student, offer);
        }

        var better = BetterAfter(change);
        better = better is not null && Holds() ? better : null;
        foreach (var (student, _) in change)
        {
            Set(student, claim.Given[student]);
        }

        return better;
    }

    /// <summary>Compares the trial, which differs from the claim by a change, with it.</summary>
    private string? BetterAfter(ReadOnlySpan<(int Student, int Offer)> change)
    {
        work += 10 + (10L * levels.Length);
        for (var l = 0; l < levels.Length; l++)
        {
            var total = claimed[l];
            if (l == worstRankAt)
            {
                work += trial.Length;
                total = trial.Select((offer, s) => Weight(l, s, offer)).DefaultIfEmpty(0).Max();
            }
            else
            {
                foreach (var (student, offer) in change)
                {
                    total += Weight(l, student, offer) - Weight(l, student, claim.Given[student]);
                }
            }

            if (total != claimed[l])
            {
                return total < claimed[l] ? levels[l] : null;
            }
        }

        work += trial.Length;
        return BetterInOrder(trial.Length);
    }

    private string? Place(int i, long[] totals)
    {
        work += order.Length + 20;
        if (IsTooMuchWork || BetterIn(WithLeast(totals, i), i) is not { } better)
        {
            return null;
        }

        if (i == order.Length)
        {
            return Holds() ? better : null;
        }

        var student = order[i];
        foreach (var offer in options[student])
        {
            work += 20;
            if (!Take(student, offer, 1))
            {
                continue;
            }

            Set(student, offer);
            var next = totals[..];
            Add(next, student, offer);
            var found = Place(i + 1, next);
            Take(student, offer, -1);
            if (found is not null)
            {
                return found;
            }
        }

        return null;
    }

    /// <summary>Compares totals, then how the first <paramref name="settled"/> in order are served (the rest at their best), with the claim.</summary>
    private string? BetterIn(long[] totals, int settled)
    {
        for (var l = 0; l < totals.Length; l++)
        {
            if (totals[l] != claimed[l])
            {
                return totals[l] < claimed[l] ? levels[l] : null;
            }
        }

        return BetterInOrder(settled);
    }

    private string? BetterInOrder(int settled)
    {
        if (!claim.Result.Lottery && claim.Policy.Name != PolicyName.Serial)
        {
            return null;
        }

        for (var i = 0; i < order.Length; i++)
        {
            var (mine, had) = (i < settled ? tried[order[i]].Standing : leastStanding[order[i]], theirs[order[i]].Standing);
            if (mine != had)
            {
                return mine < had ? "lottery" : null;
            }
        }

        for (var i = 0; i < order.Length; i++)
        {
            var (mine, had) = (i < settled ? tried[order[i]].Ordinal : -1, theirs[order[i]].Ordinal);
            if (mine != had)
            {
                return mine < had ? "lottery" : null;
            }
        }

        return null;
    }

    private void Set(int student, int offer)
    {
        trial[student] = offer;
        tried[student] = (Standing(student, offer), Ordinal(offer));
    }

    private bool Holds()
    {
        work += workOfHolds;
        var kept = claim.Given[..];
        var holds = true;
        trial.CopyTo(claim.Given, 0);
        ConstraintCheck.BoundsAndGroups(claim, (_, _) => holds = false);
        kept.CopyTo(claim.Given, 0);
        return holds;
    }

    private bool Take(int student, int offer, int change)
    {
        if (offer == Claim.Unplaced)
        {
            return true;
        }

        if (change > 0 && Array.Exists(storeysOf[offer], limit => taken[limit] >= most[limit]))
        {
            return false;
        }

        foreach (var limit in quotasOf[offer].Where(limit => CountsIn(limit, student)))
        {
            if (change > 0 && taken[limit] >= most[limit])
            {
                return false;
            }
        }

        foreach (var limit in storeysOf[offer].Concat(quotasOf[offer].Where(limit => CountsIn(limit, student))))
        {
            taken[limit] += change;
        }

        return true;
    }

    private bool CountsIn(int limit, int student) =>
        claim.Instance.Quotas[limit - (most.Length - claim.Instance.Quotas.Length)].Programmes is not { } programmes
        || (claim.Instance.Students[student].Programme is { } programme && programmes.Contains(programme, StringComparer.Ordinal));

    private (int[][] Storeys, int[][] Quotas, int[] Most) Limits()
    {
        var instance = claim.Instance;
        var supervisors = instance.Offers.Length;
        var hosts = supervisors + instance.Supervisors.Length;
        var quotas = hosts + instance.Hosts.Length;
        return (
            [.. instance.Offers.Select((offer, o) => (int[])(offer.Supervisor is { } supervisor
                ? [o, supervisors + claim.SupervisorAt[supervisor], hosts + claim.HostAt[offer.Host]]
                : [o, hosts + claim.HostAt[offer.Host]]))],
            [.. instance.Offers.Select(offer => Enumerable.Range(0, instance.Quotas.Length)
                .Where(q => Claim.CountsAt(instance.Quotas[q], offer))
                .Select(q => quotas + q).ToArray())],
            [
                .. instance.Offers.Select(offer => offer.Max),
                .. instance.Supervisors.Select(supervisor => supervisor.Max ?? int.MaxValue),
                .. instance.Hosts.Select(host => host.Max ?? int.MaxValue),
                .. instance.Quotas.Select(quota => quota.Max ?? int.MaxValue),
            ]);
    }

    private long[] Totals(int[] given)
    {
        var totals = new long[levels.Length];
        for (var s = 0; s < given.Length; s++)
        {
            Add(totals, s, given[s]);
        }

        return totals;
    }

    private void Add(long[] totals, int student, int offer)
    {
        for (var l = 0; l < totals.Length; l++)
        {
            totals[l] = Combine(l, totals[l], Weight(l, student, offer));
        }
    }

    private long Combine(int level, long one, long other) => level == worstRankAt ? Math.Max(one, other) : one + other;

    private long Weight(int level, int student, int offer) => level == worstRankAt
        ? Objectives.RankThatCounts(claim, student, offer)
        : weights[level]?.Of(claim, student, offer, offer == Claim.Unplaced ? 0 : claim.RankOf(student, offer) ?? 0) ?? 0;

    private (long[][] Least, long[] Standing) Least()
    {
        var rest = new long[order.Length + 1][];
        rest[order.Length] = new long[levels.Length];
        for (var i = order.Length - 1; i >= 0; i--)
        {
            rest[i] = [.. rest[i + 1].Select((after, l) => Combine(l, after, options[order[i]].Length == 0 ? 0 : options[order[i]].Min(offer => Weight(l, order[i], offer))))];
        }

        return (rest, [.. options.Select((mine, s) => mine.Length == 0 ? 0 : Standing(s, mine[0]))]);
    }

    private long[] WithLeast(long[] totals, int i) => [.. totals.Select((total, l) => Combine(l, total, least[i][l]))];

    private long Standing(int student, int offer) =>
        offer == Claim.Unplaced ? claim.WorstRankOfAll + 2 : claim.RankOf(student, offer) ?? claim.WorstRankOfAll + 1;

    private int Ordinal(int offer) => offer == Claim.Unplaced ? -1 : ordinal[offer];
}
