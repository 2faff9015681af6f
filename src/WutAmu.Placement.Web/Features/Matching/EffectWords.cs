using WutAmu.Placement.Domain.Matching;
using WutAmu.Placement.Web.Platform;

namespace WutAmu.Placement.Web.Features.Matching;

/// <summary>What a change does to the levels, in the reader's words.</summary>
public sealed class EffectWords(Speech speech)
{
    public string Level(string objective) =>
        objective.StartsWith("rank-", StringComparison.Ordinal) ? speech["report.level.rank", objective[5..]] : speech["level." + objective];

    /// <param name="effect">Null: the question has no meaning there.</param>
    public string Say(Effect? effect) => effect switch
    {
        null => "–",
        { Feasible: null } => speech["report.undetermined"],
        { Feasible: false } => speech["report.impossible"],
        { Changes: [] } when !effect.Unchanged() => speech["report.undetermined"],
        { Changes: [] } => speech["report.nothing"],
        _ => string.Join(speech["report.and"], effect.Changes.Take(2).Select(change => speech["report.change", Level(change.Objective), change.From, change.To])),
    };
}
