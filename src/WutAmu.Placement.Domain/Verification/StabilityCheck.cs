using System.Globalization;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>Blocking pairs of every claim, and for the stable policies that the matching is the one they name.</summary>
internal static class StabilityCheck
{
    /// <summary>The number of blocking pairs that the result states; null where nobody ranks students.</summary>
    public static void CountsBlockingPairs(Claim claim, Action<string, string> add)
    {
        var ranked = claim.Policy.IsStable || claim.Instance.Hosts.Any(host => host.Ranking is not null) || claim.Instance.Offers.Any(offer => offer.Ranking is not null);
        var stated = claim.Result.BlockingPairs;
        if (!ranked)
        {
            if (stated is not null)
            {
                add("figure.blocking-pairs", $"The result says {stated} blocking pairs; nobody ranks students, so there is nothing to count.");
            }

            return;
        }

        var count = claim.Market.BlockingPairs().Count;
        if (stated != count)
        {
            add("figure.blocking-pairs", $"There are {count} blocking pairs; the result says {stated?.ToString(CultureInfo.InvariantCulture) ?? "nothing"}.");
        }
    }

    /// <summary>No pair blocks; everybody has what the policy's stable matching gives; what is left goes to those who accept it, in order of service.</summary>
    public static void IsThePolicysMatching(Claim claim, Action<string, string> add)
    {
        var market = claim.Market;
        var blocking = market.BlockingPairs();
        if (blocking.Count > 0)
        {
            var (student, offer) = blocking[0];
            add("stable.blocking-pair", $"Student \"{claim.Instance.Students[student].Id}\" prefers offer \"{claim.Instance.Offers[offer].Id}\", which would rather have them than somebody it has, or has room.");
            return;
        }

        // Where all hosts have one order, one matching alone is stable: it is this one, for students and hosts alike.
        var isTheOnlyOne = market.HasOneOrder && market.IsStableWithoutTies();
        var students = claim.Policy.Name == PolicyName.StudentOptimalStable;
        var best = new int[claim.Given.Length];
        for (var s = 0; s < best.Length; s++)
        {
            best[s] = claim.GivenRank[s] > 0 || claim.PinAt[s] != Claim.Unplaced ? claim.Given[s] : Claim.Unplaced;
        }

        var had = best;
        best = isTheOnlyOne ? had : students ? new StableRounds(market).BestForStudents() : new StableRounds(market).BestForHosts();
        for (var s = 0; s < best.Length; s++)
        {
            if (had[s] != best[s])
            {
                var name = best[s] == Claim.Unplaced ? "none of their choices" : $"\"{claim.Instance.Offers[best[s]].Id}\"";
                add("stable.not-optimal", $"The matching is stable; in the one that every {(students ? "student" : "host")} likes best student \"{claim.Instance.Students[s].Id}\" has {name}.");
                return;
            }
        }

        // Only those who accept any offer may have one that is no choice of theirs.
        if (!Enumerable.Range(0, best.Length).Any(s => best[s] == Claim.Unplaced && claim.AcceptsAny(s) && claim.OptionsOf(s).Any(offer => claim.RankOf(s, offer) is null)))
        {
            return;
        }

        var face = new TightNetwork(claim, new(claim), null);
        for (var s = 0; s < best.Length; s++)
        {
            if (best[s] != Claim.Unplaced)
            {
                face.Settle(s);
            }
        }

        if (face.FirstUnfairService(byScore: true) is { } unfair)
        {
            add("lottery", unfair);
        }
    }
}
