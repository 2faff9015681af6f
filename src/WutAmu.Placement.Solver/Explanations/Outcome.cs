using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>The best a policy reaches on an instance, by its levels.</summary>
/// <param name="Feasible">False: no matching meets the hard constraints.</param>
/// <param name="Levels">Names and values in the policy's order.</param>
/// <param name="Key">Compared lexicographically, smaller is better; only keys of one policy and instance are comparable.</param>
internal sealed record Outcome(bool Feasible, IReadOnlyList<(string Objective, long Value)> Levels, IReadOnlyList<long> Key) : IComparable<Outcome>
{
    public int CompareTo(Outcome? other)
    {
        if (other is null)
        {
            return -1;
        }

        for (var i = 0; i < Key.Count; i++)
        {
            if (Key[i] != other.Key[i])
            {
                return Key[i].CompareTo(other.Key[i]);
            }
        }

        return 0;
    }

    public Effect EffectFrom(Outcome before)
    {
        if (!Feasible)
        {
            return new(false, []);
        }

        var names = before.Levels.Select(level => level.Objective).Concat(Levels.Select(level => level.Objective)).Distinct();
        return new(true, [.. names.Select(name => new LevelChange(name, before.ValueOf(name), ValueOf(name))).Where(change => change.From != change.To)]);
    }

    private long ValueOf(string name) => Levels.FirstOrDefault(level => level.Objective == name).Value;
}
