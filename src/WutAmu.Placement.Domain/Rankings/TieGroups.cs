using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Rankings;

/// <summary>Moves in an ordered list with ties: groups, best first, whose members are equally good. An item that is not in the list leaves it as it was.</summary>
public static class TieGroups
{
    /// <summary>One step up: alone, past the group above; tied, out of the tie on the upper side.</summary>
    public static ImmutableArray<ImmutableArray<T>> Up<T>(ImmutableArray<ImmutableArray<T>> groups, T item)
        where T : IEquatable<T> => Step(groups, item, up: true);

    /// <summary>One step down: alone, past the group below; tied, out of the tie on the lower side.</summary>
    public static ImmutableArray<ImmutableArray<T>> Down<T>(ImmutableArray<ImmutableArray<T>> groups, T item)
        where T : IEquatable<T> => Step(groups, item, up: false);

    /// <summary>Alone at a position.</summary>
    /// <param name="position">Rank wanted, from 1; less is the first, more than there are is the last.</param>
    public static ImmutableArray<ImmutableArray<T>> MoveTo<T>(ImmutableArray<ImmutableArray<T>> groups, T item, int position)
        where T : IEquatable<T>
    {
        if (IndexOf(groups, item) < 0)
        {
            return groups;
        }

        var others = Remove(groups, item);
        return others.Insert(Math.Clamp(position - 1, 0, others.Length), [item]);
    }

    /// <summary>Makes the item's group and the one above equally good.</summary>
    public static ImmutableArray<ImmutableArray<T>> TieWithAbove<T>(ImmutableArray<ImmutableArray<T>> groups, T item)
        where T : IEquatable<T>
    {
        var at = IndexOf(groups, item);
        return at < 1 ? groups : groups.SetItem(at - 1, groups[at - 1].AddRange(groups[at])).RemoveAt(at);
    }

    /// <summary>Ends the tie between the item and the member written above it: it and those after it come below.</summary>
    public static ImmutableArray<ImmutableArray<T>> SplitFromAbove<T>(ImmutableArray<ImmutableArray<T>> groups, T item)
        where T : IEquatable<T>
    {
        var at = IndexOf(groups, item);
        var inside = at < 0 ? 0 : groups[at].IndexOf(item);
        return inside == 0 ? groups : groups.SetItem(at, groups[at][..inside]).Insert(at + 1, groups[at][inside..]);
    }

    public static ImmutableArray<ImmutableArray<T>> Remove<T>(ImmutableArray<ImmutableArray<T>> groups, T item)
        where T : IEquatable<T>
    {
        var at = IndexOf(groups, item);
        return at < 0 ? groups : groups[at].Length == 1 ? groups.RemoveAt(at) : groups.SetItem(at, groups[at].Remove(item));
    }

    private static int IndexOf<T>(ImmutableArray<ImmutableArray<T>> groups, T item)
        where T : IEquatable<T>
    {
        for (var i = 0; i < groups.Length; i++)
        {
            if (groups[i].Contains(item))
            {
                return i;
            }
        }

        return -1;
    }

    private static ImmutableArray<ImmutableArray<T>> Step<T>(ImmutableArray<ImmutableArray<T>> groups, T item, bool up)
        where T : IEquatable<T>
    {
        var at = IndexOf(groups, item);
        if (at < 0)
        {
            return groups;
        }

        var tied = groups[at].Length > 1;
        var target = (up, tied) switch
        {
            (true, true) => at,
            (true, false) => at - 1,
            (false, _) => at + 1,
        };
        return MoveTo(groups, item, target + 1);
    }
}
