using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver;

/// <summary>A matching as the result tells it.</summary>
internal static class Matched
{
    public const int Unplaced = -1;

    /// <param name="given">Offer by student of the sorted instance, or <see cref="Unplaced"/>.</param>
    /// <returns>The result with its figures; without digest, levels and engine.</returns>
    public static MatchingResult Tell(Instance instance, Roster roster, int[] given, PolicyName policy, MatchingStatus status, Certificate certificate)
    {
        var assignments = ImmutableArray.CreateBuilder<Assignment>(given.Length);
        var unplaced = ImmutableArray.CreateBuilder<string>();
        var profile = new int[roster.GreatestRank];
        for (var s = 0; s < given.Length; s++)
        {
            var student = instance.Students[s];
            if (given[s] == Unplaced)
            {
                unplaced.Add(student.Id);
                continue;
            }

            var offer = instance.Offers[given[s]];
            var rank = roster.OptionsOf(s).Find(given[s])?.Rank;

            assignments.Add(new(student.Id, offer.Id, offer.Host, rank));
            if (rank is { } r)
            {
                profile[r - 1]++;
            }
        }

        var placed = assignments.Count;
        return new()
        {
            Instance = "",
            Policy = policy.ToString(),
            Status = status,
            Placed = placed,
            Unplaced = unplaced.DrainToImmutable(),
            Profile = Trimmed(profile),
            Assignments = assignments.DrainToImmutable(),
            Certificate = certificate,
        };
    }

    /// <summary>Without trailing zeros.</summary>
    public static ImmutableArray<int> Trimmed(int[] profile)
    {
        var length = profile.Length;
        while (length > 0 && profile[length - 1] == 0)
        {
            length--;
        }

        return ImmutableArray.Create(profile, 0, length);
    }
}
