using System.Collections;
using System.Collections.Immutable;

namespace WutAmu.Placement.Solver;

/// <summary>An offer a student may get.</summary>
/// <param name="Offer">Index in <c>Instance.Offers</c>.</param>
/// <param name="RankOrOffList">The rank from 1; off-list is the instance's greatest rank + 1.</param>
/// <param name="Cost">What <c>min-cost</c> adds up.</param>
/// <param name="Listed">True: a choice of the student.</param>
internal readonly record struct Option(int Offer, int RankOrOffList, long Cost, bool Listed, bool Pinned)
{
    /// <summary>From 1; null: not a choice of the student.</summary>
    public int? Rank => Listed ? RankOrOffList : null;
}

/// <summary>The options of all students in numbers, one array for each column: millions of them cost no object each, and those of a large file are the very arrays its reader made.</summary>
/// <param name="Offer">By option.</param>
/// <param name="RankOrOffList">By option; see <see cref="Option.RankOrOffList"/>.</param>
/// <param name="Cost">By option; null: each its rank.</param>
/// <param name="GreatestRank">What is over it is off the list.</param>
internal sealed record OptionColumns(ImmutableArray<int> Offer, ImmutableArray<int> RankOrOffList, ImmutableArray<long>? Cost, int GreatestRank)
{
    public Option At(int index, bool pinned) =>
        new(Offer[index], RankOrOffList[index], Cost is { } costs ? costs[index] : RankOrOffList[index], RankOrOffList[index] <= GreatestRank, pinned);
}

/// <summary>The options of one student, a stretch of the columns of all.</summary>
internal readonly struct OptionList(OptionColumns columns, int start, int length, bool pinned) : IReadOnlyList<Option>
{
    public int Length => length;

    int IReadOnlyCollection<Option>.Count => length;

    public Option this[int index] => columns.At(start + index, pinned);

    /// <summary>The option of an offer; null: the student may not get it. (FirstOrDefault would give an option of offer 0.)</summary>
    public Option? Find(int offer) => columns.Offer.AsSpan(start, length).IndexOf(offer) is var at && at >= 0 ? this[at] : null;

    public Enumerator GetEnumerator() => new(this);

    IEnumerator<Option> IEnumerable<Option>.GetEnumerator() => GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    internal struct Enumerator(OptionList list) : IEnumerator<Option>
    {
        private int at = -1;

        public readonly Option Current => list[at];

        readonly object IEnumerator.Current => Current;

        public bool MoveNext() => ++at < list.Length;

        public void Reset() => at = -1;

        public readonly void Dispose()
        {
        }
    }
}
