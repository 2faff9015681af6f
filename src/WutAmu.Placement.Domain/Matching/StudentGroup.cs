using System.Collections.Immutable;

namespace WutAmu.Placement.Domain.Matching;

/// <summary>Students who are to be together, or apart. Neither their order nor that of several groups means anything: one order is the same for every file of the same content.</summary>
internal readonly record struct StudentGroup(ImmutableArray<string> Students, GroupLevel Level)
{
    /// <summary>Id by id, the shorter of two with the same beginning first.</summary>
    private static readonly Comparer<ImmutableArray<string>> IdAfterId = Comparer<ImmutableArray<string>>.Create((one, other) =>
    {
        for (var i = 0; i < one.Length && i < other.Length; i++)
        {
            if (string.CompareOrdinal(one[i], other[i]) is var order && order != 0)
            {
                return order;
            }
        }

        return one.Length.CompareTo(other.Length);
    });

    /// <summary>Members in ordinal order, groups by level, then by members.</summary>
    public static IEnumerable<StudentGroup> InOrder(ImmutableArray<Together> groups) => InOrder(groups.Select(group => new StudentGroup(group.Students, group.Level)));

    /// <inheritdoc cref="InOrder(ImmutableArray{Matching.Together})"/>
    public static IEnumerable<StudentGroup> InOrder(ImmutableArray<Apart> groups) => InOrder(groups.Select(group => new StudentGroup(group.Students, group.Level)));

    private static IEnumerable<StudentGroup> InOrder(IEnumerable<StudentGroup> groups) =>
        groups.Select(group => group with { Students = group.Students.Sort(StringComparer.Ordinal) }).OrderBy(group => group.Level).ThenBy(group => group.Students, IdAfterId);
}
