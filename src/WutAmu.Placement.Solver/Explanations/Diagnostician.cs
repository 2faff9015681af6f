using System.Collections.Immutable;
using System.Globalization;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Flow;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Finds what makes an instance infeasible by a deletion filter over its demands (Chinneck, Dravnieks 1991): what is left is irreducible.
/// Says which students compete for too few places, and the floor.
/// </summary>
public static class Diagnostician
{
    /// <exception cref="OperationCanceledException">Cancelled between two searches.</exception>
    public static Diagnosis Diagnose(Instance instance, CancellationToken cancellationToken)
    {
        var sorted = MatchingEngine.Sort(instance);
        var conflicts = Conflicts(sorted, cancellationToken);
        if (conflicts.Length > 0)
        {
            return new(false, conflicts, null, null, []);
        }

        if (!PolicyEffects.Nests(sorted))
        {
            // Groups come from flows, which know no cross-cutting constraint.
            return new(true, [], FloorBySolving(sorted, cancellationToken), null, []);
        }

        var roster = new Roster(sorted);
        var (floor, blocked) = Floor(sorted, roster, cancellationToken);
        var most = MostPlaced(sorted, roster, null, cancellationToken);
        return new(true, [], floor, blocked, most is null ? [] : [.. new BlockingGroups(sorted, roster, most).All()]);
    }

    private static ImmutableArray<Conflict> Conflicts(Instance instance, CancellationToken cancellationToken)
    {
        var found = ImmutableArray.CreateBuilder<Conflict>();
        var demands = DemandsOf(instance);
        while (!IsFeasible(With(instance, demands), cancellationToken))
        {
            var core = demands.ToList();
            foreach (var demand in demands)
            {
                var without = core.Where(other => other != demand).ToList();
                if (!IsFeasible(With(instance, without), cancellationToken))
                {
                    core = without;
                }
            }

            if (core.Count == 0)
            {
                throw new InvalidOperationException("An instance without demands has no matching.");
            }

            found.Add(Tell(instance, core, cancellationToken));
            demands = [.. demands.Where(demand => demand != core[0])];
        }

        return found.ToImmutable();
    }

    private static Conflict Tell(Instance instance, List<HardDemand> core, CancellationToken cancellationToken)
    {
        var demands = core.Select(demand => demand.Describe(Enough(instance, core, demand, cancellationToken))).ToImmutableArray();
        var fr = string.Join("\u00a0; ", core.Select(demand => demand.Name.Fr));
        var zh = string.Join("；", core.Select(demand => demand.Name.Zh));
        var en = string.Join("; ", core.Select(demand => demand.Name.En));
        return core.Count == 1
            ? new(demands, new($"Ne peut être satisfait\u00a0: {fr}.", $"无法满足：{zh}。", $"Cannot be met: {en}."))
            : new(demands, new($"Ne peuvent être satisfaits ensemble\u00a0: {fr}.", $"无法同时满足：{zh}。", $"Cannot be met together: {en}."));
    }

