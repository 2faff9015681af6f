using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>What a report says of a place more and a place fewer: at every bound of the instance, with its true count, and no gain where there is room.</summary>
internal static class SensitivityCheck
{
    public static void Run(Claim claim, Tally tally, EffectCheck effects, ImmutableArray<LimitSensitivity> rows, Action<string, string> add)
    {
        var next = 0;
        foreach (var kind in new[] { LimitKind.Offer, LimitKind.Supervisor, LimitKind.Host, LimitKind.Quota })
        {
            for (var count = 0; count < tally.Count(kind); count++, next++)
            {
                // As many rows of each kind, each in rising order of known ids: then it is every one.
                if (next == rows.Length || rows[next].Kind != kind || !tally.TryFind(kind, rows[next].Id, out var bound) || (count > 0 && string.CompareOrdinal(rows[next - 1].Id, rows[next].Id) >= 0))
                {
                    add("report.limits", $"Row {next + 1} of the report's limits is not the {kind} that comes there.");
                    return;
                }

                Check(claim, tally, effects, rows[next], bound, add);
            }
        }

        if (next < rows.Length)
        {
            add("report.limits", $"The report has {rows.Length} limits; there are {next}.");
        }
    }

    private static void Check(Claim claim, Tally tally, EffectCheck effects, LimitSensitivity row, Bound bound, Action<string, string> add)
    {
        var (max, taken) = (tally.Max(bound), tally.Taken(bound));
        if (row.Max != max || row.Taken != taken || row.More is null != max is null || row.Fewer is null != max is null or 0)
        {
            add("report.limits", $"{row.Kind} \"{row.Id}\": the report says {row.Taken} of {row.Max}; there are {taken} of {max}. A place more and one fewer are told where there is a maximum, and a place.");
            return;
        }

        foreach (var (effect, improves) in new[] { (row.More, true), (row.Fewer, false) })
        {
            if (effect is null)
            {
                continue;
            }

            if (effects.Wrong(effect, improves) is { } wrong)
            {
                add("report.effect", $"{row.Kind} \"{row.Id}\", a place {(improves ? "more" : "fewer")}: {wrong}.");
            }
            else if (taken < max && effects.HasLevels && (effect.Feasible == false || effect.Changes.Length > 0) && !(improves && MayStillGain(claim, tally, effect)))
            {
                add("report.effect", $"{row.Kind} \"{row.Id}\", a place {(improves ? "more" : "fewer")}: it has room ({taken} of {max}), and nothing can change.");
            }
        }
    }

    // Room that nobody uses brings no gain where matchings can be mixed (flows). A worst rank is no such thing, nor are groups and quotas.
    private static bool MayStillGain(Claim claim, Tally tally, Effect effect) =>
        tally.HasMoreThanPlaces || (claim.Policy.Name == PolicyName.MinRegretGreedy && effect.Changes is [{ Objective: "worst-rank" }, ..]);
}
