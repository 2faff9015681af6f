namespace WutAmu.Placement.Domain.Verification;

/// <summary>What one student's placement adds to an objective.</summary>
internal static class Objectives
{
    /// <summary>What certificate phases minimise: weight of the student's arc to an offer position, or to "unplaced".</summary>
    /// <returns>Null: no such objective.</returns>
    public static Func<int, int, long>? WeightOf(Claim claim, string objective)
    {
        var generous = claim.Policy.Name == Matching.PolicyName.GenerousMaximum;
        switch (objective)
        {
            case "placed":
                return (s, offer) => offer == Claim.Unplaced && claim.HasList(s) ? 1 : 0;
            case "off-list":
                // The fewest, where most are placed already; the most, where that was not asked.
                var sign = claim.Policy.Name == Matching.PolicyName.RankMaximal ? -1 : 1;
                return (s, offer) => offer != Claim.Unplaced && claim.HasList(s) && claim.RankOf(s, offer) is null ? sign : 0;
            case "moved":
                return (s, offer) => Moved(claim, s, offer);
            case "cost":
                return (s, offer) => Cost(claim, s, offer);
            default:
                return objective.StartsWith("rank-", StringComparison.Ordinal)
                    && int.TryParse(objective.AsSpan(5), System.Globalization.NumberStyles.None, System.Globalization.CultureInfo.InvariantCulture, out var rank)
                    ? (s, offer) => offer != Claim.Unplaced && claim.RankOf(s, offer) == rank ? (generous ? 1 : -1) : 0
                    : null;
        }
    }

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

        return claim.RankOf(student, offer) ?? (claim.PinOf.ContainsKey(claim.Instance.Students[student].Id) ? 0 : claim.WorstRankOfAll + 1);
    }

    public static long Cost(Claim claim, int student, int offer)
    {
        if (offer == Claim.Unplaced || !claim.HasList(student))
        {
            return 0;
        }

        return claim.Instance.Students[student].Costs.TryGetValue(claim.Instance.Offers[offer].Id, out var cost)
            ? cost
            : claim.RankOf(student, offer) ?? claim.WorstRankOfAll + 1;
    }
}
