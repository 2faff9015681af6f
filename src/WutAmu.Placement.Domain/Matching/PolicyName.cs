using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>A policy of the catalogue, with or without the <c>keep-published:</c> prefix.</summary>
/// <param name="Name">Without the prefix, for example <c>greedy-maximum</c>.</param>
/// <param name="KeepPublished">True: after "most placed", the fewest published placements change, whether their students submitted a list or not.</param>
public sealed record PolicyName(string Name, bool KeepPublished)
{
    public const string KeepPublishedPrefix = "keep-published:";
    public const string MinRegretGreedy = "min-regret-greedy";
    public const string GreedyMaximum = "greedy-maximum";
    public const string GenerousMaximum = "generous-maximum";
    public const string RankMaximal = "rank-maximal";
    public const string MinCost = "min-cost";
    public const string StudentOptimalStable = "student-optimal-stable";
    public const string HostOptimalStable = "host-optimal-stable";
    public const string Serial = "serial";

    public static PolicyName Default { get; } = new(MinRegretGreedy, false);

    /// <summary>All policies in the order they are listed, with one English sentence each.</summary>
    public static ImmutableArray<PolicyDescription> Catalogue { get; } =
    [
        new(MinRegretGreedy, "Most placed; then the worst rank anybody gets is as good as possible; then most 1st choices, most 2nd, and so on.", "minimum regret + greedy", Strategyproof: false),
        new(GreedyMaximum, "Most placed; then most 1st choices, most 2nd, and so on.", "Kwanashie, Irving, Manlove, Sng 2015", Strategyproof: false),
        new(GenerousMaximum, "Most placed; then fewest at the worst rank, fewest at the rank before, and so on.", "Kwanashie, Irving, Manlove, Sng 2015", Strategyproof: false),
        new(RankMaximal, "Most 1st choices, most 2nd, and so on; may place fewer; then most of those who accept an offer off their list.", "Irving, Kavitha, Mehlhorn, Michail, Paluch 2006", Strategyproof: false),
        new(MinCost, "Most placed; then the lowest sum of costs (the rank where no cost is given).", "assignment problem", Strategyproof: false),
        new(StudentOptimalStable, "The stable matching that every student likes best.", "Gale, Shapley 1962; Abraham, Irving, Manlove 2007", Strategyproof: true),
        new(HostOptimalStable, "The stable matching that every host likes best.", "Gale, Shapley 1962; Abraham, Irving, Manlove 2007", Strategyproof: false),
        new(Serial, "Students choose in order of score, then lottery.", "serial dictatorship", Strategyproof: true),
    ];

    public bool IsStable => Name is StudentOptimalStable or HostOptimalStable;

    /// <summary>Whether no student can get a better place than by their true order, whatever the others list.</summary>
    /// <param name="minimum">True: an offer, supervisor or host has a minimum of places. The order of service then keeps places for it, and a shorter list can gain.</param>
    public bool IsTruthBest(bool minimum) => !(minimum && Name == Serial) && Catalogue.Single(known => known.Name == Name).Strategyproof;

    public static bool TryParse(string? text, [NotNullWhen(true)] out PolicyName? policy)
    {
        var keep = text?.StartsWith(KeepPublishedPrefix, StringComparison.Ordinal) ?? false;
        var name = keep ? text![KeepPublishedPrefix.Length..] : text; // not null: it starts with the prefix
        policy = Catalogue.Any(known => known.Name == name) ? new(name!, keep) : null; // not null: it is in the catalogue
        return policy is not null;
    }

    public override string ToString() => KeepPublished ? KeepPublishedPrefix + Name : Name;
}
