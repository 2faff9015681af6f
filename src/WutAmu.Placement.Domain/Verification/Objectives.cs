namespace WutAmu.Placement.Domain.Verification;

/// <summary>What one student's placement adds to an objective.</summary>
internal static class Objectives
{
    /// <summary>What certificate phases minimise.</summary>
    /// <returns>Null: no such objective.</returns>
    public static LevelWeight? WeightOf(Claim claim, string objective) => objective switch
    {
        "placed" => new(LevelKind.Placed, 0, 1),
        // The fewest, where most are placed already; the most, where that was not asked.
        "off-list" => new(LevelKind.OffList, 0, claim.Policy.Name == Matching.PolicyName.RankMaximal ? -1 : 1),
        "moved" => new(LevelKind.Moved, 0, 1),
        "cost" => new(LevelKind.Cost, 0, 1),
        _ => RankIn(objective) is { } counted ? new(LevelKind.Rank, counted, claim.Policy.Name == Matching.PolicyName.GenerousMaximum ? 1 : -1) : null,
    };

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

        return claim.HasCosts && claim.Instance.Students[student].Costs is { Count: > 0 } costs && costs.TryGetValue(claim.Instance.Offers[offer].Id, out var cost)
            ? cost
            : rank > 0 ? rank : claim.WorstRankOfAll + 1;
    }
}
