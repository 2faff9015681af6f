using System.Collections.Immutable;
using System.Globalization;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Flow;
using WutAmu.Placement.Solver.Search;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Finds what makes an instance infeasible by a deletion filter over its demands (Chinneck, Dravnieks 1991): what is left is irreducible.
/// Says which students compete for too few places, and the floor.
/// </summary>
public static class Diagnostician
{
    /// <exception cref="OperationCanceledException">Cancelled between two searches.</exception>
    public static Diagnosis Diagnose(Instance instance, CancellationToken cancellationToken) => Diagnose(instance, mostSeconds: null, cancellationToken);

    /// <param name="mostSeconds">Of each search's own work, about seconds, where that is less than its usual limit (<see cref="ReportLimits"/>); null: the usual limits. Flows know none.</param>
    /// <exception cref="OperationCanceledException">Cancelled between two searches.</exception>
    public static Diagnosis Diagnose(Instance instance, double? mostSeconds, CancellationToken cancellationToken) =>
        Diagnose(
            instance,
            new(Math.Min(ReportLimits.SecondsForFeasibility, mostSeconds ?? double.PositiveInfinity)),
            new(Math.Min(ReportLimits.SecondsADiagnosis, mostSeconds ?? double.PositiveInfinity)),
            ReportLimits.StepsForTheSmallestGroup,
            cancellationToken);

    /// <summary>As part of a report, which nobody should wait for: the smallest group is looked for less far, and not said to be it where that was not far enough.</summary>
    /// <exception cref="OperationCanceledException">Cancelled between two searches.</exception>
    public static Diagnosis DiagnoseForReport(Instance instance, CancellationToken cancellationToken) =>
        Diagnose(instance, new(ReportLimits.SecondsForFeasibility), new(ReportLimits.SecondsADiagnosis), ReportLimits.StepsForTheSmallestGroupInAReport, cancellationToken);

    /// <param name="forFeasibility">For whether there is a matching at all, and what contradicts if there is none.</param>
    /// <param name="budget">For the floor, its group, and what keeps more from being placed.</param>
    /// <param name="mostSteps">For the smallest group of students who compete.</param>
    internal static Diagnosis Diagnose(Instance instance, SearchBudget forFeasibility, SearchBudget budget, long mostSteps, CancellationToken cancellationToken)
    {
        var sorted = MatchingEngine.Sort(instance);
        var conflicts = ImmutableArray.CreateBuilder<Conflict>();
        bool? feasible = null;
        try
        {
            feasible = AreMet(sorted, DemandsOf(sorted), forFeasibility, cancellationToken);
            if (feasible == false)
            {
                FindConflicts(conflicts, sorted, DemandsOf(sorted), forFeasibility, cancellationToken);
                return new(false, conflicts.ToImmutable(), null, null, []);
            }
        }
        catch (BudgetSpentException)
        {
            return new(feasible, conflicts.ToImmutable(), null, null, []) { Undetermined = [feasible is null ? Outcome.Feasibility : "conflicts"] };
        }

        if (!PolicyEffects.Nests(sorted))
        {
            // Groups of students who compete come from flows: of the places alone, whatever else holds.
            var places = SideConstraints.Without(sorted);
            var among = new Roster(places);
            var competing = MostPlaced(places, among, null, cancellationToken);
            using var searched = new SearchedFloor(sorted, budget, cancellationToken);
            var (least, group, undetermined) = searched.Find();
            ImmutableArray<Conflict> keptOut = [];
            var known = competing is null || WhyFewerArePlaced(sorted, Placed(competing), budget, cancellationToken, out keptOut);
            return new(true, keptOut, least, group, competing is null ? [] : [.. new BlockingGroups(places, among, competing, mostSteps).All()])
            {
                Undetermined = [.. new[] { known ? null : "conflicts", undetermined }.OfType<string>()],
            };
        }

        var roster = new Roster(sorted);
        var (floor, shortfall) = Floor(sorted, roster, cancellationToken);
        var most = MostPlaced(sorted, roster, null, cancellationToken);
        ImmutableArray<BlockingGroup> groups = most is null ? [] : [.. new BlockingGroups(sorted, roster, most, mostSteps).All()];
        // Where no rank is enough, and nobody takes what they did not list, these are the same groups.
        var blocked = floor is null && shortfall is not null && !LevelCosts.HaveOffListOptions(sorted, roster)
            ? (groups.IsEmpty ? null : groups[0])
            : shortfall is null ? null : new BlockingGroups(sorted, roster, shortfall, mostSteps).First();
        return new(true, [], floor, blocked, groups);
    }

