namespace WutAmu.Placement.Domain.Verification;

/// <summary>What one student's placement adds to an objective.</summary>
internal static class Objectives
{
    /// <summary>What certificate phases minimise: weight of the student's arc to an offer position, or to "unplaced". The third argument is the offer's rank; 0: not a choice.</summary>
    /// <returns>Null: no such objective.</returns>
    public static Func<int, int, int, long>? WeightOf(Claim claim, string objective)
    {
        var generous = claim.Policy.Name == Matching.PolicyName.GenerousMaximum;
        switch (objective)
        {
            case "placed":
                return (s, offer, _) => offer == Claim.Unplaced && claim.HasList(s) ? 1 : 0;
            case "off-list":
                // The fewest, where most are placed already; the most, where that was not asked.
                var sign = claim.Policy.Name == Matching.PolicyName.RankMaximal ? -1 : 1;
                return (s, offer, rank) => offer != Claim.Unplaced && rank == 0 && claim.HasList(s) ? sign : 0;
            case "moved":
                return (s, offer, _) => Moved(claim, s, offer);
            case "cost":
                return (s, offer, rank) => Cost(claim, s, offer, rank);
            default:
                return RankIn(objective) is { } counted ? (_, _, rank) => rank == counted ? (generous ? 1 : -1) : 0 : null;
        }
    }

    /// <summary>The rank that a level counts, from 1; null: it counts none.</summary>
    public static int? RankIn(string objective) =>
        objective.StartsWith("rank-", StringComparison.Ordinal)
        && int.TryParse(objective.AsSpan(5), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var rank) && rank > 0
            ? rank
            : null;

    public static long Moved(Claim claim, int student, int offer)
    {
        return claim.PublishedAt[student] is var published && published != Claim.Unplaced && offer != published ? 1 : 0;
    }

    /// <summary>What <c>worst-rank</c> takes the greatest of: off the list one more than the greatest rank; a pin its rank, and nothing off the list.</summary>
    public static long RankThatCounts(Claim claim, int student, int offer)
    {
        if (offer == Claim.Unplaced || !claim.HasList(student))
        {
            return 0;
        }

        return claim.RankOf(student, offer) ?? (claim.PinAt[student] != Claim.Unplaced ? 0 : claim.WorstRankOfAll + 1);
    }

    public static long Cost(Claim claim, int student, int offer, int rank)
    {
        if (offer == Claim.Unplaced || !claim.HasList(student))
        {
            return 0;
        }

        return claim.Instance.Students[student].Costs is { Count: > 0 } costs && costs.TryGetValue(claim.Instance.Offers[offer].Id, out var cost)
            ? cost
            : rank > 0 ? rank : claim.WorstRankOfAll + 1;
    }
}
