using System.Runtime.InteropServices;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>The choices of all students as they are met: numbers of ids, for where an offer stands is known at the end of the file.</summary>
internal sealed class ChoiceLog
{
    private readonly List<int> ids = [];
    private readonly List<int> ranks = [];
    private readonly List<int> first = [0];

    public void Add(int id, int rank)
    {
        ids.Add(id);
        ranks.Add(rank);
    }

    public void EndStudent() => first.Add(ids.Count);

    /// <summary>With the positions of offers in the place of their ids.</summary>
    /// <param name="read">Without a problem: each id is an offer's.</param>
    public ChoicePositions Resolve(Instance read, IdTable table)
    {
        var positions = new int[table.Count];
        for (var o = 0; o < read.Offers.Length; o++)
        {
            positions[table.Add(read.Offers[o].Id)] = o;
        }

        var offers = new int[ids.Count];
        var chosen = CollectionsMarshal.AsSpan(ids);
        for (var i = 0; i < offers.Length; i++)
        {
            offers[i] = positions[chosen[i]];
        }

        return new(read.Students, read.Offers, [.. first], offers, [.. ranks]);
    }
}