    /// <returns>False: the limit came before that was determined.</returns>
    private static bool WhyFewerArePlaced(Instance instance, int most, SearchBudget budget, CancellationToken cancellationToken, out ImmutableArray<Conflict> conflicts)
    {
        conflicts = [];
        var found = ImmutableArray.CreateBuilder<Conflict>();
        // Mostly as many are placed: one question tells.
        switch (SearchByLevel.CanPlace(instance, most, budget, cancellationToken))
        {
            case true: return true;
            case null: return false;
        }

        try
        {
            FindConflicts(found, instance, [.. DemandsOf(instance), new("placed", "", "", most)], budget, cancellationToken);
            conflicts = found.ToImmutable();
            return true;
        }
        catch (BudgetSpentException)
        {
            return false;
        }
    }

    private static int Placed(FlowFace face) =>
        Enumerable.Range(0, face.Network.StudentCount).Count(s => face.OptionOf(s) is not null && face.Network.Roster.HasList(s));

    /// <exception cref="BudgetSpentException">There may be more than were found.</exception>
    private static void FindConflicts(ImmutableArray<Conflict>.Builder found, Instance instance, List<HardDemand> demands, SearchBudget budget, CancellationToken cancellationToken)
    {
        while (!AreMet(instance, demands, budget, cancellationToken))
        {
            var core = demands.ToList();
            foreach (var demand in demands)
            {
                var without = core.Where(other => other != demand).ToList();
                if (!AreMet(instance, without, budget, cancellationToken))
                {
                    core = without;
                }
            }

            if (core.Count == 0)
            {
                throw new InvalidOperationException("An instance without demands has no matching.");
            }

            found.Add(Tell(instance, core, budget, cancellationToken));
            // One conflict says why fewer are placed; of the hard ones each is told.
            demands = [.. demands.Where(demand => demand != core[0] && demand.Kind != "placed")];
        }
    }

    private static Conflict Tell(Instance instance, List<HardDemand> core, SearchBudget budget, CancellationToken cancellationToken)
    {
        var demands = core.Select(demand => demand.Describe(Enough(instance, core, demand, budget, cancellationToken))).ToImmutableArray();
        var fr = string.Join("\u202f; ", core.Select(demand => demand.Name.Fr));
        var zh = string.Join("；", core.Select(demand => demand.Name.Zh));
        var en = string.Join("; ", core.Select(demand => demand.Name.En));
        return core.Count == 1
            ? new(demands, new($"Ne peut être satisfait\u00a0: {fr}.", $"无法满足：{zh}。", $"Cannot be met: {en}."))
            : new(demands, new($"Ne peuvent être satisfaits ensemble\u00a0: {fr}.", $"无法同时满足：{zh}。", $"Cannot be met together: {en}."));
    }

    /// <summary>Greatest minimum, least maximum of a quota or greatest number placed that the other demands of the core allow; 0 for demands without a number.</summary>
    private static int Enough(Instance instance, List<HardDemand> core, HardDemand demand, SearchBudget budget, CancellationToken cancellationToken)
    {
        bool Met(int asked) => AreMet(instance, [.. core.Select(other => other == demand ? other with { Asked = asked } : other)], budget, cancellationToken);
        var upward = demand.Kind == "maximum";
        // Without this demand the rest is met: a maximum of all students is none, a minimum of 0 neither.
        var (low, high) = upward ? (demand.Asked + 1, instance.Students.Length) : (0, Math.Max(demand.Asked - 1, 0));
        while (low < high)
        {
            var middle = upward ? (low + high) / 2 : (low + high + 1) / 2;
            (low, high) = (upward, Met(middle)) switch
            {
                (true, true) => (low, middle),
                (true, false) => (middle + 1, high),
                (false, true) => (middle, high),
                (false, false) => (low, middle - 1),
            };
        }

        return low;
    }

