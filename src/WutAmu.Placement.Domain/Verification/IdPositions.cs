using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Verification;

/// <summary>
/// Where the row of an id stands. Results name rows mostly in the order in which the instance has them, so the rows after the one found last are looked at first; a table is made
/// when that fails. Not for several threads at once.
/// </summary>
internal sealed class IdPositions(ImmutableArray<string> ids)
{
    private const int MostSteps = 32;

    private int next;
    private Dictionary<string, int>? table;

    public static IdPositions Of<T>(ImmutableArray<T> rows, Func<T, string> idOf)
    {
        var ids = ImmutableArray.CreateBuilder<string>(rows.Length);
        foreach (var row in rows)
        {
            ids.Add(idOf(row));
        }

        return new(ids.MoveToImmutable());
    }

    /// <exception cref="KeyNotFoundException">No row has the id.</exception>
    public int this[string id] => TryGetValue(id, out var position) ? position : throw new KeyNotFoundException($"There is no row \"{id}\".");

    public bool TryGetValue(string id, out int position)
    {
        for (position = next; position < ids.Length && position < next + MostSteps; position++)
        {
            if (ids[position] == id)
            {
                next = position;
                return true;
            }
        }

        if (!(table ??= Table()).TryGetValue(id, out position))
        {
            return false;
        }

        next = position;
        return true;
    }

    private Dictionary<string, int> Table()
    {
        var positions = new Dictionary<string, int>(ids.Length, StringComparer.Ordinal);
        for (var i = 0; i < ids.Length; i++)
        {
            positions.Add(ids[i], i);
        }

        return positions;
    }
}
