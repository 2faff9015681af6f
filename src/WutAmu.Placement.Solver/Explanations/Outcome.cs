using System.Collections.Immutable;
using WutAmu.Placement.Domain.Matching;

namespace WutAmu.Placement.Solver.Explanations;

/// <summary>The best a policy reaches on an instance, by its levels.</summary>
/// <param name="Feasible">False: no matching meets the hard constraints.</param>
/// <param name="Levels">Names and values in the policy's order.</param>
/// <param name="Key">Compared lexicographically, smaller is better; only keys of one policy and instance are comparable.</param>
/// <param name="UndeterminedFrom">The first level that the limit left open; it and what comes after it is not in <paramref name="Levels"/>. Or <see cref="Feasibility"/>, or <see cref="Reserve"/>. Null: all is exact.</param>
internal sealed record Outcome(bool Feasible, Level[] Levels, long[] Key, string? UndeterminedFrom = null) : IComparable<Outcome>
{
    /// <summary>Not even whether there is a matching was determined.</summary>
    public const string Feasibility = "feasible";

    /// <summary>All levels were determined, but not which offer the student would have.</summary>
    public const string Reserve = "reserve";

    /// <summary>The limit came before anything was determined.</summary>
    public static Outcome Unknown { get; } = new(false, [], [], Feasibility);

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
            return UndeterminedFrom is null ? new(false, []) : new(null, [], UndeterminedFrom);
        }

        var changes = ImmutableArray.CreateBuilder<LevelChange>();
        foreach (var level in before.Levels)
        {
            if (level.Objective == UndeterminedFrom)
            {
                return new(true, changes.ToImmutable(), UndeterminedFrom);
            }

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

        return new(true, changes.ToImmutable(), UndeterminedFrom);

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