    /// <summary>Greatest minimum that the other demands of the core allow; 0 for demands without a number.</summary>
    private static int Enough(Instance instance, List<HardDemand> core, HardDemand demand, CancellationToken cancellationToken)
    {
        var (low, high) = (0, Math.Max(demand.Asked - 1, 0));
        while (low < high)
        {
            var middle = (low + high + 1) / 2;
            if (IsFeasible(With(instance, [.. core.Select(other => other == demand ? other with { Asked = middle } : other)]), cancellationToken))
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    private static bool IsFeasible(Instance instance, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return PolicyEffects.Nests(instance)
            ? FlowFace.Feasible(new(instance, new(instance), worstRank: null), FlowAlgorithm.Automatic, cancellationToken, out _) is not null
            : MatchingEngine.Solve(instance, new(PolicyName.RankMaximal, false), new(Lottery: false), cancellationToken).Status != MatchingStatus.Infeasible;
    }

    private static List<HardDemand> DemandsOf(Instance instance) =>
    [
        .. instance.Pinned.Select(pin => new HardDemand("pin", pin.Student, pin.Offer, 0)),
        .. instance.Offers.Where(offer => offer is { Min: > 0, Opening: Opening.Always }).Select(offer => new HardDemand("minimum", offer.Id, "offer", offer.Min)),
        .. instance.Supervisors.Where(supervisor => supervisor.Min > 0).Select(supervisor => new HardDemand("minimum", supervisor.Id, "supervisor", supervisor.Min)),
        .. instance.Hosts.Where(host => host is { Min: > 0, Opening: Opening.Always }).Select(host => new HardDemand("minimum", host.Id, "host", host.Min)),
        .. instance.Quotas.Where(quota => quota.Min > 0).Select(quota => new HardDemand("minimum", quota.Id, "quota", quota.Min)),
        .. instance.Together.Select(group => new HardDemand("together", string.Join(",", group.Students), "", 0)),
        .. instance.Apart.Select(group => new HardDemand("apart", string.Join(",", group.Students), "", 0)),
    ];

    /// <summary>The instance with these demands alone; maxima, programmes and forbidden pairs stay.</summary>
    private static Instance With(Instance instance, IReadOnlyList<HardDemand> demands)
    {
        var minimum = demands.Where(demand => demand.Kind == "minimum").ToDictionary(demand => (demand.Limit, demand.Id), demand => demand.Asked);
        var pins = demands.Where(demand => demand.Kind == "pin").Select(demand => (demand.Id, demand.Limit)).ToHashSet();
        var groups = demands.Select(demand => (demand.Kind, demand.Id)).ToHashSet();
        return instance with
        {
            Pinned = [.. instance.Pinned.Where(pin => pins.Contains((pin.Student, pin.Offer)))],
            Offers = [.. instance.Offers.Select(offer => offer.Opening == Opening.Always ? offer with { Min = minimum.GetValueOrDefault(("offer", offer.Id)) } : offer)],
            Supervisors = [.. instance.Supervisors.Select(supervisor => supervisor with { Min = minimum.GetValueOrDefault(("supervisor", supervisor.Id)) })],
            Hosts = [.. instance.Hosts.Select(host => host.Opening == Opening.Always ? host with { Min = minimum.GetValueOrDefault(("host", host.Id)) } : host)],
            Quotas = [.. instance.Quotas.Select(quota => quota with { Min = minimum.GetValueOrDefault(("quota", quota.Id)) })],
            Together = [.. instance.Together.Where(group => groups.Contains(("together", string.Join(",", group.Students))))],
            Apart = [.. instance.Apart.Where(group => groups.Contains(("apart", string.Join(",", group.Students))))],
        };
    }

    private static (int? Floor, BlockingGroup? Blocked) Floor(Instance instance, Roster roster, CancellationToken cancellationToken)
    {
        var (low, high) = (0, roster.GreatestRank + 1);
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
        var blocked = tooSmall < 1 || MostPlaced(instance, roster, Math.Min(tooSmall, roster.GreatestRank), cancellationToken) is not { } shortfall
            ? null
            : new BlockingGroups(instance, roster, shortfall).All() is [var smallest, ..] ? smallest : null;
        return (floor, blocked);
    }

    private static bool Everybody(FlowFace face) =>
        Enumerable.Range(0, face.Network.StudentCount).All(s => face.OptionOf(s) is not null || !face.Network.Roster.HasList(s));

    private static FlowFace? MostPlaced(Instance instance, Roster roster, int? worstRank, CancellationToken cancellationToken)
    {
        var face = FlowFace.Feasible(new(instance, roster, worstRank), FlowAlgorithm.Automatic, cancellationToken, out _);
        face?.Minimise((student, option) => option is null && roster.HasList(student) ? 1 : 0, cancellationToken);
        return face;
    }

    private static int? FloorBySolving(Instance instance, CancellationToken cancellationToken)
    {
        var submitters = instance.Students.Where(student => student.Choices.Length > 0).Select(student => student.Id).ToHashSet(StringComparer.Ordinal);
        for (var k = 0; k <= instance.Students.Max(student => student.Choices.Length); k++)
        {
            var kept = k;
            var shorter = instance with { Students = [.. instance.Students.Select(student => student with { Choices = [.. student.Choices.Take(kept)], UnrankedAcceptable = student.Choices.Length == 0 && student.UnrankedAcceptable })] };
            var result = MatchingEngine.Solve(shorter, new(PolicyName.GreedyMaximum, false), new(Lottery: false), cancellationToken);
            if (result.Status != MatchingStatus.Infeasible && result.Assignments.Count(assignment => submitters.Contains(assignment.Student)) == submitters.Count)
            {
                return k;
            }
        }

        return null;
    }

    private sealed record HardDemand(string Kind, string Id, string Limit, int Asked)
    {
        public (string Fr, string Zh, string En) Name => Kind switch
        {
            "pin" => ($"affectation imposée de {Id} à {Limit}", $"{Id} 固定安排到 {Limit}", $"{Id} pinned to {Limit}"),
            "together" => ($"{Id} ensemble", $"{Id} 必须在一起", $"{Id} together"),
            "apart" => ($"{Id} séparés", $"{Id} 必须分开", $"{Id} apart"),
            _ => ($"minimum {Number(Asked)} de {Id}", $"{Id} 的最低人数 {Number(Asked)}", $"minimum {Number(Asked)} of {Id}"),
        };

        public Demand Describe(int enough) => new(Kind, Id, Limit, Asked, Kind == "minimum"
            ? new($"Abaisser le minimum de {Id} de {Number(Asked)} à {Number(enough)}.", $"将 {Id} 的最低人数从 {Number(Asked)} 降至 {Number(enough)}。", $"Lower the minimum of {Id} from {Number(Asked)} to {Number(enough)}.")
            : new($"Retirer\u00a0: {Name.Fr}.", $"取消：{Name.Zh}。", $"Remove: {Name.En}."));

        private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }
}
