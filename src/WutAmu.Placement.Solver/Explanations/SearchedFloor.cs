using System.Collections.Immutable;
using WutAmu.Placement.Domain;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Search;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// The floor of an instance with constraints that do not nest, and why one rank less is too little: an irreducible group of students who cannot all be placed so, found by leaving
/// students out, then the limits that keep them from it. Each step is proven by branch and bound; what the budget leaves open is told.
/// </summary>
internal sealed class SearchedFloor : IDisposable
{
    private readonly Instance instance;
    private readonly Roster roster;
    private readonly SearchBudget budget;
    private readonly LinearSearch linear;
    private readonly List<NetworkLimit> limits;

    public SearchedFloor(Instance instance, SearchBudget budget, CancellationToken cancellationToken)
    {
        this.instance = instance;
        this.budget = budget;
        roster = new(instance);
        linear = new(instance, roster, [.. SearchLevel.Of(instance, roster, new(PolicyName.GreedyMaximum, false))], budget, cancellationToken);
        limits = [.. new NetworkPositions(instance, roster).Limits
            .Concat(instance.Quotas.Select(quota => new NetworkLimit(LimitKind.Quota, quota.Id, -1, -1, quota.Min, quota.Max)))
            .Where(limit => limit.Max is not null)];
    }

    /// <returns>The floor, null where there is none or it is not determined; the group for one rank less, null where there is none or it is not determined; and which is not determined.</returns>
    public (int? Floor, BlockingGroup? Blocked, string? Undetermined) Find()
    {
        // Whoever is pinned has the place whatever is asked, and competes with nobody.
        var all = Enumerable.Range(0, instance.Students.Length).Where(s => roster.HasList(s) && !roster.IsPinned(s)).ToList();
        var (low, high) = (0, roster.GreatestRank + 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            switch (CanAllBePlaced(all, middle, []))
            {
                case true: high = middle; break;
                case false: low = middle + 1; break;
                default: return (null, null, "floor");
            }
        }

        var floor = low > roster.GreatestRank ? (int?)null : low;
        var tooSmall = Math.Min(low - 1, roster.GreatestRank);
        if (tooSmall < 1)
        {
            return (floor, null, null);
        }

        // Not even with nobody asked for: minima and pins stand in the way, and no student competes.
        if (CanAllBePlaced([], tooSmall, []) != true)
        {
            return (floor, null, budget.IsSpent ? "floorBlocked" : null);
        }

        var (students, fewest) = Fewest(all, students => CanAllBePlaced(students, tooSmall, []));
        var touched = limits.Where(limit => students.Exists(student => roster.OptionsOf(student).Any(option => option.RankOrOffList <= tooSmall && IsUnder(limit, student, option.Offer)))).ToList();
        var untouched = limits.Except(touched).ToList();
        // Limits elsewhere may matter through groups and minima: they are left out only if they do not.
        if (CanAllBePlaced(students, tooSmall, untouched) != false)
        {
            (touched, untouched) = (limits, []);
        }

        var (kept, fewestLimits) = Fewest(touched, some => CanAllBePlaced(students, tooSmall, [.. untouched, .. touched.Except(some)]));
        return (floor, Tell(students, kept, tooSmall), fewest && fewestLimits ? null : "floorBlocked");
    }

    public void Dispose() => linear.Dispose();

    /// <summary>Leaves out what is not needed, half by half, then one by one (Junker 2004): what is left is irreducible if each step was proven.</summary>
    /// <param name="can">False: these are enough for the contradiction.</param>
    private static (List<T> Left, bool Irreducible) Fewest<T>(List<T> all, Func<List<T>, bool?> can)
    {
        var left = all;
        var irreducible = true;
        for (var size = Math.Max(1, left.Count / 2); ; size /= 2)
        {
            for (var from = 0; from < left.Count && left.Count > 1;)
            {
                var fewer = left.Where((_, i) => i < from || i >= from + size).ToList();
                var enough = fewer.Count > 0 ? can(fewer) : true;
                if (enough == false)
                {
                    left = fewer;
                    continue;
                }

                irreducible &= enough is not null || size > 1;
                from += size;
            }

            if (size == 1)
            {
                return (left, irreducible);
            }
        }
    }

    /// <param name="opened">Limits that do not count.</param>
    private bool? CanAllBePlaced(IReadOnlyList<int> students, int worst, IReadOnlyList<NetworkLimit> opened)
    {
        if (budget.IsSpent)
        {
            return null;
        }

        var mark = linear.Programme.Mark;
        foreach (var student in students)
        {
            linear.Programme.Require(student);
        }

        foreach (var limit in opened)
        {
            linear.Programme.Open(limit.Kind, limit.Id);
        }

        var (holds, _) = linear.HoldsWithin(worst);
        linear.Programme.Undo(mark);
        return holds;
    }

    private bool IsUnder(NetworkLimit limit, int student, int offer) => limit.Kind switch
    {
        LimitKind.Offer => instance.Offers[offer].Id == limit.Id,
        LimitKind.Supervisor => instance.Offers[offer].Supervisor == limit.Id,
        LimitKind.Host => instance.Offers[offer].Host == limit.Id,
        _ => SideConstraints.Counts(instance.Quotas.Single(quota => quota.Id == limit.Id), instance.Students[student], instance.Offers[offer]),
    };

    private BlockingGroup Tell(List<int> students, List<NetworkLimit> kept, int worst)
    {
        ImmutableArray<ReachedLimit> reached = [.. kept.Select(limit => new ReachedLimit(limit.Kind, limit.Id, limit.Max ?? 0))];
        return new([.. students.Select(student => instance.Students[student].Id)], reached, reached.Sum(limit => limit.Places), [], Repair(students, kept, worst), Smallest: students.Count == 1);
    }

    /// <summary>The first change that is proven to be enough: a place more at one of the limits, else the least that is always enough.</summary>
    private LocalizedText Repair(List<int> students, List<NetworkLimit> kept, int worst)
    {
        foreach (var limit in kept)
        {
            var mark = linear.Programme.Mark;
            linear.Programme.ChangeMax(limit.Kind, limit.Id, 1);
            var enough = CanAllBePlaced(students, worst, []) == true;
            linear.Programme.Undo(mark);
            if (enough)
            {
                return new($"Une place de plus à\u00a0: {limit.Id}.", $"在 {limit.Id} 增加一个名额。", $"One place more at {limit.Id}.");
            }
        }

        var names = string.Join(", ", students.Select(student => instance.Students[student].Id));
        return new(
            $"Demander d’autres choix à l’un de\u00a0: {names}.",
            $"请以下学生之一补充志愿：{names}。",
            $"Ask one of these for further choices: {names}.");
    }
}