    /// <exception cref="BudgetSpentException">Not known within the budget.</exception>
    private static bool AreMet(Instance instance, List<HardDemand> demands, SearchBudget budget, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var changed = NestedQuotas.Fold(With(instance, demands));
        var placed = demands.Find(demand => demand.Kind == "placed")?.Asked;
        if (!PolicyEffects.Nests(changed))
        {
            return SearchByLevel.CanPlace(changed, placed ?? 0, budget, cancellationToken) ?? throw new BudgetSpentException();
        }

        return placed is { } least
            ? MostPlaced(changed, new(changed), null, cancellationToken) is { } most && Placed(most) >= least
            : FlowFace.Feasible(new(changed, new(changed), worstRank: null), FlowAlgorithm.Automatic, cancellationToken, out _) is not null;
    }

    private static List<HardDemand> DemandsOf(Instance instance) =>
    [
        .. instance.Pinned.Select(pin => new HardDemand("pin", pin.Student, pin.Offer, 0)),
        .. instance.Offers.Where(offer => offer is { Min: > 0, Opening: Opening.Always }).Select(offer => new HardDemand("minimum", offer.Id, "offer", offer.Min)),
        .. instance.Supervisors.Where(supervisor => supervisor.Min > 0).Select(supervisor => new HardDemand("minimum", supervisor.Id, "supervisor", supervisor.Min)),
        .. instance.Hosts.Where(host => host is { Min: > 0, Opening: Opening.Always }).Select(host => new HardDemand("minimum", host.Id, "host", host.Min)),
        .. instance.Quotas.Where(quota => quota.Min > 0).Select(quota => new HardDemand("minimum", quota.Id, "quota", quota.Min)),
        .. instance.Offers.Where(offer => offer is { Min: > 1, Opening: Opening.IfOpen }).Select(offer => new HardDemand("if-open", offer.Id, "offer", offer.Min)),
        .. instance.Hosts.Where(host => host is { Min: > 1, Opening: Opening.IfOpen }).Select(host => new HardDemand("if-open", host.Id, "host", host.Min)),
        .. instance.Quotas.Where(quota => quota.Max is not null).Select(quota => new HardDemand("maximum", quota.Id, "quota", quota.Max ?? 0)),
        .. instance.Together.Select(group => new HardDemand("together", string.Join(",", group.Students), Word(group.Level), 0)),
        .. instance.Apart.Select(group => new HardDemand("apart", string.Join(",", group.Students), Word(group.Level), 0)),
    ];

    private static string Word(GroupLevel level) => level == GroupLevel.Host ? "host" : "offer";

    /// <summary>The instance with these demands alone; capacities, programmes and forbidden pairs stay.</summary>
    private static Instance With(Instance instance, IReadOnlyList<HardDemand> demands)
    {
        var asked = new Dictionary<(string, string, string), int>();
        foreach (var demand in demands)
        {
            asked[(demand.Kind, demand.Limit, demand.Id)] = demand.Asked;
        }

        int Minimum(Opening opening, string limit, string id) => asked.GetValueOrDefault((opening == Opening.Always ? "minimum" : "if-open", limit, id));
        return instance with
        {
            Pinned = [.. instance.Pinned.Where(pin => asked.ContainsKey(("pin", pin.Offer, pin.Student)))],
            Offers = [.. instance.Offers.Select(offer => offer with { Min = Minimum(offer.Opening, "offer", offer.Id) })],
            Supervisors = [.. instance.Supervisors.Select(supervisor => supervisor with { Min = Minimum(Opening.Always, "supervisor", supervisor.Id) })],
            Hosts = [.. instance.Hosts.Select(host => host with { Min = Minimum(host.Opening, "host", host.Id) })],
            Quotas = [.. instance.Quotas
                .Select(quota => quota with { Min = Minimum(Opening.Always, "quota", quota.Id), Max = asked.TryGetValue(("maximum", "quota", quota.Id), out var max) ? max : null })
                .Where(quota => quota.Min > 0 || quota.Max is not null)],
            Together = [.. instance.Together.Where(group => asked.ContainsKey(("together", Word(group.Level), string.Join(",", group.Students))))],
            Apart = [.. instance.Apart.Where(group => asked.ContainsKey(("apart", Word(group.Level), string.Join(",", group.Students))))],
        };
    }

