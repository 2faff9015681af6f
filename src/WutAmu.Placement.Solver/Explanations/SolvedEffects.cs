using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Solver.Search;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>
/// Effects by solving the changed instance again: for policies without additive levels (serial, stable), which are described by how many are placed and at which
/// rank.
/// </summary>
internal sealed class SolvedEffects(Instance instance, Roster roster, PolicyName policy, SearchBudget budget, CancellationToken cancellationToken) : IPolicyEffects
{
    private readonly Lazy<MatchingResult> unchanged = new(() => MatchingEngine.SolveSorted(instance, policy, new(), cancellationToken));

    private Outcome? reached;

    public Outcome Base => reached ??= Read(unchanged.Value);

    public Outcome Forced(int student, int? offer)
    {
        var changed = offer is { } wanted
            ? instance with { Pinned = Pins(student).Add(new(instance.Students[student].Id, instance.Offers[wanted].Id)) }
            : instance with { Students = instance.Students.SetItem(student, instance.Students[student] with { Choices = Unwanted(student), UnrankedAcceptable = false }), Forbidden = [.. instance.Forbidden, .. AllOf(student)], Pinned = Pins(student) };
        // A pin of the student falls away; one off the list is not counted in the worst rank, which may then be better than it was.
        var id = offer is { } o ? instance.Offers[o].Id : null;
        var listed = id is null || instance.Students[student].Choices.Any(group => group.Contains(id, StringComparer.Ordinal));
        return Solve(changed, fewer: listed && instance.Pinned.All(pin => pin.Student != instance.Students[student].Id));
    }

    public Outcome More(NetworkLimit limit) => Solve(WithOneMore(limit, 1), fewer: false);

    public Outcome Fewer(NetworkLimit limit) => Solve(WithOneMore(limit, -1), fewer: true);

    public (int? Offer, Outcome Outcome) Without(int student, int? offer)
    {
        if (offer is not { } lost)
        {
            return (null, Base);
        }

        var changed = instance with { Forbidden = instance.Forbidden.Add(new(instance.Students[student].Id, instance.Offers[lost].Id)), Pinned = Pins(student) };
        if (SolveWithinLimit(changed, []) is not { } result)
        {
            return (null, Outcome.Unknown);
        }

        var other = result.Assignments.FirstOrDefault(assignment => assignment.Student == instance.Students[student].Id)?.Offer;
        var position = other is null ? -1 : PositionOf(other);
        return (position < 0 ? null : position, Read(result));
    }

    private int PositionOf(string offer)
    {
        for (var o = 0; o < instance.Offers.Length; o++)
        {
            if (instance.Offers[o].Id == offer)
            {
                return o;
            }
        }

        return -1;
    }

    /// <param name="fewer">True: the changed instance has no matching that the unchanged one has not.</param>
    private Outcome Solve(Instance changed, bool fewer) => SolveWithinLimit(changed, fewer ? unchanged.Value.Levels : []) is { } result ? Read(result) : Outcome.Unknown;

    /// <returns>Null: the limit came before the order of service was settled.</returns>
    private MatchingResult? SolveWithinLimit(Instance changed, ImmutableArray<Level> nothingBetter)
    {
        if (budget.IsSpent)
        {
            return null;
        }

        try
        {
            var result = MatchingEngine.SolveSorted(changed, policy, new() { NothingBetter = nothingBetter, Budget = budget.Part(ReportLimits.SecondsAQuestion), Like = roster }, cancellationToken);
            return result.Status == MatchingStatus.Feasible ? null : result;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static Outcome Read(MatchingResult result)
    {
        if (result.Status == MatchingStatus.Infeasible)
        {
            return Outcome.Infeasible;
        }

        var levels = new List<Level>(result.Levels);
        if (HasOrder(result.Policy))
        {
            levels.Add(Outcome.At("placed", result.Placed));
            for (var r = 0; r < result.Profile.Length; r++)
            {
                levels.Add(Outcome.At($"rank-{r + 1}", result.Profile[r]));
            }
        }

        return new(true, [.. levels], []);
    }

    // An order of service, or stability, is no list of levels: the figures tell what it gave.
    private static bool HasOrder(string policy) => PolicyName.TryParse(policy, out var name) && (name.Name == PolicyName.Serial || name.IsStable);

    private ImmutableArray<StudentOffer> Pins(int student) => [.. instance.Pinned.Where(pin => pin.Student != instance.Students[student].Id)];

    private ImmutableArray<ImmutableArray<string>> Unwanted(int student) => instance.Students[student].Choices;

    private IEnumerable<StudentOffer> AllOf(int student) => instance.Offers.Select(offer => new StudentOffer(instance.Students[student].Id, offer.Id));

    private Instance WithOneMore(NetworkLimit limit, int change) => InstanceChange.Max(instance, limit.Kind, limit.Id, limit.Max + change);
}
