using System.Collections;

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

/// <summary>The options of one student, a stretch of one flat array: millions of them cost no object each.</summary>
internal readonly struct OptionList(Option[] all, int start, int length) : IReadOnlyList<Option>
{
    public int Length => length;

    int IReadOnlyCollection<Option>.Count => length;

    public Option this[int index] => all[start + index];

    public ReadOnlySpan<Option> Span => all.AsSpan(start, length);

    /// <summary>The option of an offer; null: the student may not get it. (FirstOrDefault would give an option of offer 0.)</summary>
    public Option? Find(int offer)
    {
        foreach (var option in Span)
        {
            if (option.Offer == offer)
            {
                return option;
            }
        }

        return null;
    }

    public ReadOnlySpan<Option>.Enumerator GetEnumerator() => Span.GetEnumerator();

    IEnumerator<Option> IEnumerable<Option>.GetEnumerator() => new ArraySegment<Option>(all, start, length).AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => ((IEnumerable<Option>)this).GetEnumerator();
}