    /// <returns>The least rank that is enough, and the most that can be placed with one less; null: there is none, or no matching then.</returns>
    private static (int? Floor, FlowFace? Shortfall) Floor(Instance instance, Roster roster, CancellationToken cancellationToken)
    {
        // A pin gives its rank, whatever else is possible.
        var (low, high) = (roster.WorstPinnedRank, roster.GreatestRank + 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (MostPlaced(instance, roster, middle, cancellationToken) is { } face && Everybody(face))
            {
                high = middle;
            }
            else
            {
                low = middle + 1;
            }
        }

        var floor = low > roster.GreatestRank ? (int?)null : low;
        var tooSmall = low - 1;
        return (floor, tooSmall < 1 ? null : MostPlaced(instance, roster, Math.Min(tooSmall, roster.GreatestRank), cancellationToken));
    }

    private static bool Everybody(FlowFace face) =>
        Enumerable.Range(0, face.Network.StudentCount).All(s => face.OptionOf(s) is not null || !face.Network.Roster.HasList(s));

    private static FlowFace? MostPlaced(Instance instance, Roster roster, int? worstRank, CancellationToken cancellationToken)
    {
        var face = FlowFace.Feasible(new(instance, roster, worstRank), FlowAlgorithm.Automatic, cancellationToken, out _);
        face?.Minimise((student, option) => option is null && roster.HasList(student) ? 1 : 0, cancellationToken);
        return face;
    }

    private sealed class BudgetSpentException : Exception;

    private sealed record HardDemand(string Kind, string Id, string Limit, int Asked)
    {
        public (string Fr, string Zh, string En) Name => Kind switch
        {
            "pin" => ($"affectation imposée de {Id} à {Limit}", $"{Id} 固定安排到 {Limit}", $"{Id} pinned to {Limit}"),
            "together" => ($"{Id} ensemble", $"{Id} 必须在一起", $"{Id} together"),
            "apart" => ($"{Id} séparés", $"{Id} 必须分开", $"{Id} apart"),
            "placed" => ($"{Number(Asked)} étudiants placés", $"安置 {Number(Asked)} 名学生", $"{Number(Asked)} students placed"),
            "maximum" => ($"maximum {Number(Asked)} du quota {Id}", $"配额 {Id} 的上限 {Number(Asked)}", $"maximum {Number(Asked)} of quota {Id}"),
            "if-open" => ($"ouverture de {Id} à partir de {Number(Asked)}", $"{Id} 至少 {Number(Asked)} 人才开放", $"{Id} opening only with {Number(Asked)}"),
            _ => ($"minimum {Number(Asked)} de {Id}", $"{Id} 的最低人数 {Number(Asked)}", $"minimum {Number(Asked)} of {Id}"),
        };

        public Demand Describe(int enough) => new(Kind, Id, Limit, Asked, Kind switch
        {
            "minimum" => new($"Abaisser le minimum de {Id} de {Number(Asked)} à {Number(enough)}.", $"将 {Id} 的最低人数从 {Number(Asked)} 降至 {Number(enough)}。", $"Lower the minimum of {Id} from {Number(Asked)} to {Number(enough)}."),
            "if-open" => new($"Ouvrir {Id} dès {Number(enough)} au lieu de {Number(Asked)}.", $"将 {Id} 的开放人数从 {Number(Asked)} 降至 {Number(enough)}。", $"Open {Id} with {Number(enough)} instead of {Number(Asked)}."),
            "maximum" => new($"Porter le maximum du quota {Id} de {Number(Asked)} à {Number(enough)}.", $"将配额 {Id} 的上限从 {Number(Asked)} 提高到 {Number(enough)}。", $"Raise the maximum of quota {Id} from {Number(Asked)} to {Number(enough)}."),
            "placed" => new(
                enough > 1 ? $"Accepter que {Number(enough)} étudiants soient placés." : $"Accepter que {Number(enough)} étudiant soit placé.",
                $"接受只安置 {Number(enough)} 名学生。",
                enough == 1 ? "Accept that 1 student is placed." : $"Accept that {Number(enough)} students are placed."),
            _ => new($"Retirer\u00a0: {Name.Fr}.", $"取消：{Name.Zh}。", $"Remove: {Name.En}."),
        });

        private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }
}
