using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// Rows in ordinal order of their ids. Four characters of an id are one number, and numbers are sorted without looking at the texts again; ids with the same four are sorted by the
/// next four: a text of a million is read a few times, not twenty.
/// </summary>
internal static class OrdinalOrder
{
    private const int CharactersInNumber = 4;
    private const int FewRows = 16;

    /// <returns>Positions of the rows in order; null: they stand in order. Rows of equal ids stay in a row, in any order.</returns>
    public static int[]? Of<T>(ImmutableArray<T> rows, Func<T, string> idOf)
        where T : class
    {
        var isSorted = true;
        for (var i = 1; i < rows.Length && isSorted; i++)
        {
            isSorted = string.CompareOrdinal(idOf(rows[i - 1]), idOf(rows[i])) <= 0;
        }

        if (isSorted)
        {
            return null;
        }

        var ids = new string[rows.Length];
        var order = new int[rows.Length];
        for (var i = 0; i < ids.Length; i++)
        {
            (ids[i], order[i]) = (idOf(rows[i]), i);
        }

        // Kept outside the recursion's frames: as deep as an id is long.
        Sort(ids, order, new ulong[ids.Length], 0, ids.Length, 0);
        return order;
    }

    public static ImmutableArray<T> Taken<T>(ImmutableArray<T> rows, int[]? order)
    {
        if (order is null)
        {
            return rows;
        }

        var taken = ImmutableArray.CreateBuilder<T>(order.Length);
        foreach (var at in order)
        {
            taken.Add(rows[at]);
        }

        return taken.MoveToImmutable();
    }

    private static void Sort(string[] ids, int[] order, ulong[] keys, int from, int to, int depth)
    {
        if (to - from <= FewRows)
        {
            order.AsSpan(from, to - from).Sort((one, other) => string.CompareOrdinal(ids[one], ids[other]));
            return;
        }

        var isOver = true;
        for (var i = from; i < to; i++)
        {
            keys[i] = KeyOf(ids[order[i]], depth);
            isOver &= ids[order[i]].Length <= depth + CharactersInNumber;
        }

        Array.Sort(keys, order, from, to - from);
        for (var start = from; start < to;)
        {
            var end = start + 1;
            while (end < to && keys[end] == keys[start])
            {
                end++;
            }

            if (end - start > 1 && isOver)
            {
                // The same but for signs of number 0 at the end: the shorter first.
                order.AsSpan(start, end - start).Sort((one, other) => ids[one].Length.CompareTo(ids[other].Length));
            }
            else if (end - start > 1)
            {
                Sort(ids, order, keys, start, end, depth + CharactersInNumber);
            }

            start = end;
        }
    }

    // Where an id has ended, 0: less than any other character, and equal only to the character 0.
    private static ulong KeyOf(string id, int depth)
    {
        var key = 0UL;
        for (var i = depth; i < depth + CharactersInNumber; i++)
        {
            key = (key << 16) | (i < id.Length ? id[i] : 0u);
        }

        return key;
    }
}
