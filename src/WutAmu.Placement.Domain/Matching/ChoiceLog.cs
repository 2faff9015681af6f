using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>
/// The choices of all students as they are met: numbers of ids, for where an offer stands is known at the end of the file. Students read from a file have their lists here, and make
/// texts of them when asked: a million lists as objects are half the memory of a file, and matching and checking do not look at them.
/// </summary>
internal sealed class ChoiceLog(IdTable table)
{
    /// <summary>Set with the number of an id that has the rank of the one before.</summary>
    private const int Tied = int.MinValue;

    /// <summary>In the place of an id that is none; so as to find the others where they stand in the file.</summary>
    private const int NoId = int.MaxValue;

    /// <summary>In the place of a tie group that is empty, or no list.</summary>
    private const int NoGroup = int.MaxValue - 1;

    private readonly List<int> ids = [];
    private readonly List<int> first = [0];
    private ChoicePositions? positions;

    /// <summary>Number of the student whose choices are met next.</summary>
    public int Student => first.Count - 1;

    /// <param name="id">Negative: what stands there is no id.</param>
    /// <param name="isTied">True: of the same student and rank as the one before.</param>
    public void Add(int id, bool isTied) => ids.Add((id < 0 ? NoId : id) | (isTied ? Tied : 0));

    public void AddNoGroup() => ids.Add(NoGroup);

    public void EndStudent() => first.Add(ids.Count);

    /// <summary>With the positions of offers in the place of their ids. Nothing is added afterwards.</summary>
    /// <param name="read">Without a problem: each id is an offer's.</param>
    public ChoicePositions Resolve(Instance read)
    {
        var at = new int[table.Count];
        for (var o = 0; o < read.Offers.Length; o++)
        {
            at[table.Add(read.Offers[o].Id)] = o;
        }

        var offers = new int[ids.Count];
        var ranks = new int[ids.Count];
        for (var s = 0; s + 1 < first.Count; s++)
        {
            var rank = 0;
            for (var i = first[s]; i < first[s + 1]; i++)
            {
                rank += ids[i] < 0 ? 0 : 1;
                (offers[i], ranks[i]) = (at[ids[i] & ~Tied], rank);
            }
        }

        positions = new(read.Students, read.Offers, [.. first], offers, ranks);
        ids.Clear();
        ids.TrimExcess();
        return positions;
    }

    /// <summary>The tie groups of a student, with an empty text for each id that is none.</summary>
    public ImmutableArray<ImmutableArray<string>> GroupsOf(int student)
    {
        var groups = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        if (positions is not null)
        {
            var ranks = positions.RanksOf(student);
            for (var c = 0; c < ranks.Length;)
            {
                var start = c;
                while (c < ranks.Length && ranks[c] == ranks[start])
                {
                    c++;
                }

                groups.Add(positions.GroupOf(student, start, c));
            }

            return groups.DrainToImmutable();
        }

        for (var i = first[student]; i < first[student + 1];)
        {
            var group = ImmutableArray.CreateBuilder<string>();
            var isGroup = ids[i] != NoGroup;
            do
            {
                if (isGroup)
                {
                    group.Add((ids[i] & ~Tied) == NoId ? "" : table.TextOf(ids[i] & ~Tied));
                }

                i++;
            }
            while (isGroup && i < first[student + 1] && ids[i] < 0);
            groups.Add(group.DrainToImmutable());
        }

        return groups.DrainToImmutable();
    }
}
