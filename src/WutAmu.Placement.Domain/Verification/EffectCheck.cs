using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// What can be said of a stated effect without solving the changed instance: that it starts from the figures of this result, in the policy's order, and that its direction is possible.
/// How large it is rests on the solver's word.
/// </summary>
internal sealed class EffectCheck
{
    private const string Feasibility = "feasible";
    private const string Reserve = "reserve";

    private readonly Dictionary<string, (int Order, long Value)> levels = new(StringComparer.Ordinal);
    private readonly Claim claim;
    private readonly bool mayBeOpen;

    public EffectCheck(Claim claim, Tally tally)
    {
        this.claim = claim;
        HasLevels = !claim.Policy.IsStable && claim.Policy.Name != PolicyName.Serial;
        mayBeOpen = tally.HasMoreThanPlaces || !HasLevels;
        foreach (var level in claim.Result.Levels)
        {
            levels.TryAdd(level.Objective, (levels.Count, level.Value));
        }

        if (!HasLevels)
        {
            // What such a policy gives is told by its figures.
            levels.TryAdd("placed", (levels.Count, claim.Result.Placed));
            for (var rank = 1; rank <= claim.WorstRankOfAll; rank++)
            {
                levels.TryAdd($"rank-{rank}", (levels.Count, rank <= claim.Result.Profile.Length ? claim.Result.Profile[rank - 1] : 0));
            }
        }
    }

    /// <summary>True: the policy is a list of objectives, of which nothing narrower can reach a better one.</summary>
    public bool HasLevels { get; }

    /// <param name="improves">True: by a change that forbids nothing; false: by one that allows nothing new; null: either way.</param>
    /// <returns>What is wrong with it; null: nothing that can be seen.</returns>
    public string? Wrong(Effect effect, bool? improves)
    {
        if (effect.UndeterminedFrom is { } open && (!mayBeOpen || (open is not (Feasibility or Reserve) && !levels.ContainsKey(open))))
        {
            return $"undetermined from \"{open}\", where everything is determined or there is no such level";
        }

        if ((effect.Feasible is null) != (effect.UndeterminedFrom == Feasibility) || (effect.Feasible != true && effect.Changes.Length > 0) || (effect.Feasible == false && effect.UndeterminedFrom is not null))
        {
            return "changes of a matching that there is not, or is not known to be";
        }

        var last = -1;
        var end = effect.UndeterminedFrom is { } from && levels.TryGetValue(from, out var undetermined) ? undetermined.Order : int.MaxValue;
        foreach (var change in effect.Changes)
        {
            if (!levels.TryGetValue(change.Objective, out var level) || level.Order <= last || level.Order >= end)
            {
                return $"level \"{change.Objective}\" is not the policy's, or not in its place";
            }

            last = level.Order;
            if (change.From != level.Value || change.To == change.From || change.To < LeastOf(change.Objective) || change.To > MostOf(change.Objective))
            {
                return $"{change.Objective} from {change.From} to {change.To}, where the result has {level.Value}";
            }
        }

        if (improves is not { } better || !HasLevels)
        {
            return null;
        }

        if (better && effect.Feasible == false)
        {
            return "no matching, where this one is still one";
        }

        return effect.Changes is [var first, ..] && IsBetter(first) != better
            ? $"{first.Objective} from {first.From} to {first.To}, which would be {(better ? "worse, and the matching here is still possible" : "better than the optimum")}"
            : null;
    }

    /// <summary>Of two effects of policies with levels: negative: the one is better; null: a level of them is not determined.</summary>
    public int? Compare(Effect one, Effect other)
    {
        if (one.UndeterminedFrom is not null || other.UndeterminedFrom is not null)
        {
            return null;
        }

        if (one.Feasible != true || other.Feasible != true)
        {
            return (one.Feasible == true ? 0 : 1) - (other.Feasible == true ? 0 : 1);
        }

        // Both lists are in the policy's order: the first place where they part decides.
        for (var i = 0; i < one.Changes.Length || i < other.Changes.Length; i++)
        {
            var mine = i < one.Changes.Length ? one.Changes[i] : null;
            var theirs = i < other.Changes.Length ? other.Changes[i] : null;
            if (mine == theirs)
            {
                continue;
            }

            if (mine is not null && theirs is not null && mine.Objective == theirs.Objective)
            {
                return (mine.To > theirs.To) == IsMoreBetter(mine.Objective) ? -1 : 1;
            }

            var isMine = theirs is null || (mine is not null && OrderOf(mine.Objective) < OrderOf(theirs.Objective));
            // Not null: of the two, the one that comes first in the order.
            return IsBetter(isMine ? mine! : theirs!) == isMine ? -1 : 1;
        }

        return 0;
    }

    private int OrderOf(string objective) => levels.TryGetValue(objective, out var level) ? level.Order : int.MaxValue;

    private bool IsBetter(LevelChange change) => (change.To > change.From) == IsMoreBetter(change.Objective);

    private bool IsMoreBetter(string objective) => objective switch
    {
        "placed" => true,
        "moved" or "worst-rank" or "cost" => false,
        "off-list" => claim.Policy.Name == PolicyName.RankMaximal,
        _ => claim.Policy.Name != PolicyName.GenerousMaximum,
    };

    private static long LeastOf(string objective) => objective == "cost" ? long.MinValue : 0;

    private long MostOf(string objective) => objective switch
    {
        "cost" => long.MaxValue,
        "worst-rank" => claim.WorstRankOfAll + 1,
        _ => claim.Given.Length,
    };
}
