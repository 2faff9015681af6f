using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>The best a policy reaches on an instance, by its levels.</summary>
/// <param name="Feasible">False: no matching meets the hard constraints.</param>
/// <param name="Levels">Names and values in the policy's order.</param>
/// <param name="Key">Compared lexicographically, smaller is better; only keys of one policy and instance are comparable.</param>
internal sealed record Outcome(bool Feasible, Level[] Levels, long[] Key) : IComparable<Outcome>
{
    public static Outcome Infeasible { get; } = new(false, [], []);

    public static Level At(string objective, long value) => new(objective, value, value);

    public int CompareTo(Outcome? other)
    {
        if (other is null)
        {
            return -1;
        }

        for (var i = 0; i < Key.Length; i++)
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

        var changes = ImmutableArray.CreateBuilder<LevelChange>();
        foreach (var level in before.Levels)
        {
            Tell(level.Objective);
        }

        // Levels that only one of the two has are 0 in the other.
        foreach (var level in Levels)
        {
            if (before.Find(level.Objective) is null)
            {
                Tell(level.Objective);
            }
        }

        return new(true, changes.ToImmutable());

        void Tell(string name)
        {
            if ((before.Find(name)?.Value ?? 0) is var from && (Find(name)?.Value ?? 0) is var to && from != to)
            {
                changes.Add(new(name, from, to));
            }
        }
    }

    private Level? Find(string name) => Array.Find(Levels, level => level.Objective == name);
}
