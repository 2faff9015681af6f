using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>Recomputes every figure a result states.</summary>
internal static class FigureCheck
{
    public static void Run(Claim claim, Action<string, string> add)
    {
        var result = claim.Result;
        var placed = claim.Given.Count(offer => offer != Claim.Unplaced);
        if (placed != result.Placed)
        {
            add("figure.placed", $"{placed} students are placed; the result says {result.Placed}.");
        }

        var unplaced = Unplaced(claim);
        if (!unplaced.SequenceEqual(result.Unplaced, StringComparer.Ordinal))
        {
            add("figure.unplaced", $"The list of unplaced students is not the {unplaced.Count} students without a place, sorted.");
        }

        var profile = new int[claim.WorstRankOfAll];
        var ranks = claim.GivenRank;
        foreach (var rank in ranks)
        {
            if (rank > 0)
            {
                profile[rank - 1]++;
            }
        }

        var used = Array.FindLastIndex(profile, count => count > 0) + 1;
        if (!profile.Take(used).SequenceEqual(result.Profile))
        {
            add("figure.profile", $"The profile is [{string.Join(", ", profile.Take(used))}]; the result says [{string.Join(", ", result.Profile)}].");
        }

        var expected = LevelNames(claim);
        if (!expected.SequenceEqual(result.Levels.Select(level => level.Objective), StringComparer.Ordinal))
        {
            add("levels", $"Policy {result.Policy} has the levels {string.Join(", ", expected)}; the result has {string.Join(", ", result.Levels.Select(level => level.Objective))}.");
            return;
        }

        foreach (var level in result.Levels)
        {
            var value = ValueOf(claim, level.Objective, ranks);
            if (value != level.Value)
            {
                add("level.value", $"Level {level.Objective} has value {value}; the result says {level.Value}.");
            }

            if (level.Bound != level.Value)
            {
                add("level.not-proven", $"Level {level.Objective} has value {level.Value} and bound {level.Bound?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "none"}: it is not proven.");
            }
        }
    }

    private static List<string> Unplaced(Claim claim)
    {
        var unplaced = new List<string>();
        for (var s = 0; s < claim.Given.Length; s++)
        {
            if (claim.Given[s] == Claim.Unplaced)
            {
                unplaced.Add(claim.Instance.Students[s].Id);
            }
        }

        for (var i = 1; i < unplaced.Count; i++)
        {
            if (string.CompareOrdinal(unplaced[i - 1], unplaced[i]) > 0)
            {
                unplaced.Sort(StringComparer.Ordinal);
                break;
            }
        }

        return unplaced;
    }

    /// <summary>The levels of the claim's policy on its instance, in order.</summary>
    public static ImmutableArray<string> LevelNames(Claim claim)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var name = claim.Policy.Name;
        if (name == Matching.PolicyName.Serial || claim.Policy.IsStable)
        {
            return name == Matching.PolicyName.Serial && claim.Policy.KeepPublished ? ["moved"] : [];
        }

        if (name != Matching.PolicyName.RankMaximal)
        {
            names.Add("placed");
        }

        if (claim.Policy.KeepPublished)
        {
            names.Add("moved");
        }

        switch (name)
        {
            case Matching.PolicyName.GenerousMaximum:
                if (HaveOffListOptions(claim))
                {
                    names.Add("off-list");
                }

                for (var rank = claim.WorstRankOfAll; rank >= 2; rank--)
                {
                    names.Add($"rank-{rank}");
                }

                break;
            case Matching.PolicyName.MinCost:
                names.Add("cost");
                break;
            default:
                if (name == Matching.PolicyName.MinRegretGreedy)
                {
                    names.Add("worst-rank");
                }

                for (var rank = 1; rank <= claim.WorstRankOfAll; rank++)
                {
                    names.Add($"rank-{rank}");
                }

                break;
        }

        if (name == Matching.PolicyName.RankMaximal && HaveOffListOptions(claim))
        {
            names.Add("off-list");
        }

        return names.ToImmutable();
    }

    // Only a pin, or accepting any offer, leads off the list.
    private static bool HaveOffListOptions(Claim claim) =>
        Enumerable.Range(0, claim.Given.Length).Any(s =>
            claim.HasList(s) && (claim.AcceptsAny(s) || claim.PinAt[s] != Claim.Unplaced) && claim.OptionsOf(s).Any(offer => claim.RankOf(s, offer) is null));

    /// <param name="ranks">Rank of what each student has; 0: no choice of theirs, or nothing.</param>
    private static long ValueOf(Claim claim, string objective, int[] ranks)
    {
        if (Objectives.RankIn(objective) is { } counted)
        {
            return ranks.AsSpan().Count(counted);
        }

        // Of those with a list, but for "moved".
        Func<int, int, long>? added = objective switch
        {
            "placed" => (s, offer) => claim.HasList(s) && offer != Claim.Unplaced ? 1 : 0,
            "off-list" => (s, offer) => claim.HasList(s) && offer != Claim.Unplaced && ranks[s] == 0 ? 1 : 0,
            "moved" => (s, offer) => Objectives.Moved(claim, s, offer),
            "cost" => (s, offer) => Objectives.Cost(claim, s, offer, ranks[s]),
            _ => null,
        };
        var total = 0L;
        for (var s = 0; s < claim.Given.Length; s++)
        {
            total = objective == "worst-rank" ? Math.Max(total, Objectives.RankThatCounts(claim, s, claim.Given[s])) : total + (added?.Invoke(s, claim.Given[s]) ?? 0);
        }

        return total;
    }
}
